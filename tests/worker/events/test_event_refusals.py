"""Each missing, malformed or contradictory field of an event is named, with the right reason."""

from __future__ import annotations

import json

import pytest

from tests.support.event_builders import (
    AUTHORIZATION,
    CLAIM,
    COVERAGE,
    REPORT,
    TREATMENT,
    denial,
    encoded,
    event_of,
    with_value,
    without,
)
from tests.support.malformed_values import (
    ENVELOPE,
    IDENTIFIER,
    OF_A_DENIAL,
    OPTIONAL,
    REQUIRED,
)
from tests.support.remittance import CODES
from worker.events.decode import Event, Refusal, decode, read_member_id

BASES = [
    *((event_of(event_type), fields) for event_type, fields in REQUIRED.items()),
    *((event_of(event_type), fields) for event_type, fields in OPTIONAL.items()),
    (denial(), OF_A_DENIAL),
]
MALFORMED = [
    pytest.param(base, f"data.{field}", values, id=f"{base['type']}-{field}")
    for base, fields in BASES
    for field, values in fields.items()
]


def refused(event: object) -> Refusal:
    decoded = decode(encoded(event).replace(b'"INFINITE"', b"1e999"), CODES)
    assert isinstance(decoded, Refusal)
    return decoded


def faults_of(event: object) -> object:
    """The reason and the path of each fault, or that there is none."""
    decoded = decode(encoded(event).replace(b'"INFINITE"', b"1e999"), CODES)
    return (decoded.reason, paths(decoded)) if isinstance(decoded, Refusal) else "accepted"


def paths(refusal: Refusal) -> list[str]:
    return [fault.path for fault in refusal.faults]


@pytest.mark.parametrize("event_type", REQUIRED)
def test_a_missing_field_is_named(event_type):
    for field in REQUIRED[event_type]:
        path = f"data.{field}"
        refusal = refused(without(event_of(event_type), path))

        assert "INVALID_DATA" == refusal.reason
        assert [(path, "nothing")] == [(fault.path, fault.found) for fault in refusal.faults]


@pytest.mark.parametrize(("event", "path", "values"), MALFORMED)
def test_a_malformed_field_is_named(event, path, values):
    found = {words: faults_of(with_value(event, path, value)) for words, value in values.items()}

    assert {} == {
        words: what
        for words, what in found.items()
        if what != ("INVALID_DATA", [path])
        and not (isinstance(values[words], list) and what[1][:1] == [path])
    }


@pytest.mark.parametrize("event_type", REQUIRED)
def test_a_missing_field_of_the_envelope_is_named(event_type):
    for field in ENVELOPE:
        refusal = refused(without(event_of(event_type), field))

        assert ("NOT_AN_EVENT", event_type) == (refusal.reason, refusal.event_type)
        assert [(field, "nothing")] == [(fault.path, fault.found) for fault in refusal.faults]


@pytest.mark.parametrize("field", ENVELOPE)
def test_a_malformed_field_of_the_envelope_is_named(field):
    values = ENVELOPE[field]

    found = {
        words: faults_of(with_value(event_of(REPORT), field, value))
        for words, value in values.items()
    }

    assert dict.fromkeys(values, ("NOT_AN_EVENT", [field])) == found


@pytest.mark.parametrize("frequency", ["7", "8"])
def test_a_replacement_or_void_of_no_other_claim_is_refused(frequency):
    values = IDENTIFIER | {"itself": "C-1001"}

    found = {
        words: faults_of(event_of(CLAIM, frequency=frequency, replaces=value))
        for words, value in values.items()
    }

    assert dict.fromkeys(values, ("INVALID_DATA", ["data.replaces"])) == found


def test_a_void_without_replaces_is_refused():
    refusal = refused(without(event_of(CLAIM, frequency="8"), "data.replaces"))

    assert ["data.replaces"] == paths(refusal)


