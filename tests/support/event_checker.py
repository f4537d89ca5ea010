"""
Says whether the contract accepts an event: slowly, simply, and on its own.

It shares nothing with the decoder, so that each is a check of the other: another JSON parser,
`strptime` instead of patterns, one yes or no instead of named faults.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.support.code_checker import (
    blank,
    diagnosis,
    in_force,
    modifier,
    procedure,
    taxonomy,
    therapy,
)

_WORDS = {
    "frequency": "1 7 8",
    "claim_type": "professional institutional",
    "decision": "approved denied",
    "result": "limited conclusive unknown",
    "outcome": "failed not_tolerated succeeded unknown",
    "sex": "female male other unknown",
}
_STATUSES = {
    "claim.finalized.v1": "paid allowed denied",
    "imaging.reported.v1": "performed allowed paid denied voided pending other_payer",
    "treatment.reported.v1": "performed voided",
    "authorization.recorded.v1": "approved denied cancelled",
}
_DIGITS = set("0123456789")


def accepts(raw: bytes) -> bool:
    """True if every rule of section 1 of the contract holds."""
    try:
        if len(raw) > 256 * 1024:
            return False
        event = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
        return _envelope(event) and _data(event)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _envelope(event: Any) -> bool:
    return (
        event["specversion"] == "1.0"
        and _identifier(event["id"])
        and _identifier(event["source"])
        and _instant(event["time"]) is not None
        and isinstance(event["data"], dict)
        and event.get("data_base64") is None
    )


def _data(event: Any) -> bool:
    return _identifier(event["data"]["member_id"]) and _DATA[event["type"]](event)


def _finalization(event: Any) -> bool:
    data = event["data"]
    return _ids(data, "claim_id") and _number(data["line"]) and _status(event)


def _report(event: Any) -> bool:
    data = event["data"]
    return _ids(data, "study_id") and _study(data) and _status(event) and _not_early(event)


def _coverage(event: Any) -> bool:
    data = event["data"]
    return _ids(data, "plan_id") and _span(data, "enrolled_from", "enrolled_through", True)


def _authorization(event: Any) -> bool:
    data = event["data"]
    named = _ids(data, "authorization_id") and procedure(data["procedure"]) and _status(event)
    return named and _span(data, "valid_from", "valid_through", False)


def _review(event: Any) -> bool:
    data = event["data"]
    said = _text(data["reason"]) and _text(data["reviewer_role"]) and _word(data, "decision")
    known = said and _ids(data, "claim_id") and _number(data["line"])
    return known and _optional(data, "reviewer_id", "credential") and _level(data) and _codes(event)


def _level(data: Any) -> bool:
    return blank(data.get("level")) or data["level"] in ("first", "appeal")


def _codes(event: Any) -> bool:
    """Both kinds, or neither; on a denial only; of the table on the event's day."""
    data, instant = event["data"], _instant(event["time"])
    carc, rarc = data.get("carc"), data.get("rarc")
    if blank(carc) and rarc is None:
        return True
    day = "" if instant is None else instant.date().isoformat()
    return (
        data["decision"] == "denied"
        and in_force(carc, "CARC", day)
        and _list(rarc, lambda code: in_force(code, "RARC", day))
    )


def _treatment(event: Any) -> bool:
    data = event["data"]
    named = _ids(data, "treatment_id") and _treated_by(data) and _status(event)
    dated = named and _day(data["date_of_service"]) and _not_early(event)
    told = blank(data.get("outcome")) or _word(data, "outcome")
    return dated and told and _list(data["diagnoses"], diagnosis) and _ended(event)


def _treated_by(data: Any) -> bool:
    """By a procedure, a therapy or both; what is there must be such a code."""
    codes = [(procedure, data.get("procedure")), (therapy, data.get("therapy"))]
    given = [is_code(code) for is_code, code in codes if not blank(code)]
    return bool(given) and all(given)


def _ended(event: Any) -> bool:
    """On a day from its first to that of the event, if at all."""
    data, instant = event["data"], _instant(event["time"])
    end = data.get("ended_on")
    if end is None:
        return True
    first = data["date_of_service"]
    return _day(end) and instant is not None and first <= end <= instant.date().isoformat()


def _person(event: Any) -> bool:
    data, instant = event["data"], _instant(event["time"])
    said = blank(data.get("sex")) or _word(data, "sex")
    born = data.get("birth_date")
    if born is None or instant is None:
        return said
    return said and _day(born) and born <= (instant + timedelta(days=1)).date().isoformat()


def _claim(event: Any) -> bool:
    data = event["data"]
    lines = data["lines"]
    return (
        _ids(data, "claim_id", "plan_id")
        and _word(data, "frequency", "claim_type")
        and (data["frequency"] == "1" or _names_another(data))
        and _day(data["received_at"])
        and _list(data["diagnoses"], diagnosis)
        and _list(lines, lambda line: _line(line, data))
        and 1 <= len(lines) <= 999
        and len({float(line["line"]) for line in lines}) == len(lines)
        and _optional(data, "place_of_service")
        and (data.get("attestations") is None or _list(data["attestations"], _attestation))
    )


