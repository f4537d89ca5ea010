"""The decoder accepts what the contract allows, as it was meant, and says how events differ."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rules.facts import (
    Attestation,
    Authorization,
    Claim,
    Coverage,
    Event,
    Finalization,
    Line,
    Person,
    Report,
    Review,
    Treatment,
)
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
    without,
)
from tests.support.remittance import CODES
from worker.events.decode import decode, read_member_id


def accepted(event: object) -> Event:
    decoded = decode(encoded(event), CODES)
    assert isinstance(decoded, Event), decoded
    return decoded


FACTS = {
    CLAIM: Claim(
        claim_id="C-1001",
        frequency="1",
        replaces=None,
        claim_type="professional",
        plan_id="sample-commercial",
        received_at=date(2025, 6, 20),
        diagnoses=("C71.1", "I67.89"),
        lines=(
            Line(
                number=1,
                procedure="76390",
                modifiers=("26",),
                date_of_service=date(2025, 6, 16),
                diagnosis_pointers=(1, 2),
                units=Decimal(1),
                charge=Decimal("850.00"),
                rendering_npi="1234567893",
                revenue_code="0610",
            ),
        ),
        place_of_service="11",
        attestations=(
            Attestation(
                "conventional_imaging_limited",
                date(2025, 6, 2),
                reference="PWK-77",
                value=Decimal("23.5"),
                unit="mm",
            ),
        ),
    ),
    FINALIZED: Finalization(claim_id="C-1001", line=1, status="paid"),
    REPORT: Report(
        study_id="S-9",
        procedure="70553",
        modifiers=("TC",),
        date_of_service=date(2025, 6, 2),
        status="performed",
        result="limited",
        diagnoses=("C71.1",),
    ),
    COVERAGE: Coverage(
        plan_id="sample-commercial",
        enrolled_from=date(2024, 1, 1),
        enrolled_through=date(2025, 12, 31),
    ),
    TREATMENT: Treatment(
        treatment_id="T-3",
        procedure="61510",
        date_of_service=date(2025, 6, 2),
        status="performed",
        diagnoses=("C71.1",),
        outcome="failed",
        therapy="L01AX03",
    ),
    AUTHORIZATION: Authorization(
        authorization_id="A-5",
        procedure="76390",
        valid_from=date(2025, 6, 1),
        valid_through=date(2025, 6, 30),
        status="approved",
    ),
    REVIEW: Review(
        claim_id="C-1001",
        line=1,
        decision="approved",
        reason="the scan was read again",
        reviewer_role="medical director",
        reviewer_id="R-7",
        credential="MD, neuroradiology",
        level="first",
        carc=None,
        rarc=None,
    ),
    PERSON: Person(birth_date=date(1961, 4, 30), sex="female"),
}


@pytest.mark.parametrize("event_type", FACTS)
def test_each_type_becomes_the_fact_that_it_states(event_type):
    expected = Event(
        member_id="M-1",
        id="e-1",
        source="/edi/gateway",
        time=datetime(2025, 6, 20, 14, 3, tzinfo=UTC),
        fact=FACTS[event_type],
    )

    decoded = decode(encoded(event_of(event_type)), CODES)

    assert expected == decoded


FULL_CLAIM = with_value(
    with_value(event_of(CLAIM), "data.lines[0].ordering_npi", "1987654328"),
    "data.lines[0].ordering_specialty",
    " 2084n0400x ",
)
OPTIONAL = [
    ("data.place_of_service", lambda claim: claim.place_of_service, None),
    ("data.attestations", lambda claim: claim.attestations, ()),
    ("data.attestations[0].reference", lambda claim: claim.attestations[0].reference, None),
    ("data.lines[0].modifiers", lambda claim: claim.lines[0].modifiers, ()),
    ("data.lines[0].diagnosis_pointers", lambda claim: claim.lines[0].diagnosis_pointers, ()),
    ("data.lines[0].units", lambda claim: claim.lines[0].units, 1),
    ("data.lines[0].charge", lambda claim: claim.lines[0].charge, None),
    ("data.lines[0].rendering_npi", lambda claim: claim.lines[0].rendering_npi, None),
    ("data.lines[0].ordering_npi", lambda claim: claim.lines[0].ordering_npi, None),
    ("data.lines[0].ordering_specialty", lambda claim: claim.lines[0].ordering_specialty, None),
    ("data.attestations[0].value", lambda claim: claim.attestations[0].value, None),
    ("data.attestations[0].unit", lambda claim: claim.attestations[0].unit, None),
    ("data.lines[0].revenue_code", lambda claim: claim.lines[0].revenue_code, None),
    ("data.lines[0].procedure", lambda claim: claim.lines[0].procedure, ""),
    ("data.replaces", lambda claim: claim.replaces, None),
]
OPTIONAL_TEXTS = [
    case
    for case in OPTIONAL
    if case[0].endswith(("place_of_service", "reference", "charge", "npi", "code", "value", "unit"))
]


@pytest.mark.parametrize(("path", "read", "expected"), OPTIONAL, ids=[case[0] for case in OPTIONAL])
def test_an_optional_field_may_be_left_out_or_null(path, read, expected):
    left_out = accepted(without(FULL_CLAIM, path))
    null = accepted(with_value(FULL_CLAIM, path, None))

    assert expected == read(left_out.fact)
    assert expected == read(null.fact)


@pytest.mark.parametrize("blank", [pytest.param("", id="empty"), pytest.param(" \t", id="blanks")])
@pytest.mark.parametrize(
    ("path", "read", "expected"), OPTIONAL_TEXTS, ids=[case[0] for case in OPTIONAL_TEXTS]
)
def test_a_blank_optional_text_is_null(path, read, expected, blank):
    decoded = accepted(with_value(event_of(CLAIM), path, blank))

    assert expected is read(decoded.fact)


def test_who_ordered_a_line_and_what_was_measured_are_read():
    claim = accepted(
        with_value(FULL_CLAIM, "data.attestations[0]", MEASURED | {"value": "-023.50"})
    ).fact

    assert "1987654328" == claim.lines[0].ordering_npi
    assert "2084N0400X" == claim.lines[0].ordering_specialty
    assert ("-23.5", "{score}") == (str(claim.attestations[0].value), claim.attestations[0].unit)


MEASURED = {"kind": "score", "date_of_service": "2025-06-02", "unit": "{score}"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("7", "7", id="a whole number"),
        pytest.param("70", "70", id="one that ends in a zero"),
        pytest.param("7.00", "7", id="zeros that say nothing"),
        pytest.param(".5", "0.5", id="no digit before the point"),
        pytest.param("-.0", "0", id="no less than nothing"),
    ],
)
def test_a_measure_has_one_form(written, expected):
    event = event_of(CLAIM, attestations=[MEASURED | {"value": written}])

    assert expected == str(accepted(event).fact.attestations[0].value)


def test_a_therapy_needs_no_procedure():
    left_out = accepted(without(event_of(TREATMENT), "data.procedure")).fact
    blank = accepted(event_of(TREATMENT, procedure=" ", therapy=" l01ax03")).fact

    assert ("", "L01AX03") == (left_out.procedure, left_out.therapy)
    assert left_out == blank


@pytest.mark.parametrize("outcome", [None, "", "unknown"], ids=["null", "empty", "said"])
def test_how_a_treatment_ended_may_be_unknown(outcome):
    event = event_of(TREATMENT, outcome=outcome)

    assert "unknown" == accepted(event).fact.outcome


@pytest.mark.parametrize("on", ["2025-06-02", "2025-06-20"], ids=["its first day", "the last"])
def test_a_treatment_ends_from_its_first_day_to_that_of_the_event(on):
    event = event_of(TREATMENT, ended_on=on)

    assert date.fromisoformat(on) == accepted(event).fact.ended_on


def test_all_about_a_person_may_be_unknown():
    nothing = {"member_id": "M-1"}

    left_out = accepted(event_of(PERSON) | {"data": nothing})
    null = accepted(event_of(PERSON, birth_date=None, sex=None))

    assert Person() == left_out.fact == null.fact


def test_a_child_may_be_born_tomorrow_where_it_is_day_earlier():
    event = event_of(PERSON, birth_date="2025-06-21")

    assert date(2025, 6, 21) == accepted(event).fact.birth_date


@pytest.mark.parametrize("blank", [None, "", " \t"], ids=["null", "empty", "blanks"])
@pytest.mark.parametrize(
    ("field", "expected"),
    [("reviewer_id", None), ("credential", None), ("level", "first"), ("carc", None)],
)
def test_an_optional_field_of_a_review_may_be_left_out_null_or_blank(field, expected, blank):
    event = denial(carc=None, rarc=None)

    left_out = accepted(without(event, f"data.{field}"))
    empty = accepted(with_value(event, f"data.{field}", blank))

    assert expected == getattr(left_out.fact, field)
    assert expected == getattr(empty.fact, field)


def test_a_review_may_be_an_appeal():
    assert "appeal" == accepted(event_of(REVIEW, level="appeal")).fact.level


def test_an_enrolment_may_have_no_end():
    left_out = accepted(without(event_of(COVERAGE), "data.enrolled_through"))
    null = accepted(event_of(COVERAGE, enrolled_through=None))

    assert left_out.fact.enrolled_through is None
    assert null.fact.enrolled_through is None


def test_a_report_may_leave_out_its_modifiers():
    decoded = accepted(without(event_of(REPORT), "data.modifiers"))

    assert () == decoded.fact.modifiers


@pytest.mark.parametrize("event_type", [CLAIM, REPORT, TREATMENT])
def test_diagnoses_may_be_empty(event_type):
    event = event_of(event_type, diagnoses=[])
    if event_type == CLAIM:
        event = with_value(event, "data.lines[0].diagnosis_pointers", [])

    assert () == accepted(event).fact.diagnoses


@pytest.mark.parametrize("frequency", ["7", "8"])
def test_a_replacement_or_void_names_its_original(frequency):
    decoded = accepted(event_of(CLAIM, frequency=frequency, replaces="C-1000"))

    assert "C-1000" == decoded.fact.replaces


@pytest.mark.parametrize(
    "replaces",
    [
        pytest.param("C-1000", id="another_claim"),
        pytest.param("C-1001", id="itself"),
        pytest.param({"no": "id"}, id="malformed"),
        pytest.param("x" * 257, id="too_long"),
    ],
)
def test_what_an_original_replaces_is_ignored(replaces):
    decoded = accepted(event_of(CLAIM, replaces=replaces))

    assert decoded.fact.replaces is None


def test_lines_pointers_and_diagnoses_keep_their_order():
    line = event_of(CLAIM)["data"]["lines"][0]
    lines = [line | {"line": 7, "diagnosis_pointers": [2, 1]}, line | {"line": 3}]

    decoded = accepted(event_of(CLAIM, lines=lines, diagnoses=["I67.89", "C71.1"]))

    assert [7, 3] == [line.number for line in decoded.fact.lines]
    assert (2, 1) == decoded.fact.lines[0].diagnosis_pointers
    assert ("I67.89", "C71.1") == decoded.fact.diagnoses


def test_a_claim_may_have_999_lines():
    line = event_of(CLAIM)["data"]["lines"][0]

    decoded = accepted(event_of(CLAIM, lines=[line | {"line": n} for n in range(999, 0, -1)]))

    assert 999 == len(decoded.fact.lines)


@pytest.mark.parametrize("event_type", [FINALIZED, REVIEW])
def test_the_last_line_number_is_999(event_type):
    assert 999 == accepted(event_of(event_type, line=999)).fact.line


def test_a_service_may_be_of_the_day_the_claim_was_received():
    event = with_value(event_of(CLAIM), "data.lines[0].date_of_service", "2025-06-20")

    assert date(2025, 6, 20) == accepted(event).fact.lines[0].date_of_service


@pytest.mark.parametrize(
    "time",
    [
        pytest.param("2025-06-02T00:00:00Z", id="first_instant_of_the_day"),
        pytest.param("2025-06-01T23:00:00-01:00", id="day_before_where_it_was_sent"),
    ],
)
@pytest.mark.parametrize("event_type", [REPORT, TREATMENT])
def test_a_report_may_be_of_the_day_in_utc_of_its_event(event_type, time):
    event = with_value(event_of(event_type), "time", time)

    assert date(2025, 6, 2) == accepted(event).fact.date_of_service


def test_a_span_may_be_of_one_day():
    decoded = accepted(event_of(AUTHORIZATION, valid_through="2025-06-01"))

    assert decoded.fact.valid_from == decoded.fact.valid_through


def test_attestations_of_any_kind_and_day_are_taken():
    attestation = {"kind": " Something else ", "date_of_service": "2025-12-31"}

    decoded = accepted(event_of(CLAIM, attestations=[attestation]))

    assert (Attestation(" Something else ", date(2025, 12, 31)),) == decoded.fact.attestations


@pytest.mark.parametrize("path", ["subject", "traceparent", "datacontenttype", "data.extra"])
@pytest.mark.parametrize(
    "value", [pytest.param(None, id="null"), pytest.param({"deep": [1e3, "x"]}, id="an_object")]
)
def test_extensions_and_unknown_fields_are_ignored(path, value):
    assert accepted(event_of(CLAIM)) == accepted(with_value(event_of(CLAIM), path, value))


@pytest.mark.parametrize("path", ["data.lines[0].extra", "data.attestations[0].extra"])
def test_unknown_fields_of_lines_and_attestations_are_ignored(path):
    assert accepted(event_of(CLAIM)) == accepted(with_value(event_of(CLAIM), path, ["x"]))


@pytest.mark.parametrize(
    ("field", "twice"),
    [
        pytest.param('"id": "e-1"', '"id": 7, "id": "e-1"', id="in_the_envelope"),
        pytest.param('"line": 1', '"line": "one", "line": 1', id="in_the_data"),
        pytest.param('"data": {', '"data": 7, "data": {', id="the_data_itself"),
        pytest.param('"member_id"', '"member_id": "M-2", "member_id"', id="the_member"),
        pytest.param('"member_id"', r'"member_id": 7, "m\u0065mber_id"', id="written_differently"),
    ],
)
def test_of_a_key_given_twice_the_last_counts(field, twice):
    text = json.dumps(event_of(FINALIZED))
    raw = text.replace(field, twice, 1).encode()

    assert accepted(event_of(FINALIZED)) == decode(raw, CODES)
    assert "M-1" == read_member_id(raw)


def test_a_reason_of_a_review_may_be_long():
    reason = "because " * 10_000

    assert reason == accepted(event_of(REVIEW, reason=reason)).fact.reason