@pytest.mark.parametrize(
    ("event", "path", "found"),
    [
        pytest.param(
            with_value(event_of(CLAIM), "data.lines[0].date_of_service", "2025-06-21"),
            "data.lines[0].date_of_service",
            '"2025-06-21"',
            id="service_on_the_day_after_the_claim_came",
        ),
        pytest.param(
            with_value(event_of(REPORT), "time", "2025-06-01T23:59:59.999999Z"),
            "data.date_of_service",
            '"2025-06-02"',
            id="study_on_the_day_after_its_report",
        ),
        pytest.param(
            with_value(event_of(REPORT), "time", "2025-06-02T00:59:59+01:00"),
            "data.date_of_service",
            '"2025-06-02"',
            id="study_on_the_day_after_its_report_in_utc",
        ),
        pytest.param(
            with_value(event_of(TREATMENT), "time", "2025-06-01T23:59:59Z"),
            "data.date_of_service",
            '"2025-06-02"',
            id="treatment_on_the_day_after_its_report",
        ),
        pytest.param(
            event_of(COVERAGE, enrolled_from="2026-01-01"),
            "data.enrolled_through",
            '"2025-12-31"',
            id="enrolment_that_ends_the_day_before_it_begins",
        ),
        pytest.param(
            event_of(AUTHORIZATION, valid_through="2025-05-31"),
            "data.valid_through",
            '"2025-05-31"',
            id="authorization_that_ends_the_day_before_it_begins",
        ),
        pytest.param(
            event_of(CLAIM, diagnoses=[]) | {},
            "data.lines[0].diagnosis_pointers[0]",
            "1",
            id="pointers_without_diagnoses",
        ),
    ],
)
def test_a_contradiction_is_named(event, path, found):
    refusal = refused(event)

    assert "INVALID_DATA" == refusal.reason
    assert (path, found) == (refusal.faults[0].path, refusal.faults[0].found)


def test_a_line_number_given_twice_is_named_each_time_after_the_first():
    line = event_of(CLAIM)["data"]["lines"][0]

    refusal = refused(event_of(CLAIM, lines=[line, line | {"line": 2}, line, line | {"line": 1.0}]))

    assert ["data.lines[2].line", "data.lines[3].line"] == paths(refusal)


@pytest.mark.parametrize(
    ("count", "found"),
    [pytest.param(0, "0 lines", id="none"), pytest.param(1000, "1000 lines", id="a_thousand")],
)
def test_a_claim_of_too_few_or_too_many_lines_is_refused(count, found):
    line = event_of(CLAIM)["data"]["lines"][0]

    refusal = refused(event_of(CLAIM, lines=[line | {"line": n + 1} for n in range(count)]))

    assert ("data.lines", found) == (refusal.faults[0].path, refusal.faults[0].found)


def test_contradictions_are_named_though_other_fields_are_malformed():
    event = event_of(CLAIM, frequency="7", replaces="C-1001", plan_id=None, diagnoses=[".", 5])
    event = with_value(event, "data.lines[0].diagnosis_pointers", [2, 3, 0])
    event = with_value(event, "data.lines[0].date_of_service", "2025-06-21")
    event = with_value(event, "data.lines[0].units", -1)
    event = with_value(event, "time", "yesterday")

    refusal = refused(event)

    assert {
        "time",
        "data.replaces",
        "data.plan_id",
        "data.diagnoses[0]",
        "data.diagnoses[1]",
        "data.lines[0].date_of_service",
        "data.lines[0].diagnosis_pointers[1]",
        "data.lines[0].diagnosis_pointers[2]",
        "data.lines[0].units",
    } == set(paths(refusal))


@pytest.mark.parametrize(
    ("event_type", "field"),
    [
        pytest.param(CLAIM, "received_at", id="day_of_receipt"),
        pytest.param(COVERAGE, "enrolled_from", id="first_day_of_an_enrolment"),
        pytest.param(AUTHORIZATION, "valid_from", id="first_day_of_an_authorization"),
        pytest.param(CLAIM, "diagnoses", id="diagnoses_that_are_pointed_to"),
        pytest.param(CLAIM, "frequency", id="frequency"),
        pytest.param(CLAIM, "lines", id="lines"),
    ],
)
def test_what_cannot_be_read_contradicts_nothing(event_type, field):
    refusal = refused(event_of(event_type, **{field: {}}))

    assert [f"data.{field}"] == paths(refusal)


def test_two_lines_without_a_number_do_not_have_the_same_number():
    line = event_of(CLAIM)["data"]["lines"][0] | {"line": None}

    refusal = refused(event_of(CLAIM, lines=[line, line]))

    assert 2 == len(refusal.faults)
    assert 1 == len({fault.expected for fault in refusal.faults})


def test_an_accepted_event_is_no_refusal():
    assert isinstance(decode(json.dumps(event_of(CLAIM)).encode(), CODES), Event)
    assert "M-1" == read_member_id(json.dumps(event_of(CLAIM)).encode())
