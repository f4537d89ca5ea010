"""Encodes facts as the events that state them: the inverse of `decode`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rules.facts import Claim, Event, Fact, Line, Treatment
from worker.events.types import event_type_of


def as_cloudevent(event: Event) -> dict[str, Any]:
    """The event as a producer would send it; a field that is not set is left out."""
    data = {"member_id": event.member_id, **_said(event.fact)}
    return {
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event_type_of(event.fact),
        "time": event.time.isoformat().replace("+00:00", "Z"),
        "data": data,
    }


def _said(fact: Fact) -> dict[str, Any]:
    """The fields of the fact, under their names in the contract."""
    said = {name: _plain(value) for name, value in fact._asdict().items() if value is not None}
    if isinstance(fact, Claim):
        said["lines"] = [_line(line) for line in fact.lines]
        said["attestations"] = [_without_none(one._asdict()) for one in fact.attestations]
    elif isinstance(fact, Treatment):
        said = {name: value for name, value in said.items() if not _is_unsaid(name, value)}
    return said


_UNSAID = {"procedure": "", "outcome": "unknown"}


def _is_unsaid(name: str, value: object) -> bool:
    """Whether a field of a treatment says no more than if it were left out."""
    return _UNSAID.get(name) == value


def _line(line: Line) -> dict[str, Any]:
    said = _without_none(line._asdict())
    number = said.pop("number")
    said["units"] = _number(line.units)
    if not line.procedure:
        del said["procedure"]
    return {"line": number, **said}


def _number(value: Decimal) -> int | float:
    """A JSON number, from which `decode` reads the same value."""
    return int(value) if value == int(value) else float(value)


def _without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in fields.items() if value is not None}


def _plain(value: object) -> object:
    """A value that JSON can represent."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"  # the contract allows no exponents
    return list(value) if isinstance(value, tuple) else value
