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
    encoded,
    event_of,
    with_value,
    without,
)
from tests.support.remittance import CODES
from tests.worker.events.accepting import FULL_CLAIM, accepted
from worker.events.decode import decode, read_member_id

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


@pytest.mark.parametrize("event_type", [CLAIM, REPORT, TREATMENT])
def test_diagnoses_may_be_empty(event_type):
    event = event_of(event_type, diagnoses=[])
    if event_type == CLAIM:
        event = with_value(event, "data.lines[0].diagnosis_pointers", [])

    assert () == accepted(event).fact.diagnoses


@pytest.mark.parametrize("event_type", [FINALIZED, REVIEW])
def test_the_last_line_number_is_999(event_type):
    assert 999 == accepted(event_of(event_type, line=999)).fact.line


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
