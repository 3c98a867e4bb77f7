"""What the processes say: one form for our lines and the libraries', each with its context.

The code logs with ``logging.getLogger(__name__)`` and says once, around the work, what it is
about: ``with logs.about(run=…, stage=…):``. Every line written meanwhile carries it.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from typing import Any, TextIO

from pythonjsonlogger.json import JsonFormatter

from .config import Config
from .masking import Mask, password_of
from .platform.processes import NAME

OTHERS = ("gunicorn.error", "gunicorn.access", "rq.worker", "rq.job", "rq.worker_pool")
"""Loggers that come with handlers of their own."""
MOST_SHOWN = 5
"""Items that a line of text names; JSON has them all."""

_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")

_facts: ContextVar[Mapping[str, Any]] = ContextVar("igny8_log_facts", default={})  # noqa: B039 - never changed in place


@contextmanager
def about(**facts: Any) -> Iterator[None]:
    """Every line written inside carries these facts, beside those of around it."""
    token = _facts.set({**_facts.get(), **facts})
    try:
        yield
    finally:
        _facts.reset(token)


def add(**facts: Any) -> None:
    """From here on too, to the end of the enclosing :func:`about`."""
    _facts.set({**_facts.get(), **facts})


@contextmanager
def quiet() -> Iterator[None]:
    """Only warnings are written inside: for what is played and never really happens."""
    before = logging.root.manager.disable
    logging.disable(logging.INFO)
    try:
        yield
    finally:
        logging.disable(before)


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what is stderr at that moment: tests put another in its place."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override] # an attribute there, found anew here
        return sys.stderr


class TextFormatter(logging.Formatter):
    """``2026-11-23 15:01:02,123 WARNING rq.worker [run=… stage=… items=7]: the message``."""

    def __init__(self, mask: Mask) -> None:
        # `make run` puts the time in front itself.
        time = "" if NAME in os.environ else "%(asctime)s "
        super().__init__(f"{time}%(levelname)s %(name)s%(facts)s: %(message)s")
        self.mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback below it."""
        said = " ".join(f"{name}={_in_short(value)}" for name, value in _facts.get().items())
        vars(record)["facts"] = f" [{said}]" if said else ""
        return self.mask(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line alone: what a stranger sent forges no second one."""
        return _BREAKS.sub(lambda found: repr(found[0])[1:-1], super().formatMessage(record))


class JSONFormatter(JsonFormatter):
    """One JSON object a line: time, level, logger, message, pid, the facts, ``exception``."""

    def __init__(self, mask: Mask) -> None:
        super().__init__(
            ["levelname", "name", "message", "process"],
            timestamp="time",
            rename_fields={
                "levelname": "level",
                "name": "logger",
                "process": "pid",
                "exc_info": "exception",
            },
        )
        self.mask = mask

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """What the library puts in, and the facts."""
        super().add_fields(log_data, record, message_dict)
        log_data.update(_facts.get())

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return self.mask(super().format(record))


def hide(*secrets: str) -> None:
    """Keep these out of every later line of this process, e.g. a key that was just unsealed."""
    handler = _ours()
    if handler and isinstance(handler.formatter, TextFormatter | JSONFormatter):
        handler.formatter.mask.hide(*secrets)


def set_up(config: Config, *secrets: str) -> None:
    """Make this process log as configured; harmless when repeated.

    ``secrets`` are hidden besides those of the configuration.
    """
    mask = Mask([*secrets_of(config), *secrets])
    formatter = JSONFormatter(mask) if config.log_format == "json" else TextFormatter(mask)
    level = config.log_level.upper()
    root = logging.getLogger()
    ours = _ours() or _Stderr()
    root.addHandler(ours)
    # What libraries tell of their daily work is for who looks for a fault.
    root.setLevel("WARNING" if level == "INFO" else level)
    logging.getLogger("igny8_web").setLevel(level)
    for handler in [ours, *(h for name in OTHERS for h in logging.getLogger(name).handlers)]:
        handler.setFormatter(formatter)
        handler.setLevel(level)
    if config.log_format == "json":
        sys.excepthook = _last_words


def secrets_of(config: Config) -> list[str]:
    """What must never be read in a log: fields that are kept out of ``repr``, passwords of URLs."""
    values = [(spec, str(getattr(config, spec.name))) for spec in fields(config)]
    return [
        *(value for spec, value in values if not spec.repr),
        *(password_of(value) for spec, value in values if spec.name.endswith("_url")),
    ]


def _ours() -> _Stderr | None:
    handlers = logging.getLogger().handlers
    return next((handler for handler in handlers if isinstance(handler, _Stderr)), None)


def _last_words(kind: type[BaseException], error: BaseException, trace: Any) -> None:
    """What ends a process is a line of JSON too."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger(__name__).critical("the process ends", exc_info=(kind, error, trace))


def _in_short(value: Any) -> str:
    if isinstance(value, list | tuple):
        shown = ",".join(map(str, value[:MOST_SHOWN]))
        return f"{shown},…" if len(value) > MOST_SHOWN else shown
    return str(value)
