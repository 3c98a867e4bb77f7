"""Configuration: defaults, then ``IGNY8_*`` from the environment. Every key says what it does."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

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
    secret_key: str = field(default="", repr=False)
    # Worker processes that `python worker.py` starts.
    workers: int = 2
    # Items of one AI stage that are worked at the same time, workers permitting.
    lanes: int = 4
    # Seconds after which the items of a worker that went silent are given to another.
    lease_seconds: int = 60
    # Seconds a lane works before it rings for itself again.
    slice_seconds: int = 20
    # Seconds that one item, or one batch of them, may take before it is stopped.
    item_seconds: int = 300
    # Tries of an item, crashes of its worker included, before it is failed.
    max_attempts: int = 3
    # Seconds between two rounds of the reconciler.
    reconcile_seconds: int = 15
    # Cookies only over https; switch on behind TLS.
    secure_cookies: bool = False
    # How lines of the log look: text, or json with one object a line.
    log_format: str = "text"
    # The least that is logged: debug, info, warning or error.
    log_level: str = "info"
    # Opens /metrics; empty: there is no such page.
    metrics_token: str = field(default="", repr=False)
    # US dollars that one run may cost, where its site says nothing else.
    run_cap: Decimal = Decimal(5)
    # US dollars that one site may cost in a month, where it says nothing else.
    month_cap: Decimal = Decimal(50)
    # OpenAI-compatible API that makes the texts; empty: the offline provider.
    text_base_url: str = ""
    # Its key, where it wants one.
    text_api_key: str = field(default="", repr=False)
    # The model, as that API calls it; empty: the first that it lists.
    text_model: str = ""
    # Seconds that one answer may take.
    text_timeout_seconds: int = 120
    # Keywords of one clustering request: as many as the model can sort without losing some.
    text_keywords_per_call: int = 200
    # Requests that may be sent in a minute; empty: as many as the provider lets through.
    text_requests_per_minute: int | None = None
    # Tokens, both ways together, that may be used in a minute; empty: as many as it lets through.
    text_tokens_per_minute: int | None = None
    # Who makes the pictures: openai (and what speaks like it) or runware; empty: openai where a
    # base URL is set, else the offline painter.
    image_provider: str = ""
    # Address of its API; empty: its own public one.
    image_base_url: str = ""
    # Its key, where it wants one.
    image_api_key: str = field(default="", repr=False)
    # The model, as that API calls it.
    image_model: str = ""
    # Seconds that one picture may take; fetching it from where it was put comes on top.
    image_timeout_seconds: int = 180
    # Pictures that may be asked for in a minute; empty: as many as the provider lets through.
    image_requests_per_minute: int | None = None

    @property
    def media_dir(self) -> Path:
        """Where pictures are stored."""
        return self.data_dir / "media"


_CHOICES = {
    "log_format": ("text", "json"),
    "log_level": ("debug", "info", "warning", "error"),
    "image_provider": ("", "openai", "runware"),
}
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
    for name, choices in _CHOICES.items():
        _check_choice(name, getattr(config, name), choices)
    _check_api("text", config.text_base_url, config.text_model)
    if config.image_provider and not config.image_model:
        raise ConfigError("IGNY8_IMAGE_PROVIDER needs IGNY8_IMAGE_MODEL: name the model to use")
    _check_api("image", config.image_base_url, config.image_model)
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
    if kind in ("int", "int | None"):
        if not raw.isdigit() or int(raw) < 1:
            raise ConfigError(f"{variable} must be a whole number from 1, not {raw!r}")
        return int(raw)
    if kind == "bool":
        if raw.lower() not in _TRUE | _FALSE:
            raise ConfigError(f"{variable} must be 1 or 0, not {raw!r}")
        return raw.lower() in _TRUE
    if kind == "Decimal":
        return _dollars(variable, raw)
    return Path(raw) if kind == "Path" else raw


def _dollars(variable: str, raw: str) -> Decimal:
    try:
        amount = Decimal(raw)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise ConfigError(f"{variable} must be an amount in US dollars, such as 2.50, not {raw!r}")
    return amount


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        known = ", ".join(filter(None, choices[:-1])) + f" or {choices[-1]}"
        raise ConfigError(f"IGNY8_{name.upper()} must be {known}, not {value!r}")


def _check_api(kind: str, base_url: str, model: str) -> None:
    if not base_url:
        return
    name = f"IGNY8_{kind.upper()}"
    url = urlsplit(base_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ConfigError(f"{name}_BASE_URL must begin with https:// or http:// and name a host")
    if "@" in url.netloc or url.query:
        raise ConfigError(f"{name}_BASE_URL is no place for a key: {name}_API_KEY is")
    if not model and kind != "text":  # a text API is asked which it has
        raise ConfigError(f"{name}_BASE_URL needs {name}_MODEL: name the model to use")


def _database_url(url: str, folder: Path) -> str:
    if not url:
        return f"sqlite:///{folder / 'igny8.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