def _names_another(data: Any) -> bool:
    return _ids(data, "replaces") and data["replaces"] != data["claim_id"]


def _line(line: Any, claim: Any) -> bool:
    pointers = line.get("diagnosis_pointers")
    modifiers = line.get("modifiers")
    return (
        _number(line["line"])
        and _billed(line)
        and (modifiers is None or _list(modifiers, modifier))
        and _day(line["date_of_service"])
        and line["date_of_service"] <= claim["received_at"]
        and (pointers is None or _list(pointers, lambda value: _points(value, claim)))
        and (line.get("units") is None or _quantity(line["units"]))
        and _optional(line, "rendering_npi", "revenue_code", "ordering_npi")
        and (blank(line.get("ordering_specialty")) or taxonomy(line["ordering_specialty"]))
        and _charge(line.get("charge"))
    )


def _billed(line: Any) -> bool:
    """A procedure, or none beside a revenue code."""
    if blank(line.get("procedure")):
        return _text(line.get("revenue_code"))
    return procedure(line["procedure"])


def _points(value: Any, claim: Any) -> bool:
    """To one of the entries as they were sent, which is not empty."""
    diagnoses = claim["diagnoses"]
    return _number(value, len(diagnoses)) and not blank(diagnoses[int(value) - 1])


def _quantity(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if isinstance(value, float) and not math.isfinite(value):
        return False
    thousandths = Fraction(str(value)) * 1000
    return thousandths >= 0 and thousandths.denominator == 1


def _attestation(value: Any) -> bool:
    said = _text(value["kind"]) and _day(value["date_of_service"])
    return said and _optional(value, "reference", "unit") and _charge(value.get("value"))


def _study(data: Any) -> bool:
    modifiers = data.get("modifiers")
    return (
        procedure(data["procedure"])
        and (modifiers is None or _list(modifiers, modifier))
        and _day(data["date_of_service"])
        and _word(data, "result")
        and _list(data["diagnoses"], diagnosis)
    )


def _not_early(event: Any) -> bool:
    instant = _instant(event["time"])
    return instant is not None and event["data"]["date_of_service"] <= instant.date().isoformat()


def _status(event: Any) -> bool:
    status = event["data"]["status"]
    return isinstance(status, str) and status in _STATUSES[event["type"]].split()


def _span(data: Any, first: str, last: str, open_ended: bool) -> bool:
    if open_ended and data.get(last) is None:
        return _day(data[first])
    return _day(data[first]) and _day(data[last]) and data[first] <= data[last]


def _word(data: Any, *names: str) -> bool:
    return all(isinstance(data[n], str) and data[n] in _WORDS[n].split() for n in names)


def _ids(data: Any, *names: str) -> bool:
    return all(_identifier(data[name]) for name in names)


def _text(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _identifier(value: Any) -> bool:
    return _text(value) and len(value) <= 256


def _optional(data: Any, *names: str) -> bool:
    return all(data.get(name) is None or isinstance(data[name], str) for name in names)


def _list(value: Any, member: Any) -> bool:
    return isinstance(value, list) and all(member(each) for each in value)


def _number(value: Any, most: int | None = 999) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    whole = isinstance(value, int) or (math.isfinite(value) and value == math.floor(value))
    return whole and value >= 1 and (most is None or value <= most)


def _charge(value: Any) -> bool:
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    if not isinstance(value, str):
        return False
    whole, point, part = value.removeprefix("-").partition(".")
    return set(whole + part) <= _DIGITS and bool(part if point else whole)


def _day(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != 10 or not set(value) <= _DIGITS | {"-"}:
        return False
    try:
        day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        return False
    return day.isoformat() == value and 1900 <= day.year <= 2199


def _instant(value: Any) -> datetime | None:
    """The instant to the second, or none."""
    if not isinstance(value, str) or not set(value) <= _DIGITS | set("-+:.TZ"):
        return None
    clock, zone = (value[:-1], "+00:00") if value.endswith("Z") else (value[:-6], value[-6:])
    clock, point, fraction = clock.partition(".")
    if point and not (1 <= len(fraction) <= 9 and set(fraction) <= _DIGITS):
        return None
    if not (_day(clock[:10]) and zone[:1] in ("+", "-")):
        return None
    local, shift = _strictly(clock, "%Y-%m-%dT%H:%M:%S"), _strictly(zone[1:], "%H:%M")
    if local is None or shift is None:
        return None
    offset = timedelta(hours=shift.hour, minutes=shift.minute)
    return local - offset if zone[0] == "+" else local + offset


def _strictly(text: str, form: str) -> datetime | None:
    """The moment, if it would be written exactly so."""
    try:
        moment = datetime.strptime(text, form).replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment if moment.strftime(form) == text else None


_DATA = {
    "claim.submitted.v1": _claim,
    "claim.finalized.v1": _finalization,
    "imaging.reported.v1": _report,
    "coverage.recorded.v1": _coverage,
    "treatment.reported.v1": _treatment,
    "authorization.recorded.v1": _authorization,
    "review.completed.v1": _review,
    "member.recorded.v1": _person,
}
