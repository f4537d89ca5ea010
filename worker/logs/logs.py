"""
Sets up the logs of a process: JSON or readable lines on standard error.

Records of other libraries, warnings and uncaught exceptions are processed like ours, by
`worker/logs/redaction.py`.
"""

from __future__ import annotations

import logging
import logging.config
import sys
import threading
from hashlib import sha256
from types import TracebackType
from typing import TextIO

import msgspec
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

from worker.config.settings import LogFormat, LogLevel
from worker.logs.redaction import keep_allowed, reduce_exception, reduce_foreign_message
from worker.logs.repeats import Repeats

_HASH_LETTERS = 16


def set_up_logs(log_format: LogFormat, log_level: LogLevel) -> None:
    """Makes everything that this process logs from now on follow our rules."""
    level = logging.getLevelNamesMapping()[log_level.upper()]
    handler = _Handler(sys.stderr)
    handler.addFilter(Repeats())
    handler.setFormatter(_formatter(log_format, colours=sys.stderr.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Other libraries are verbose, and our own lines cover the same events better, at debug too.
    root.setLevel(max(level, logging.WARNING))
    for ours in ("console", "doors", "rules", "worker"):
        logging.getLogger(ours).setLevel(level)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_common(),
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    logging.lastResort = handler  # for loggers without a handler
    logging.captureWarnings(capture=True)
    _take_over_hooks()


def hashed_event_id(source: str, event_id: str) -> str:
    """Identifies an event in logs by a hash, because its id may contain a claim number."""
    identity = f"{len(source)}:{source}{event_id}".encode("utf-8", "surrogatepass")
    return sha256(identity).hexdigest()[:_HASH_LETTERS]


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines; if it cannot write one, it reports only that."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Replaces Python's own handling, which would print the record."""
        sys.stderr.write("A log line could not be written.\n")


def _formatter(log_format: LogFormat, *, colours: bool) -> ProcessorFormatter:
    render: Processor = (
        _as_json if log_format == "json" else structlog.dev.ConsoleRenderer(colors=colours)
    )
    return ProcessorFormatter(
        foreign_pre_chain=[reduce_foreign_message, *_common()],
        processors=[
            ProcessorFormatter.remove_processors_meta,
            reduce_exception,
            keep_allowed,
            render,
        ],
        use_get_message=False,
        pass_foreign_args=True,
    )


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _as_json(_logger: WrappedLogger, _method: str, record: EventDict) -> str:
    first = {key: record[key] for key in ("timestamp", "level", "event")}
    return msgspec.json.encode({**first, **record}).decode()


def _take_over_hooks() -> None:
    """Logs uncaught exceptions; Python itself would print them with their text."""
    log = structlog.get_logger(__name__)

    def uncaught(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            log.critical("ended by an exception", exc_info=error)

    def uncaught_in_thread(hook: threading.ExceptHookArgs) -> None:
        log.critical("a thread was ended by an exception", exc_info=hook.exc_value)

    def unraisable(hook: sys.UnraisableHookArgs) -> None:
        log.error("an exception could not be raised", exc_info=hook.exc_value)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
    sys.unraisablehook = unraisable
