"""A claim of a file becomes the event that its sender meant, or is rejected with the reason."""

from __future__ import annotations

from datetime import date

import pytest

from rules.loading.payers import Payers
from tests.doors.x12.files_837 import (
    CLAIM,
    HOSPITAL,
    LINE,
    OTHER_PAYER,
    SIMPLE,
    SUBSCRIBER,
    TERMS,
    claim_with,
    codes_of,
    data_of,
    events_of,
    file_of,
    line_with,
    one_claim,
    reading,
    set_of,
)


def test_a_claim_is_an_event_with_every_field_of_the_contract():
    (event,) = events_of(SIMPLE)

    data = event.pop("data")
    assert {
        "specversion": "1.0",
        "id": "000000907.1.0001.1.A1",
        "source": "/x12/ZZ/SENDER",
        "type": "claim.submitted.v1",
        "time": "2025-07-01T11:47:00Z",
    } == event
    assert data.pop("claim_id").startswith("X")
    assert {
        "frequency": "1",
        "replaces": None,
        "claim_type": "professional",
        "member_id": "M-1",
        "plan_id": "sample-commercial",
        "received_at": "2025-07-01",
        "place_of_service": "11",
        "diagnoses": ["C711", "G40909"],
        "lines": [
            {
                "line": 1,
                "procedure": "76390",
                "modifiers": [],
                "charge": "850.00",
                "units": 1,
                "diagnosis_pointers": [1, 2],
                "date_of_service": "2025-06-16",
                "rendering_npi": "1234567893",
            }
        ],
    } == data


def test_the_caller_may_say_when_the_claims_were_received():
    terms = TERMS._replace(received=date(2025, 7, 5))

    assert "2025-07-05" == data_of(line_with(date_segment="DTP*472*D8*20250703"), terms)[
        "received_at"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("1", "1", id="original"),
        pytest.param("2", "1", id="first_interim_bill"),
        pytest.param("5", "1", id="late_charges"),
        pytest.param("9", "1", id="final_bill_of_an_episode"),
        pytest.param("7", "7", id="replacement"),
        pytest.param("8", "8", id="void"),
    ],
)
def test_a_frequency_says_whether_the_claim_stands_for_itself(code, expected):
    data = data_of(claim_with(f"CLM*A1*890***11:B:{code}*Y", "REF*F8*C-ORIGINAL"))

    is_change = expected in {"7", "8"}
    assert expected == data["frequency"]
    assert ("C-ORIGINAL" if is_change else None) == data["replaces"]
    assert is_change == (data["claim_id"] != "C-ORIGINAL")


@pytest.mark.parametrize(
    ("clm", "expected"),
    [
        pytest.param("CLM*A1*890***11:B*Y", "FREQUENCY_MISSING", id="no_frequency"),
        pytest.param("CLM*A1*890***11:B:*Y", "FREQUENCY_MISSING", id="an_empty_frequency"),
        pytest.param("CLM*A1*890***11:B:1.00*Y", "FREQUENCY_UNKNOWN", id="a_decimal"),
        pytest.param("CLM*A1*890***11:B:0*Y", "FREQUENCY_UNKNOWN", id="not_for_payment"),
        pytest.param("CLM*A1*890***11:B:7*Y", "ORIGINAL_MISSING", id="a_replacement_of_nothing"),
        pytest.param("CLM*A1*890***11:B:8*Y", "ORIGINAL_MISSING", id="a_void_of_nothing"),
        pytest.param("CLM**890***11:B:1*Y", "CONTROL_NUMBER_MISSING", id="no_control_number"),
        pytest.param("CLM*A1****11:B:1*Y", "CHARGE_INVALID", id="no_charge"),
        pytest.param(f"CLM*{'A' * 300}*1***11:B:1*Y", "ID_TOO_LONG", id="an_id_of_300_characters"),
    ],
)
def test_a_claim_that_cannot_be_read_is_named(clm, expected):
    assert [expected] == codes_of(claim_with(clm))


@pytest.mark.parametrize(
    ("hi", "expected"),
    [
        pytest.param("HI*ABK:C711*ABF:G40909", ["C711", "G40909"], id="principal_and_other"),
        pytest.param("HI*ABK:C711*ABJ:R51*APR:R52*ABN:W01*BBR:0UT~HI*BH:11:D8:20250101*ABF:G40909",
                     ["C711", "G40909"], id="what_is_no_diagnosis_is_left_out"),
        pytest.param("HI*ABK:C711~HI*ABK:G40909", ["C711", "G40909"], id="several_segments"),
        pytest.param("HI*ABK:C71.1", ["C71.1"], id="with_its_dot"),
    ],
)  # fmt: skip
def test_diagnoses_are_told_by_their_qualifiers(hi, expected):
    body = (*SUBSCRIBER, CLAIM[0], *hi.split("~"), "LX*1", "SV1*HC:76390*1*UN*1***1", LINE[2])

    assert expected == data_of(one_claim(*body))["diagnoses"]


