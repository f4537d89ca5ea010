"""A plain event is read at once, and as the same event as field by field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.facts import Event
from tests.security.test_fuzz import EXAMPLES, raw_events
from tests.support.bad_input import EVERY_FIELD, REFUSED
from tests.support.event_builders import (
    CLAIM,
    COVERAGE,
    REPORT,
    REVIEW,
    denial,
    encoded,
    event_of,
    with_value,
)
from tests.support.remittance import CODES
from tests.worker.events.test_events_properties import BASES
from worker.bench.plan import plan_events
from worker.contract.event_schemas import data_schema
from worker.events.decode import EVENT_BYTES_MAX, decode_by_field
from worker.events.plain import read_plain
from worker.events.types import EVENT_TYPES, TABLE

TREE = Path(__file__).parents[3]
LINE = event_of(CLAIM)["data"]["lines"][0]
ATTESTATION = event_of(CLAIM)["data"]["attestations"][0]


def agree(raw: bytes) -> Event | None:
    """What is read at once, which must be what is read field by field, to the last decimal."""
    plain = read_plain(raw)
    if plain is not None:
        assert repr(decode_by_field(raw, CODES)) == repr(plain)
    return plain


def claim(**data) -> bytes:
    return encoded(event_of(CLAIM, **data))


def line(**fields) -> bytes:
    return claim(lines=[LINE | fields])


@settings(max_examples=4 * EXAMPLES, deadline=None)
@given(raw_events)
def test_whatever_is_read_at_once_is_the_same_event_field_by_field(raw):
    agree(raw)


@settings(max_examples=4 * EXAMPLES, deadline=None)
@given(st.sampled_from(BASES).map(encoded), st.data())
def test_so_are_damaged_bytes(raw, data):
    at = data.draw(st.integers(0, len(raw) - 1))
    length = data.draw(st.integers(0, 3))
    damage = data.draw(st.binary(max_size=3) | st.sampled_from([b'"', b"\\", b"}", b"1", b"-"]))

    agree(raw[:at] + damage + raw[at + length :])


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(-3, 1200) | st.floats() | st.decimals(0, 2, places=4).map(float))
@example(0.1 + 0.2)
@example(1.0005)
@example(1e22)
@example(2.0**63)
def test_so_is_any_number_of_units(units):
    agree(line(units=units))


def test_no_bad_input_is_plain():
    read = {name: bad.raw for name, bad in REFUSED.items() if len(bad.raw) <= EVENT_BYTES_MAX}

    assert [] == [name for name, raw in read.items() if read_plain(raw) is not None]


def test_no_malformed_field_is_plain():
    assert [] == [raw for raw in EVERY_FIELD if read_plain(raw) is not None]


FILES = sorted([*TREE.glob("worker/samples/*.jsonl"), *TREE.glob("tests/scenarios/*.jsonl")])


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_so_are_the_events_of_the_scenarios(path):
    for raw in path.read_bytes().splitlines():
        agree(raw)


def test_every_event_of_a_plan_is_plain():
    assert all(agree(raw) for raw in plan_events("plain", 1000))


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_an_example_of_each_type_is_plain(event_type):
    assert agree(encoded(event_of(event_type)))


@pytest.mark.parametrize("row", TABLE, ids=EVENT_TYPES)
def test_plain_data_has_the_fields_of_the_contract(row):
    assert set(data_schema(row)["properties"]) == set(row.plain.__struct_fields__)


LAST_THE_TYPE = ["specversion", "id", "source", "time", "data", "type"]
PLAIN = {
    "blanks between": json.dumps(event_of(CLAIM), indent=2).encode() + b"\r\n",
    "escapes": claim().replace(b"76390", b"\\u00376390").replace(b"C-1", b"\\u0043-1"),
    "the type last": encoded({name: event_of(CLAIM)[name] for name in LAST_THE_TYPE}),
    "a trace": encoded(event_of(CLAIM) | {"traceparent": "any text", "tracestate": None}),
    "a replacement": claim(frequency="7", replaces="C-1"),
    "an original that names another claim": claim(replaces="C-1"),
    "codes in small letters": claim(diagnoses=["c711", " I67.89 "]),
    "blank optional texts": line(rendering_npi=" ", revenue_code=""),
    "no optional fields": line(**dict.fromkeys(("units", "charge", "diagnosis_pointers"))),
    "a fraction of a unit": line(units=0.125),
    "an offset": encoded(event_of(CLAIM) | {"time": "2025-06-20T23:59:59.1234567-05:00"}),
    "an enrolment without an end": encoded(event_of(COVERAGE, enrolled_through=None)),
    "a review of no level": encoded(event_of(REVIEW, level=None)),
    "an id in another script": claim(claim_id="заявка 7"),
    "a key twice": encoded(event_of(REPORT)).replace(b'"status"', b'"status": "paid", "status"'),
}  # fmt: skip


@pytest.mark.parametrize("raw", PLAIN.values(), ids=PLAIN)
def test_it_is_plain(raw):
    assert agree(raw)


VALID_BUT_NOT_PLAIN = {
    "a field that the contract does not name": claim(colour="blue"),
    "an attribute that is no text": encoded(event_of(CLAIM) | {"subject": {"a": 1}}),
    "an empty diagnosis": encoded(
        with_value(event_of(CLAIM, diagnoses=["C71.1", ""]), "data.lines[0].diagnosis_pointers", [])
    ),
    "a line number with a point": encoded(event_of(CLAIM)).replace(b'"line": 1', b'"line": 1.0'),
    "a pointer with a point": line(diagnosis_pointers=[1.0]),
    "a code among many blanks": line(procedure=f"76390{' ' * 20}"),
    "a line with a revenue code alone": line(procedure=None),
    "a blank charge": line(charge=" "),
    "a million and one units": line(units=1_000_001),
    "a blank level": encoded(event_of(REVIEW, level=" ")),
    "a key twice, first with another type": encoded(event_of(REPORT)).replace(
        b'"status"', b'"status": 1, "status"'
    ),
    "a reviewer's own codes": encoded(denial()),
}


@pytest.mark.parametrize("raw", VALID_BUT_NOT_PLAIN.values(), ids=VALID_BUT_NOT_PLAIN)
def test_it_is_read_field_by_field(raw):
    assert read_plain(raw) is None
    assert isinstance(decode_by_field(raw, CODES), Event)


NOT_PLAIN = {
    "bytes after it": claim() + b"{}",
    "a surrogate alone": claim(claim_id="C").replace(b'"C"', b'"\\ud800"'),
    "a control character": claim(claim_id="C").replace(b'"C"', b'"C\x01"'),
    "true for a number": line(units=True),
    "a blank id": claim(claim_id="\u2003"),
    "a blank id of a replaced claim": claim(frequency="7", replaces=" "),
    "a replacement of itself": claim(frequency="7", replaces="C-1001"),
    "a replacement of nothing": claim(frequency="7", replaces=None),
    "an attestation of nothing": claim(attestations=[ATTESTATION | {"kind": ""}]),
    "a line number twice": claim(lines=[LINE, LINE]),
    "no lines": claim(lines=[]),
    "a pointer to the diagnosis before the first": line(diagnosis_pointers=[0]),
    "a pointer to the diagnosis after the last": line(diagnosis_pointers=[3]),
    "a fourth decimal of the units": line(units=1.0005),
    "a charge with an exponent": line(charge="1e3"),
    "the last day of 1899": encoded(event_of(COVERAGE, enrolled_from="1899-12-31")),
    "the first day of 2200": encoded(event_of(COVERAGE, enrolled_through="2200-01-01")),
    "a time with a blank": encoded(event_of(CLAIM) | {"time": "2025-06-20 14:03:00Z"}),
}  # fmt: skip


@pytest.mark.parametrize("raw", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_is_refused_is_not_plain(raw):
    assert read_plain(raw) is None
    assert not isinstance(decode_by_field(raw, CODES), Event)
