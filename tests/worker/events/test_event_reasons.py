"""A refused event has the first reason that applies, and says whose and which it is if it can."""

from __future__ import annotations

import json

import pytest

from tests.support.event_builders import CLAIM, FINALIZED, REPORT, encoded, event_of, with_value
from tests.support.remittance import CODES
from worker.events.decode import EVENT_BYTES_MAX, Event, Refusal, decode, read_member_id
from worker.events.faults import FAULTS_MAX, FieldFault
from worker.events.refusals import DEAD_LETTER_REASONS
from worker.events.types import EVENT_TYPES


def refused(raw: bytes) -> Refusal:
    decoded = decode(raw, CODES)
    assert isinstance(decoded, Refusal)
    return decoded


def padded(size: int) -> bytes:
    raw = encoded(event_of(FINALIZED))
    return raw + b" " * (size - len(raw))


def nested(depth: int) -> bytes:
    event = encoded(event_of(FINALIZED, extra="DEEP"))
    return event.replace(b'"DEEP"', b"[" * depth + b"]" * depth)


def test_reasons_are_a_closed_list_in_the_order_of_the_contract():
    assert (
        "TOO_LARGE",
        "NO_EVENT_FIELD",
        "NOT_UTF8",
        "NOT_JSON",
        "NOT_AN_EVENT",
        "UNKNOWN_TYPE",
        "INVALID_DATA",
        "EVENT_ID_REUSED",
        "ATTEMPTS_EXHAUSTED",
    ) == DEAD_LETTER_REASONS


def test_there_are_eight_types_of_event():
    assert (
        "claim.submitted.v1",
        "claim.finalized.v1",
        "imaging.reported.v1",
        "coverage.recorded.v1",
        "treatment.reported.v1",
        "authorization.recorded.v1",
        "review.completed.v1",
        "member.recorded.v1",
    ) == EVENT_TYPES


def test_an_event_of_256_kib_is_accepted():
    raw = padded(256 * 1024)

    assert isinstance(decode(raw, CODES), Event)
    assert "M-1" == read_member_id(raw)


def test_an_event_of_one_byte_more_is_too_large_and_not_looked_at():
    raw = padded(256 * 1024 + 1)

    refusal = refused(raw)

    assert "TOO_LARGE" == refusal.reason
    assert (FieldFault("event", "at most 262144 bytes", "262145 bytes"),) == refusal.faults
    assert (None, None, "unknown", None) == refusal[2:]
    assert read_member_id(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\xff", id="a_byte_that_never_occurs"),
        pytest.param(encoded(event_of(FINALIZED, extra="\N{EURO SIGN}"))[:-10] + b"\x80", id="cut"),
        pytest.param(json.dumps(event_of(FINALIZED)).encode("utf-16"), id="utf_16"),
        pytest.param(b'{"id": "\xe9"}', id="latin_1"),
        pytest.param(b'{"id": "\xed\xa0\x80"}', id="half_a_surrogate_pair"),
        pytest.param(b'{"id": "\xc0\x80"}', id="overlong_nul"),
    ],
)
def test_bytes_that_are_not_utf_8_are_refused_as_such(raw):
    assert "NOT_UTF8" == refused(raw).reason
    assert read_member_id(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b" \n", id="blank"),
        pytest.param(b"claim", id="a_word"),
        pytest.param(encoded(event_of(FINALIZED))[:-1], id="cut_short"),
        pytest.param(encoded(event_of(FINALIZED)) * 2, id="two_events"),
        pytest.param(encoded(event_of(FINALIZED)) + b"\x00", id="a_nul_behind"),
        pytest.param(b"\xef\xbb\xbf" + encoded(event_of(FINALIZED)), id="byte_order_mark"),
        pytest.param(str(event_of(FINALIZED)).encode(), id="single_quotes"),
        pytest.param(b'{"id": "\t"}', id="a_bare_control_character"),
        pytest.param(rb'{"id": "\ud800"}', id="half_a_surrogate_pair_escaped"),
        pytest.param(b'{"id": 01}', id="a_leading_zero"),
        pytest.param(b'{"id": 1,}', id="a_comma_too_many"),
        pytest.param(nested(1000), id="nested_a_thousand_deep"),
        pytest.param(b"[" * 200_000, id="nothing_but_brackets"),
    ],
)
def test_what_is_not_json_is_refused_as_such(raw):
    refusal = refused(raw)

    assert "NOT_JSON" == refusal.reason
    assert ["event"] == [fault.path for fault in refusal.faults]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize(
    "place",
    [
        pytest.param('"line": 1', id="in_a_field"),
        pytest.param('"subject": 1', id="in_an_extension"),
        pytest.param('"extra": 1', id="in_an_unknown_field"),
    ],
)
def test_nan_and_infinity_are_not_json_wherever_they_stand(place, number):
    text = json.dumps(event_of(FINALIZED, extra=1) | {"subject": 1})

    refusal = refused(text.replace(place, place.replace("1", number)).encode())

    assert "NOT_JSON" == refusal.reason


@pytest.mark.parametrize("text", ["NaN", "Infinity"])
def test_text_that_reads_nan_is_text(text):
    assert isinstance(decode(encoded(event_of(FINALIZED, claim_id=text, extra=text)), CODES), Event)


def test_an_event_may_be_nested_as_deep_as_any_sane_one():
    raw = nested(150)

    assert isinstance(decode(raw, CODES), Event)
    assert "M-1" == read_member_id(raw)


