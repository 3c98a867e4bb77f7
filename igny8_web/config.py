"""Configuration: defaults, then ``IGNY8_*`` from the environment. Every key says what it does."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from .platform.embedded_redis import default_url

UPLOAD_LIMIT = 21 * 1024 * 1024
"""Bytes of a request: the largest keyword file (importers/limits.py) and its form."""


class ConfigError(ValueError):
    """A setting that cannot be used; the message names it."""


@dataclass(frozen=True)
class Config:
    """Each field is set by ``IGNY8_`` + its name in capitals, e.g. ``IGNY8_DATA_DIR``."""

    # Where state lives: database, media, embedded Redis, secret key.
    data_dir: Path = field(default_factory=lambda: Path("instance"))
    # SQLAlchemy URL; empty: SQLite in the data folder. postgresql:// is read as psycopg 3.
    database_url: str = ""
    # Redis or Valkey URL; empty: the embedded one of `make run`.
    redis_url: str = ""
    # Signs sessions; empty: made at the first start and kept in <data_dir>/secret_key.
    secret_key: str = ""
    # Worker processes that `python worker.py` starts.
    workers: int = 2
    # Items of one AI stage that are worked at the same time, workers permitting.
    lanes: int = 4
    # Seconds after which the items of a worker that went silent are given to another.
    lease_seconds: int = 60
    # Seconds a lane works before it rings for itself again.
    slice_seconds: int = 20
    # Tries of an item, crashes of its worker included, before it is failed.
    max_attempts: int = 3
    # Seconds between two rounds of the reconciler.
    reconcile_seconds: int = 15
    # Cookies only over https; switch on behind TLS.
    secure_cookies: bool = False

    @property
    def media_dir(self) -> Path:
        """Where pictures are stored."""
        return self.data_dir / "media"


_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def load(environ: Mapping[str, str] | None = None, **overrides: Any) -> Config:
    """Read the configuration; ``overrides`` win over the environment.

    Raises ConfigError where a value is not of the field's kind or out of range.
    """
    environ = os.environ if environ is None else environ
    values: dict[str, Any] = {}
    for spec in fields(Config):
        raw = environ.get(f"IGNY8_{spec.name.upper()}")
        if raw is not None and raw.strip():
            values[spec.name] = _parse(spec.name, str(spec.type), raw.strip())
    values |= overrides
    config = Config(**values)
    folder = config.data_dir.expanduser().resolve()
    return Config(
        **{
            **{f.name: getattr(config, f.name) for f in fields(Config)},
            "data_dir": folder,
            "database_url": _database_url(config.database_url, folder),
            "redis_url": config.redis_url or default_url(folder),
        }
    )


def secret_key(config: Config) -> str:
    """The configured key, or the one kept in the data folder (made now if there is none)."""
    if config.secret_key:
        return config.secret_key
    path = config.data_dir / "secret_key"
    config.data_dir.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_name(f"secret_key.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_hex(32))
        # A link either takes the name or fails: of two first starts, one key wins.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def flask_settings(config: Config) -> dict[str, object]:
    """The same as Flask and its extensions want it."""
    return {
        "SECRET_KEY": secret_key(config),
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "MAX_CONTENT_LENGTH": UPLOAD_LIMIT,
        "MAX_FORM_MEMORY_SIZE": UPLOAD_LIMIT,  # a list may be pasted as well
        "SESSION_COOKIE_NAME": "igny8",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.secure_cookies,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a page may stay open all day
    }


def _parse(name: str, kind: str, raw: str) -> object:
    variable = f"IGNY8_{name.upper()}"
    if kind == "int":
        if not raw.isdigit() or int(raw) < 1:
            raise ConfigError(f"{variable} must be a whole number from 1, not {raw!r}")
        return int(raw)
    if kind == "bool":
        if raw.lower() not in _TRUE | _FALSE:
            raise ConfigError(f"{variable} must be 1 or 0, not {raw!r}")
        return raw.lower() in _TRUE
    return Path(raw) if kind == "Path" else raw


def _database_url(url: str, folder: Path) -> str:
    if not url:
        return f"sqlite:///{folder / 'igny8.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