@pytest.mark.parametrize(
    ("hi", "day", "expected"),
    [
        pytest.param("HI*BK:1911*BF:34590", "20151001", ["ICD9_AFTER_ITS_END"], id="on_its_end"),
        pytest.param("HI*BK:1911*BF:34590", "20150930", [], id="the_day_before_its_end"),
        pytest.param("HI*ABK:C711*BF:34590", "20150930", ["ICD9_BESIDE_ICD10"], id="both_systems"),
        pytest.param("HI*BK:C711", "20250616", ["ICD9_AFTER_ITS_END", "POINTER_TO_NOTHING"],
                     id="an_icd10_code_under_the_old_name"),
    ],
)  # fmt: skip
def test_icd9_ends_with_its_day_and_is_never_read_as_icd10(hi, day, expected):
    text = claim_with(hi=hi, line=(*LINE[:2], f"DTP*472*D8*{day}"))

    assert sorted(expected) == sorted(codes_of(text))


def test_an_icd9_code_of_its_time_is_a_place_that_no_pointer_reaches():
    text = claim_with(hi="HI*BK:V5811*BF:E8888", line=(*LINE[:2], "DTP*472*D8*20150930"))

    data = data_of(text)

    assert [None, None] == data["diagnoses"]
    assert [] == data["lines"][0]["diagnosis_pointers"]


@pytest.mark.parametrize("code", ["", "C711AAAAA", "C7 1", "C.7.1"])
def test_a_diagnosis_that_is_no_code_is_named(code):
    text = claim_with(hi=f"HI*ABK:{code}*ABF:G40909")

    assert ["DIAGNOSIS_INVALID"] == codes_of(text)


def test_what_another_payer_has_is_none_of_the_claims():
    adjudicated = ("SVD*OTHER*10*HC:76390**1", "CAS*CO*45*5", "DTP*573*D8*20240101")

    data = data_of(one_claim(*SUBSCRIBER, *CLAIM, *OTHER_PAYER, *LINE, *adjudicated))

    assert data == data_of(SIMPLE)


def test_numbers_of_the_claim_are_taken_from_the_claim():
    more = ("PWK*RR*EL***AC*DOC-1", "REF*G1*AUTH-1", "REF*D9*TRACE-1")

    data = data_of(claim_with(CLAIM[0], *more))

    assert "AUTH-1" == data["authorization_number"]
    assert [{"report_type": "RR", "transmission": "EL", "control_number": "DOC-1"}] == data[
        "attachments"
    ]  # fmt: skip
    assert "attestations" not in data


def test_a_control_number_that_occurs_twice_makes_two_claims():
    text = one_claim(*SUBSCRIBER, *CLAIM, *LINE, *CLAIM, *LINE)

    first, second = events_of(text)

    assert first["id"] != second["id"]
    assert first["data"]["claim_id"] != second["data"]["claim_id"]


def test_the_same_file_gives_the_same_events():
    text = one_claim(*SUBSCRIBER, *CLAIM, *LINE, *CLAIM, *LINE)

    assert events_of(text) == events_of(text)


@pytest.mark.parametrize(
    ("payer", "filing", "expected"),
    [
        pytest.param("SAMPLE01", "CI", "sample-commercial", id="a_payer_of_the_table"),
        pytest.param("SAMPLE01", "MC", "sample-medicaid", id="by_its_filing_indicator"),
        pytest.param("NOBODY", "CI", "unmapped-payer", id="a_payer_that_no_row_names"),
    ],
)
def test_the_plan_is_that_of_the_payer(payer, filing, expected):
    subscriber = [
        each.replace("SAMPLE01", payer).replace("***CI", f"***{filing}") for each in SUBSCRIBER
    ]

    assert expected == data_of(one_claim(*subscriber, *CLAIM, *LINE))["plan_id"]


def test_a_payer_that_no_row_names_is_told_once_a_file():
    text = one_claim(*SUBSCRIBER, *CLAIM, *LINE, *CLAIM, *LINE)

    with reading(text, TERMS._replace(payers=Payers({}))) as found:
        notes = found.notes

    assert (
        "payers.csv names no plan for SAMPLE01: lines of 2 of its claims are pended until it does.",
    ) == notes


def test_the_caller_may_name_the_plan_of_the_other_payers():
    terms = TERMS._replace(payers=Payers({}), plan="sample-dsnp")

    assert "sample-dsnp" == data_of(SIMPLE, terms)["plan_id"]


@pytest.mark.parametrize(
    "version",
    ["005010X222", "005010X222A1", "005010X222A2", "004010X098A1", "005010X223A2", "004010X096A1"],
)
def test_every_addendum_of_the_guides_is_read(version):
    assert 1 == len(events_of(one_claim(*SUBSCRIBER, *CLAIM, *LINE, version=version)))


def test_the_version_of_the_transaction_set_holds_and_not_that_of_the_group():
    text = file_of(set_of(*SUBSCRIBER, *CLAIM, *LINE, version=HOSPITAL), version="005010X222A1")

    assert "institutional" == data_of(text)["claim_type"]