@pytest.mark.parametrize("value", [[], [event_of(FINALIZED)], "text", 7, 1.5, True, None])
def test_json_that_is_no_object_is_no_event(value):
    refusal = refused(encoded(value))

    assert "NOT_AN_EVENT" == refusal.reason
    assert ["event"] == [fault.path for fault in refusal.faults]
    assert read_member_id(encoded(value)) is None


def test_an_object_without_anything_lacks_all_of_the_envelope():
    refusal = refused(b"{}")

    assert "NOT_AN_EVENT" == refusal.reason
    assert ["specversion", "id", "source", "time", "data", "type"] == [
        fault.path for fault in refusal.faults
    ]


@pytest.mark.parametrize(
    "event_type",
    [
        pytest.param("claim.submitted.v2", id="a_later_version"),
        pytest.param("claim.determined.v1", id="one_of_ours"),
        pytest.param("Claim.Submitted.v1", id="other_case"),
        pytest.param("", id="empty"),
        pytest.param(None, id="null"),
        pytest.param(1, id="a_number"),
        pytest.param([], id="a_list"),
        pytest.param({}, id="an_object"),
    ],
)
def test_another_type_is_unknown(event_type):
    refusal = refused(encoded(event_of(FINALIZED) | {"type": event_type}))

    assert "UNKNOWN_TYPE" == refusal.reason
    assert ["type"] == [fault.path for fault in refusal.faults]
    assert ("e-1", "/edi/gateway", "unknown", "M-1") == refusal[2:]


def test_a_missing_type_is_unknown():
    event = event_of(FINALIZED)
    del event["type"]

    assert "UNKNOWN_TYPE" == refused(encoded(event)).reason


def test_a_fault_of_the_envelope_comes_before_an_unknown_type():
    event = event_of(FINALIZED) | {"type": "x", "source": ""}

    refusal = refused(encoded(event))

    assert "NOT_AN_EVENT" == refusal.reason
    assert ["source", "type"] == [fault.path for fault in refusal.faults]


def test_a_fault_of_the_envelope_comes_before_those_of_the_data():
    event = event_of(FINALIZED, line=0, status="x") | {"specversion": "2.0"}

    refusal = refused(encoded(event))

    assert "NOT_AN_EVENT" == refusal.reason
    assert ["specversion", "data.line", "data.status"] == [fault.path for fault in refusal.faults]


def test_nan_comes_before_a_fault_of_the_envelope():
    assert "NOT_JSON" == refused(b'{"id": NaN}').reason


def test_bytes_come_before_nan():
    assert "NOT_UTF8" == refused(b'{"id": NaN, "source": "\xff"}').reason


def test_a_refusal_says_whose_event_it_was_and_which():
    refusal = refused(encoded(event_of(FINALIZED, line=0)))

    assert ("e-1", "/edi/gateway", FINALIZED, "M-1") == refusal[2:]


@pytest.mark.parametrize("value", [None, 7, "", " ", "x" * 257])
def test_a_refusal_does_not_say_what_it_could_not_read(value):
    event = event_of(FINALIZED, member_id=value) | {"id": value, "source": value}

    refusal = refused(encoded(event))

    assert (None, None, FINALIZED, None) == refusal[2:]
    assert read_member_id(encoded(event)) is None


def test_what_was_found_is_shown_as_ascii_json():
    refusal = refused(encoded(with_value(event_of(REPORT), "time", "\x1b]0;\N{EURO SIGN}\x07")))

    assert r'"\u001b]0;\u20ac\u0007"' == refusal.faults[0].found


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x" * 100_000, id="text"),
        pytest.param(["x"] * 10_000, id="a_list"),
        pytest.param(-(10**4299), id="a_number"),
    ],
)
def test_what_was_found_is_cut_when_it_is_long(value):
    refusal = refused(encoded(event_of(FINALIZED, line=value)))

    assert 203 == len(refusal.faults[0].found)
    assert refusal.faults[0].found.endswith("...")


def test_expectations_and_paths_hold_nothing_of_what_came():
    event = event_of(CLAIM, frequency="7", replaces="C-1001", received_at="2025-06-01")

    refusal = refused(encoded(event))

    said = " ".join(f"{fault.path} {fault.expected}" for fault in refusal.faults)
    assert 2 == len(refusal.faults)
    assert not {"C-1001", "M-1", "2025-06-16", "2025-06-01"} & set(said.split())


@pytest.mark.parametrize(
    "event",
    [
        pytest.param(event_of(CLAIM, lines=[0] * 60_000), id="lines"),
        pytest.param(event_of(CLAIM, attestations=[{}] * 60_000), id="attestations"),
        pytest.param(event_of(CLAIM, diagnoses=[7] * 60_000), id="diagnoses"),
        pytest.param(
            with_value(event_of(CLAIM), "data.lines[0].diagnosis_pointers", [9] * 60_000),
            id="pointers",
        ),
    ],
)
def test_more_faults_than_a_real_claim_can_have_are_not_all_named(event):
    refusal = refused(encoded(event))

    assert FAULTS_MAX + 1 == len(refusal.faults)
    assert refusal.faults[-1] == FieldFault("event", "fewer than 10000 faults", "10000 or more")


def test_every_fault_of_the_largest_claim_is_named():
    broken = {"line": 0, "procedure": 0, "date_of_service": 0, "units": -1, "charge": 0}
    broken |= {"modifiers": 0, "diagnosis_pointers": 0, "rendering_npi": 0, "revenue_code": 0}

    refusal = refused(encoded(event_of(CLAIM, lines=[broken] * 999)))

    assert 999 * 9 == len(refusal.faults)
    assert EVENT_BYTES_MAX > len(encoded(event_of(CLAIM, lines=[broken] * 999)))
