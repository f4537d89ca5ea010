"""Whatever bytes come, they are an event or a refusal, as a second reading of the contract says."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.event_builders import (
    AUTHORIZATION,
    CLAIM,
    COVERAGE,
    FINALIZED,
    PERSON,
    REPORT,
    REVIEW,
    TREATMENT,
    denial,
    encoded,
    event_of,
    with_value,
)
from tests.support.event_checker import accepts
from tests.support.remittance import CODES
from worker.events.decode import Event, Refusal, decode, read_member_id
from worker.events.refusals import REFUSAL_REASONS
from worker.events.types import EVENT_TYPES

ORDERED = {"ordering_npi": "1987654328", "ordering_specialty": "2084N0400X"}
BASES = [
    *(event_of(event_type) for event_type in EVENT_TYPES),
    event_of(CLAIM, lines=[event_of(CLAIM)["data"]["lines"][0] | ORDERED]),
    event_of(TREATMENT, procedure=None, outcome=None),
    event_of(TREATMENT, therapy=None, ended_on="2025-06-20"),
    event_of(PERSON, birth_date="2025-06-21", sex="other"),
    denial(),
    denial(level="appeal", rarc=[]),
    event_of(CLAIM, diagnoses=["C71.1", None, "I67.89", " "]),
    event_of(CLAIM, frequency="8", replaces="C-1000"),
    event_of(CLAIM, lines=[event_of(CLAIM)["data"]["lines"][0] | {"line": n} for n in (2, 1, 999)]),
]
NUMBERS = [0, 1, 2, 3, -1, 1.0, 1.5, 0.001, 1.0005, -0.0, 999, 1000, 10**20, 1e300]
TEXTS = ["", " ", "1", "7", "1.0", "\u2003", "\0", "x" * 256, "x" * 257, "M-1", "C-1001", "C-1000"]
CODES_OR_NOT = [
    *("76390", "7639", "76390-26", " 0609t", "\uff17\uff16390", "7639\u200b", "26", "2"),
    *("C71.1", "C.71.1", "c711", "S06.0X0A", "060\u00df", ".", "50", "25", "197", "272", "N706"),
    *("n661 ", "first", "appeal"),
    *("2084n0400x", "2084N0400", "n03ax09 ", "N03AX0900"),
]
AMOUNTS = ["850.00", "-1", "1e5", "NaN", ".5", "-.5", ".", "5.", "1\n", "..."]
DAYS = [
    "1900-01-01",
    "1899-12-31",
    "2199-12-31",
    "2200-01-01",
    "2025-06-16",
    "2025-06-20",
    "2025-06-21",
    "2025-02-29",
    "20250616",
    "2025-06-16T00:00:00Z",
]
TIMES = [
    "2025-06-20T14:03:00Z",
    "2025-06-20T14:03:00.123456789+14:00",
    "2025-06-20T23:59:60Z",
    "2025-06-01T23:59:59Z",
    "2025-06-20T14:03:00-00:00",
    "1900-01-01T00:00:00+23:59",
    "2025-06-20t14:03:00Z",
]
WORDS = ["professional", "institutional", "paid", "voided", "limited", "approved", "cancelled"]
WORDS += ["denied", "performed", "failed", "succeeded", "female", "other", "unknown"]
NEAR_MISSES = st.sampled_from(
    [None, True, *NUMBERS, *TEXTS, *AMOUNTS, *DAYS, *TIMES, *WORDS, *EVENT_TYPES, *CODES_OR_NOT]
)
JSON = st.recursive(
    NEAR_MISSES
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.dates().map(str)
    | st.datetimes().map(lambda instant: f"{instant.isoformat()}Z"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["line", "kind", "member_id"]) | st.text(), inner)
    ),
    max_leaves=6,
)
CONSTANT = '"a number that is none"'


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of the event below its root."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, each in inner:
        found.append((*path, key))
        if isinstance(each, dict | list):
            found += places(each, (*path, key))
    return found


@st.composite
def changed_events(draw) -> dict[str, Any]:
    """A valid event with up to three places changed, left out or doubled."""
    event = copy.deepcopy(draw(st.sampled_from(BASES)))
    for _ in range(draw(st.integers(0, 3))):
        *steps, last = draw(st.sampled_from(places(event)))
        place: Any = event
        for step in steps:
            place = place[step]
        match draw(st.sampled_from(["put", "put", "put", "drop", "double"])):
            case "put":
                place[last] = draw(JSON)
            case "drop":
                del place[last]
            case "double" if isinstance(place, list):
                place.append(copy.deepcopy(place[last]))
        if not event:
            break
    return event


def check(raw: bytes) -> Event | Refusal:
    """What holds of any bytes."""
    decoded = decode(raw, CODES)
    member_id = read_member_id(raw)
    if isinstance(decoded, Event):
        assert decoded.member_id == member_id
        assert 0 == decoded.time.utcoffset().total_seconds()
        member_id.encode()
    else:
        assert decoded.reason in REFUSAL_REASONS
        assert decoded.faults
        assert decoded.member_id in (None, member_id)
        assert all(len(fault.found) <= 203 and fault.found.isascii() for fault in decoded.faults)
        assert len(decoded.faults) == len({fault[:2] for fault in decoded.faults})
    return decoded


@given(changed_events())
@settings(max_examples=400, deadline=None)
def test_an_event_is_accepted_exactly_if_the_contract_says_so(event):
    raw = encoded(event)

    decoded = check(raw)

    assert accepts(raw) is isinstance(decoded, Event), decoded


@given(changed_events(), st.sampled_from(["NaN", "Infinity", "-Infinity"]), st.data())
@settings(deadline=None)
def test_nan_anywhere_is_refused_as_not_json(event, constant, data):
    event["subject"] = None
    *steps, last = data.draw(st.sampled_from(places(event)))
    place: Any = event
    for step in steps:
        place = place[step]
    place[last] = json.loads(CONSTANT)

    raw = encoded(event).replace(CONSTANT.encode(), constant.encode())

    assert "NOT_JSON" == check(raw).reason


@given(st.binary(max_size=64) | JSON.map(encoded))
@example(b"")
@example(b"\xef\xbb\xbf{}")
@settings(deadline=None)
def test_arbitrary_bytes_are_refused_and_never_raise(raw):
    assert isinstance(check(raw), Refusal)


@given(st.sampled_from(BASES).map(encoded), st.data())
@settings(max_examples=300, deadline=None)
def test_damaged_bytes_are_accepted_exactly_if_the_contract_says_so(raw, data):
    at = data.draw(st.integers(0, len(raw) - 1))
    length = data.draw(st.integers(0, 3))
    damage = data.draw(st.binary(max_size=3) | st.sampled_from([b'"', b"\\", b"}", b"1", b"-"]))
    damaged = raw[:at] + damage + raw[at + length :]

    decoded = check(damaged)

    assert accepts(damaged) is isinstance(decoded, Event), decoded


DENIAL = "a review that denies with codes of its own"
LEAVES = {
    CLAIM: "claim_id claim_type frequency plan_id received_at place_of_service "
    "diagnoses[0] diagnoses[1] lines[0].line lines[0].procedure lines[0].modifiers[0] "
    "lines[0].date_of_service lines[0].diagnosis_pointers[0] lines[0].diagnosis_pointers[1] "
    "lines[0].units lines[0].charge lines[0].rendering_npi lines[0].revenue_code "
    "lines[0].ordering_npi lines[0].ordering_specialty attestations[0].kind "
    "attestations[0].date_of_service attestations[0].reference attestations[0].value "
    "attestations[0].unit",
    FINALIZED: "claim_id line status",
    REPORT: "study_id procedure modifiers[0] date_of_service status result diagnoses[0]",
    COVERAGE: "plan_id enrolled_from enrolled_through",
    AUTHORIZATION: "authorization_id procedure valid_from valid_through status",
    TREATMENT: "treatment_id procedure date_of_service status diagnoses[0] ended_on outcome "
    "therapy",
    PERSON: "birth_date sex",
    REVIEW: "claim_id line decision reason reviewer_role reviewer_id credential level",
    DENIAL: "claim_id line decision reason reviewer_role level carc rarc[0]",
}


@given(st.sampled_from(list(LEAVES)), st.data())
@settings(max_examples=200, deadline=None)
def test_the_faults_named_are_all_that_the_event_has_and_no_others(kind, data):
    leaves = [f"data.{leaf}" for leaf in ["member_id", *LEAVES[kind].split()]]
    leaves += ["specversion", "id", "source", "time"]
    broken = data.draw(st.sets(st.sampled_from(leaves), min_size=1))
    event = denial() if kind == DENIAL else event_of(kind)
    for path in broken:
        event = with_value(event, path, {})

    refusal = check(encoded(event))

    assert broken == {fault.path for fault in refusal.faults}
    assert len(broken) == len(refusal.faults)


@given(changed_events())
@settings(deadline=None)
def test_the_same_event_written_differently_is_the_same(event):
    compact = json.dumps(event, separators=(",", ":")).encode()
    spacious = json.dumps(event, indent=2, ensure_ascii=False).encode()

    assert decode(compact, CODES)[:2] == decode(spacious, CODES)[:2]
    assert read_member_id(compact) == read_member_id(spacious)
