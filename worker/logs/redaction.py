"""
Decides what may be written of a log record: nothing that could be member data.

A key is written if it is on the list below; a value if it is a number, text or made of these. An
exception is written as its type and its place in our own code, with its text only if the exception
is ours. Another library's message is reduced to its fixed words and numbers.
"""

from __future__ import annotations

import ast
import logging
import re
import sys
import tokenize
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from traceback import extract_tb
from typing import Any

from structlog.typing import EventDict, WrappedLogger

REDACTED = "[redacted]"

ALLOWED = frozenset(
    {
        # every line
        *("timestamp", "level", "logger", "event", "error"),
        # who and where
        *("worker", "pid", "host", "port", "shard", "lane", "lanes"),
        *("batch", "entry", "stream", "setting"),
        *("command", "concurrency", "file", "row", "redis", "broker", "state_dir", "signal"),
        # an event, without its content: the id as a hash, and one of eight types or `unknown`
        *("event_hash", "event_type", "result", "reason", "cause", "attempts", "takes"),
        "trace_id",  # 32 hexadecimal digits
        # how many
        *("events", "applied", "duplicate", "refused", "set_aside", "orders", "members"),
        *("determinations", "approved", "denied", "pended", "not_applicable", "outcomes"),
        *("count", "expected", "found", "bytes", "memory_ratio"),
        # how long
        *("seconds", "stages", "oldest_seconds", "wait_seconds"),
        # by which rules
        *("generation", "library", "policy_version", "version"),
    }
)
"""Keys whose values come from a closed set, from settings or from counts."""

_OURS = ("console", "doors", "rules", "worker")
_ROOT = Path(__file__).parents[2]
_TEXT_MAX = 300
_DEPTH_MAX = 4
_CHAIN_MAX = 5
_LINE_ENDS = re.compile(r"[\t\r\n]+")
_WARNING = re.compile(r"(?P<path>[^\n]+?):(?P<line>\d+): (?P<kind>\w+): ")
"""How Python writes a warning, up to its text."""


def keep_allowed(_logger: WrappedLogger, _method: str, record: EventDict) -> EventDict:
    """The last step before a record is written."""
    return {key: _plain(value) if key in ALLOWED else REDACTED for key, value in record.items()}


def reduce_exception(_logger: WrappedLogger, _method: str, record: EventDict) -> EventDict:
    """Replaces an exception by what may be logged of it."""
    record.pop("stack_info", None)
    error = _exception(record.pop("exc_info", None))
    if error is not None:
        record["error"] = [_described(each) for each in _chain(error)]
    return record


def reduce_foreign_message(_logger: WrappedLogger, _method: str, record: EventDict) -> EventDict:
    """Reduces another library's message to words from its source, numbers and exception names."""
    source: logging.LogRecord = record["_record"]
    arguments = record.pop("positional_args")
    if source.name == "py.warnings":
        said = _reduced_warning(str(arguments[0] if arguments else source.msg))
    else:
        said = _reduced_message(source.msg, arguments, source.pathname)
    record["event"] = " ".join(said.split()) or f"{REDACTED} {source.module}:{source.lineno}"
    if isinstance(count := getattr(source, "count", None), int):  # see `Repeats`
        record["count"] = count
    return record


def _plain(value: object, depth: int = 0) -> object:
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return _printable(value[:_TEXT_MAX])
    if depth < _DEPTH_MAX and isinstance(value, Mapping):
        return {_plain(str(key)): _plain(each, depth + 1) for key, each in value.items()}
    if depth < _DEPTH_MAX and isinstance(value, list | tuple):
        return [_plain(each, depth + 1) for each in value]
    return REDACTED


def _printable(text: str) -> str:
    """A text of several lines becomes one; what could steer a terminal is replaced."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for letter in _LINE_ENDS.sub(" ", text)
    )


def _exception(info: object) -> BaseException | None:
    if info is True:
        info = sys.exception()
    if isinstance(info, tuple):
        info = info[1]
    return info if isinstance(info, BaseException) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    current: BaseException | None = error
    for _ in range(_CHAIN_MAX):
        if current is None:
            return
        yield current
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)


def _described(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    described: dict[str, Any] = {"type": f"{kind.__module__}.{kind.__qualname__}"}
    if kind.__module__.partition(".")[0] in _OURS:
        described["text"] = str(error)
    return described | {"at": list(_places(error))}


def _places(error: BaseException) -> Iterator[str]:
    frames = extract_tb(error.__traceback__)
    for frame in frames:
        path = Path(frame.filename)
        is_ours = path.is_relative_to(_ROOT) and path.relative_to(_ROOT).parts[0] in _OURS
        if is_ours or frame is frames[-1]:
            name = path.relative_to(_ROOT) if is_ours else path.name
            yield f"{name}:{frame.lineno} {frame.name}"


def _reduced_message(message: object, arguments: object, path: str) -> str:
    if not isinstance(message, str) or message.strip() not in _words_of(path):
        return ""
    words = message.strip()
    if not arguments:
        return words
    try:
        return str(words % _safe(arguments))
    except (TypeError, ValueError, KeyError):
        return words


def _reduced_warning(written: str) -> str:
    parts = _WARNING.match(written)
    return f"{parts['kind']} at {Path(parts['path']).name}:{parts['line']}" if parts else ""


def _safe(arguments: object) -> object:
    if isinstance(arguments, Mapping):
        return {key: _safe(value) for key, value in arguments.items()}
    if isinstance(arguments, tuple):
        return tuple(_safe(value) for value in arguments)
    if isinstance(arguments, int | float):
        return arguments
    return type(arguments).__name__ if isinstance(arguments, BaseException) else REDACTED


@lru_cache(maxsize=256)
def _words_of(path: str) -> frozenset[str]:
    """All string literals of a source file: they cannot contain claim data."""
    try:
        with tokenize.open(path) as source:
            tree = ast.parse(source.read())
    except (OSError, SyntaxError, UnicodeDecodeError):
        return frozenset()
    return frozenset(
        node.value.strip()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
