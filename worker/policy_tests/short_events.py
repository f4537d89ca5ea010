"""The events of a scenario that is written in short: what is left out has a usual value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from worker.determinations.data import Data
from worker.events.plain_claim import PlainAttestation, PlainLine
from worker.events.types import BY_NAME
from worker.failures import RefusedError
from worker.nearest import offered

MEMBER: Final = "M-1"
RECEIVED_DAYS_AFTER: Final = 4
ENROLLED_YEARS_BEFORE: Final = 10

_OTHER_NAMES: Final = {"plan": "plan_id", "claim": "claim_id"}
_DAY_WORDS: Final = ("day", "days_before", "days_after")
_LINE: Final = frozenset(PlainLine.__struct_fields__)
_ATTESTATION: Final = frozenset(PlainAttestation.__struct_fields__)
_OWN_IDS: Final = {
    "claim.submitted.v1": ("claim_id", "C"),
    "imaging.reported.v1": ("study_id", "S"),
    "treatment.reported.v1": ("treatment_id", "T"),
    "authorization.recorded.v1": ("authorization_id", "A"),
}
_MAIN_DAYS: Final = {
    "coverage.recorded.v1": "enrolled_from",
    "authorization.recorded.v1": "valid_from",
}
_USUAL: Final[Mapping[str, Data]] = {
    "claim.submitted.v1": {"frequency": "1", "claim_type": "professional", "diagnoses": []},
    "imaging.reported.v1": {"status": "performed", "result": "unknown", "diagnoses": []},
    "treatment.reported.v1": {"status": "performed", "diagnoses": []},
    "authorization.recorded.v1": {"status": "approved"},
    "review.completed.v1": {
        "claim_id": "C-1",
        "line": 1,
        "reason": "seen by a person",
        "reviewer_role": "medical director",
    },
    "claim.finalized.v1": {"claim_id": "C-1", "line": 1},
}


class NotShort(RefusedError):
    """Something of a scenario in short cannot be read; the message says what."""


class Told(NamedTuple):
    """An event, and what is expected of its lines."""

    event: Data
    expect: tuple[Data, ...] = ()


class Around(NamedTuple):
    """What the events of a scenario are told against."""

    day: date
    plan: str


def _short_names() -> dict[str, str]:
    """The first word of each type; of a second type with that word, its second."""
    names: dict[str, str] = {}
    for type_ in BY_NAME:
        first, second, *_ = type_.split(".")
        names[second if first in names else first] = type_
    return names


SHORT_NAMES: Final[Mapping[str, str]] = _short_names()
"""`claim`, `imaging` ... -> the type of event."""


def told(name: str, written: Data, position: int, number: int, around: Around) -> Told:
    """
    Returns the event under a short name, `position` of its kind, `number` of all, from 1.

    Raises `NotShort`.
    """
    type_ = SHORT_NAMES[name]
    given = _renamed(written)
    sent = given.pop("sent", None)
    time = given.pop("time", None)
    expect: list[Data] = []
    data: Data = {"member_id": MEMBER, **_USUAL.get(type_, {}), **_own_id(type_, position)}
    if type_ == "claim.submitted.v1":
        expect = _fill_claim(data, given, around)
    else:
        data |= _dated(given, around.day, _MAIN_DAYS.get(type_, "date_of_service"), name)
        _fill_in(type_, data, around)
    _must_be_known(data, BY_NAME[type_].plain.__struct_fields__, name)
    day = _usual_day_sent(data, around.day) if sent is None else _day_of(sent)
    event = {
        "specversion": "1.0",
        "id": f"e-{number:03}",
        "source": "/scenario",
        "type": type_,
        "time": time or f"{_text(day)}T12:{number // 60 % 60:02}:{number % 60:02}Z",
        "data": data,
    }
    return Told(as_json(event), tuple(as_json(expect)))


def over_usual(usual: Data, written: Data) -> Data:
    """Returns what is written over what is usual; one day takes the place of another."""
    has_day = any(word in written for word in (*_DAY_WORDS, "date_of_service"))
    return {
        key: value for key, value in usual.items() if not (has_day and key in _DAY_WORDS)
    } | written


def as_json(value: Any) -> Any:  # noqa: ANN401  # whatever TOML holds
    """Dates as text, in whatever they stand."""
    if isinstance(value, dict):
        return {key: as_json(held) for key, held in value.items()}
    if isinstance(value, list):
        return [as_json(held) for held in value]
    return _text(value) if isinstance(value, date) else value


def tables(value: object, name: str) -> list[Data]:
    """Returns a list of tables; a table alone is a list of one. Raises `NotShort`."""
    return [table(one, name) for one in (value if isinstance(value, list) else [value])]


def table(value: object, name: str) -> Data:
    """Returns a table; raises `NotShort`."""
    if not isinstance(value, dict):
        raise NotShort(f"{name} is not a table: write its fields below its name in brackets.")
    return value


def _own_id(type_: str, position: int) -> Data:
    if type_ not in _OWN_IDS:
        return {}
    field, letter = _OWN_IDS[type_]
    return {field: f"{letter}-{position}"}


def _renamed(written: Data) -> Data:
    return {_OTHER_NAMES.get(key, key): value for key, value in written.items()}


def _fill_claim(data: Data, given: Data, around: Around) -> list[Data]:
    """Fills a claim in; what is said of a line stands on the claim where it has one line."""
    lines = given.pop("lines", None)
    received_after = given.pop("received_after", RECEIVED_DAYS_AFTER)
    shared = {key: given.pop(key) for key in (*_DAY_WORDS, *_LINE, "expect") if key in given}
    attestations = given.pop("attestations", [])
    each = [{}] if lines is None else tables(lines, "lines")
    written = [_line(over_usual(shared, line), n, around.day) for n, line in enumerate(each, 1)]
    data |= {"plan_id": around.plan} | given
    expect = [
        {"claim_id": data["claim_id"], "line": line["line"]} | said
        for line, said in written
        if said is not None
    ]
    data["lines"] = [line for line, _ in written]
    if attestations:
        data["attestations"] = [
            _checked(_dated(one, around.day, "date_of_service", "attestation"), _ATTESTATION)
            for one in tables(attestations, "attestations")
        ]
    last = max((_day_of(line["date_of_service"]) for line in data["lines"]), default=around.day)
    data.setdefault("received_at", last + timedelta(_whole(received_after)))
    return expect


def _line(written: Data, number: int, day: date) -> tuple[Data, Data | None]:
    given = dict(written)
    said = given.pop("expect", None)
    line: Data = {"line": number} | _dated(given, day, "date_of_service", "claim")
    line.setdefault("date_of_service", day)
    _must_be_known(line, _LINE, "line of a claim")
    return line, said


def _checked(written: Data, known: Iterable[str]) -> Data:
    _must_be_known(written, known, "attestation")
    return written


def _fill_in(type_: str, data: Data, around: Around) -> None:
    """What an event other than a claim has where nothing is said, by the day in question."""
    if type_ == "coverage.recorded.v1":
        years_before = date(around.day.year - ENROLLED_YEARS_BEFORE, 1, 1)
        for field, value in (("plan_id", around.plan), ("enrolled_from", years_before)):
            data.setdefault(field, value)
    elif type_ == "authorization.recorded.v1":
        data.setdefault("valid_from", around.day)
        data.setdefault("valid_through", max(around.day, _day_of(data["valid_from"])))
    elif "date_of_service" in BY_NAME[type_].plain.__struct_fields__:
        data.setdefault("date_of_service", around.day)


def _usual_day_sent(data: Data, day: date) -> date:
    """A claim is sent when it is received, a study when it is made, a word of it afterwards."""
    if "received_at" in data:
        return _day_of(data["received_at"])
    if "date_of_service" in data:
        return _day_of(data["date_of_service"])
    is_of_claim = "claim_id" in data
    return day + timedelta(RECEIVED_DAYS_AFTER + 1) if is_of_claim else day


def _dated(written: Data, day: date, field: str, name: str) -> Data:
    """Puts the day that is told by one of the words for it into its field."""
    given = dict(written)
    words = [word for word in _DAY_WORDS if word in given]
    if len(words) > 1:
        raise NotShort(f"{name}: {' and '.join(words)} are both given; give one of them.")
    if not words:
        return given
    value = given.pop(words[0])
    if words[0] == "day":
        given[field] = value
    else:
        days = _whole(value)
        given[field] = day + timedelta(-days if words[0] == "days_before" else days)
    return given


def _whole(days: object) -> int:
    if type(days) is int:
        return days
    raise NotShort(f"{days!r} is not a whole number of days.")


def _day_of(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise NotShort(f"{value!r} is not a date; write it as 2025-09-15, without quotes.")


def _must_be_known(given: Iterable[str], known: Iterable[str], name: str) -> None:
    fields = sorted(known)
    for field in given:
        if field not in fields:
            raise NotShort(f"{name}: {field!r} is not known.{offered(field, fields)}")


def _text(value: date) -> str:
    return value.isoformat().replace("+00:00", "Z")
