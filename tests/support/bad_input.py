"""What must not be accepted, by what is wrong with it, and how each must be refused."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from tests.support.event_builders import (
    CLAIM,
    COVERAGE,
    FINALIZED,
    REPORT,
    REVIEW,
    TREATMENT,
    denial,
    encoded,
    event_of,
    with_value,
    without,
)
from tests.support.malformed_values import OF_A_DENIAL, OPTIONAL, REQUIRED
from worker.events.decode import EVENT_BYTES_MAX

SOURCE = "/edi/gateway"
_WHOLE = ("event",)


class Bad(NamedTuple):
    """One event that is refused."""

    raw: bytes
    reason: str
    paths: tuple[str, ...] = _WHOLE
    """Of every fault, in order."""
    event_id: str = ""
    source: str = ""
    event_type: str = "unknown"


def _bad(
    event: dict[str, Any], *paths: str, reason: str = "INVALID_DATA", event_type: str | None = None
) -> Bad:
    """A refused event whose id and source can be read."""
    kind = event["type"] if event_type is None else event_type
    return Bad(encoded(event), reason, paths, event["id"], event["source"], kind)


def _claim(**data: Any) -> dict[str, Any]:
    return event_of(CLAIM, **data)


def _line(**fields: Any) -> dict[str, Any]:
    return _claim()["data"]["lines"][0] | fields


TEN_KILOBYTES = "x" * 10_240

REFUSED = {
    "nothing at all": Bad(b"", "NOT_JSON"),
    "not JSON": Bad(b'{"specversion": "1.0", "id": "e-', "NOT_JSON"),
    "NaN": Bad(encoded(event_of(FINALIZED)).replace(b'"line": 1', b'"line": NaN'), "NOT_JSON"),
    "nested a thousand deep": Bad(
        encoded(event_of(FINALIZED, extra="DEEP")).replace(b'"DEEP"', b"[" * 1000 + b"]" * 1000),
        "NOT_JSON",
    ),
    "a list": Bad(b"[1, 2]", "NOT_AN_EVENT"),
    "a text": Bad(b'"claim"', "NOT_AN_EVENT"),
    "an empty object": Bad(
        b"{}", "NOT_AN_EVENT", ("specversion", "id", "source", "time", "data", "type")
    ),
    "another CloudEvents version": _bad(
        event_of(FINALIZED) | {"specversion": "0.3"}, "specversion", reason="NOT_AN_EVENT"
    ),
    "data as text": _bad(
        event_of(FINALIZED) | {"data": json.dumps(event_of(FINALIZED)["data"])},
        "data",
        reason="NOT_AN_EVENT",
    ),
    "a batch of CloudEvents": Bad(encoded([event_of(FINALIZED)]), "NOT_AN_EVENT"),
    "data in base64": _bad(
        without(event_of(FINALIZED) | {"data_base64": "e30="}, "data"),
        "data",
        "data_base64",
        reason="NOT_AN_EVENT",
    ),
    "an unknown type": _bad(
        event_of(FINALIZED) | {"type": "claim.exploded.v1"},
        "type",
        reason="UNKNOWN_TYPE",
        event_type="unknown",
    ),
    "a field missing": _bad(without(_claim(), "data.plan_id"), "data.plan_id"),
    "a field malformed": _bad(_claim(received_at="2025-02-30"), "data.received_at"),
    "a field contradicting another": _bad(
        event_of(COVERAGE, enrolled_from="2026-01-01"), "data.enrolled_through"
    ),
    "several faults at once": _bad(
        with_value(_claim(frequency="9", plan_id=None), "data.lines[0].units", -1),
        "data.frequency",
        "data.plan_id",
        "data.lines[0].units",
    ),
    "a byte too many": Bad(encoded(event_of(FINALIZED)).ljust(EVENT_BYTES_MAX + 1), "TOO_LARGE"),
    "much too large": Bad(b"x" * (3 * EVENT_BYTES_MAX), "TOO_LARGE"),
    "not UTF-8": Bad(encoded(event_of(FINALIZED)).replace(b"C-1001", b"C-\xff"), "NOT_UTF8"),
    "UTF-16": Bad(json.dumps(event_of(FINALIZED)).encode("utf-16"), "NOT_UTF8"),
    "a line number 1,000 on a claim": _bad(_claim(lines=[_line(line=1000)]), "data.lines[0].line"),
    "a line number 1,000 in a review": _bad(event_of(REVIEW, line=1000), "data.line"),
    "a line number 1,000 in a final status": _bad(event_of(FINALIZED, line=1000), "data.line"),
    "a thousand lines": _bad(
        _claim(lines=[_line(line=number + 1) for number in range(1000)]),
        "data.lines",
        "data.lines[999].line",
    ),
    "a claim id of ten kilobytes": _bad(_claim(claim_id=TEN_KILOBYTES), "data.claim_id"),
    "a member id of ten kilobytes": _bad(_claim(member_id=TEN_KILOBYTES), "data.member_id"),
    "an event id of ten kilobytes": _bad(
        event_of(FINALIZED) | {"id": TEN_KILOBYTES}, "id", reason="NOT_AN_EVENT"
    )._replace(event_id=""),
    "a source of ten kilobytes": _bad(
        event_of(FINALIZED) | {"source": TEN_KILOBYTES}, "source", reason="NOT_AN_EVENT"
    )._replace(source=""),
    "a study on the day after its report": _bad(
        with_value(event_of(REPORT), "time", "2025-06-01T23:59:59Z"), "data.date_of_service"
    ),
    "a treatment on the day after its report": _bad(
        with_value(event_of(TREATMENT), "time", "2025-06-01T23:59:59Z"), "data.date_of_service"
    ),
    "a procedure with its modifier behind it": _bad(
        with_value(_claim(), "data.lines[0].procedure", "76390-26"), "data.lines[0].procedure"
    ),
    "a procedure in fullwidth digits": _bad(
        event_of(REPORT, procedure="\uff17\uff10\uff15\uff15\uff13"), "data.procedure"
    ),
    "a diagnosis with a zero-width space": _bad(
        event_of(REPORT, diagnoses=["C71.1", "C71\u200b.1"]), "data.diagnoses[1]"
    ),
    "a line with neither procedure nor revenue code": _bad(
        _claim(lines=[_line(procedure=None, revenue_code=" ")]), "data.lines[0].procedure"
    ),
    "a pointer to an empty diagnosis": _bad(
        _claim(diagnoses=["C71.1", None]), "data.lines[0].diagnosis_pointers[1]"
    ),
    "a reviewer's code that has ended": _bad(denial(carc="25"), "data.carc"),
    "a reviewer's codes on an approval": _bad(
        denial(decision="approved"), "data.carc", "data.rarc"
    ),
    "a reviewer's code without remarks": _bad(denial(rarc=None), "data.rarc"),
    "a review of an unknown level": _bad(event_of(REVIEW, level="second"), "data.level"),
    "an id of another script and a fault": _bad(
        event_of(FINALIZED, line=0) | {"id": "ид {}:\n\x1b[2J \u202e"}, "data.line"
    ),
}
"""One of each kind; what is wrong in words -> the event and how it is refused."""

WITHOUT_EVENT_FIELD = {
    "another name": {b"evnt": b"{}"},
    "no text at all": {b"\xff\x00": b"\xfe", b"": b""},
    "the names of our own fields": {
        b"order": b"readjudicate", b"member": b"M-1", b"door": b"1-1", b"reason": b"NOT_JSON",
    },
    "the event under another case": {b"Event": encoded(event_of(FINALIZED))},
}  # fmt: skip
"""Entries at the door that came without the field `event`."""

_BASES = [
    *((event_of(event_type), fields, True) for event_type, fields in REQUIRED.items()),
    *((event_of(event_type), fields, False) for event_type, fields in OPTIONAL.items()),
    (denial(), OF_A_DENIAL, False),
]
EVERY_FIELD = [
    encoded(event | {"id": f"field-{number}"}).replace(b'"INFINITE"', b"1e999")
    for number, event in enumerate(
        event
        for base, fields, is_required in _BASES
        for field, values in fields.items()
        for event in (
            *([without(base, f"data.{field}")] if is_required else []),
            *(with_value(base, f"data.{field}", each) for each in values.values()),
        )
    )
]
"""Each field of each type missing, where it is required, and with each value that is refused."""
