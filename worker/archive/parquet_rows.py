"""
A determination as a row of typed columns.

What a column cannot hold, because another release or another program wrote it otherwise, is null:
the bytes beside it say what was published.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

import msgspec

from worker.determinations.parse import StreamedDetermination

_TEXTS: Final = (
    *("member_id", "claim_id", "procedure", "change", "outcome", "reason", "section", "group"),
    *("carc", "decided_by"),
)
_NUMBERS: Final = ("line", "revision", "record_version")
_REVIEW: Final = (
    *("decision", "reason", "role", "reviewer_id", "credential", "level", "source", "id"),
)
_NUMBER_MAX: Final = 2**63 - 1

ParquetRow = dict[str, Any]


def row_of(found: StreamedDetermination) -> ParquetRow:
    """The columns of a determination that `worker.determinations.parse` can read."""
    envelope = _mapping(msgspec.json.decode(found.event))
    data = _mapping(envelope.get("data"))
    policy, digests = _mapping(data.get("policy")), _mapping(data.get("digests"))
    cause = _mapping(data.get("caused_by"))
    return {
        "entry": found.entry_id,
        "event": found.event,
        "id": _text(envelope.get("id")),
        "time": _instant(envelope.get("time")),
        **_texts(data, _TEXTS),
        **{name: _number(data.get(name)) for name in _NUMBERS},
        "rarc": [_text(each) for each in _list(data.get("rarc"))],
        "needs": [_texts(_mapping(each), ("code", "text")) for each in _list(data.get("needs"))],
        "due_on": _day(data.get("due_on")),
        "recommended": _struct(data.get("recommended"), ("outcome", "reason")),
        "post_payment_review": _flag(data.get("post_payment_review")),
        "review": _struct(data.get("review"), _REVIEW),
        "review_ignored": _struct(data.get("review_ignored"), ("why", "source", "id")),
        **_texts(policy, ("id", "version", "library", "program"), "policy_"),
        "findings": [_finding(_mapping(each)) for each in _list(data.get("findings"))],
        **_texts(cause, ("source", "id", "library"), "caused_by_"),
        **_texts(digests, ("record", "previous"), "digest_"),
    }


def month_of(time: str) -> str:
    """The month of a determination's time, by which files are put into folders."""
    instant = _instant(time)
    return f"{instant:%Y-%m}" if instant is not None else "0000-00"


def _finding(said: Mapping[str, Any]) -> ParquetRow:
    parameters = _mapping(said.get("parameters"))
    return {
        **_texts(said, ("criterion", "section", "answer", "because")),
        "evidence": [_pointer(_mapping(each)) for each in _list(said.get("evidence"))],
        # Their kinds differ, so each is its JSON: 90, true, "never", ["C71.1"].
        "parameters": [
            (name, msgspec.json.encode(value).decode()) for name, value in parameters.items()
        ],
    }


def _pointer(said: Mapping[str, Any]) -> ParquetRow:
    names = ("kind", "claim_id", "id", "reference", "plan_id")
    return {**_texts(said, names), "line": _number(said.get("line"))}


def _struct(value: object, names: tuple[str, ...]) -> ParquetRow | None:
    return _texts(value, names) if isinstance(value, dict) else None


def _texts(said: Mapping[str, Any], names: tuple[str, ...], prefix: str = "") -> ParquetRow:
    return {f"{prefix}{name}": _text(said.get(name)) for name in names}


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | None:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _NUMBER_MAX:
        return None
    return value


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _instant(value: object) -> datetime | None:
    """Of an instant that names its offset."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return read if read is not None and read.tzinfo is not None else None
