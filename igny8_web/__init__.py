"""igny8_web: a keyword list goes in; reviewed, illustrated, published articles come out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

ROOT = Path(__file__).resolve().parent.parent


def create_app(*, pages: bool = True, **overrides: Any) -> Flask:
    """Make the app: configuration → extensions → pages → commands.

    Workers and the reconciler need neither ``pages`` nor commands. ``overrides`` are
    fields of :class:`igny8_web.config.Config` and win over the environment. Raises ConfigError
    when a setting cannot be used.
    """
    # Imported here: `make run`'s process manager imports the package and must stay small.
    from flask import Flask

    from . import config, extensions, logs
    from .current import House
    from .queue import bounded_redis

    settings = config.load(**overrides)
    settings.data_dir.mkdir(parents=True, exist_ok=True)

    app = Flask(
        "igny8_web",
        root_path=str(ROOT / "igny8_web"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path=_static_address() if pages else None,
        instance_path=str(settings.data_dir),
    )
    app.config.from_mapping(config.flask_settings(settings))
    logs.set_up(settings, app.config["SECRET_KEY"])
    app.extensions["igny8"] = House(settings, bounded_redis(settings.redis_url))

    extensions.init_app(app)
    if pages:
        from . import cli, web

        web.init_app(app)
        cli.init_app(app)
    return app


def _static_address() -> str:
    from .web.static_files import address

    return address(ROOT / "static")


def create_worker_app(**overrides: Any) -> Flask:
    """The app of a worker: no pages, all jobs imported and rehearsed, so that a fork is warm."""
    from . import jobs as _jobs  # noqa: F401 - loaded, so that no job has to
    from .pipeline.rehearsal import rehearse

    app = create_app(pages=False, **overrides)
    with app.app_context():
        rehearse()
    return app
