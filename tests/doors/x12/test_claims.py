"""A claim of a file becomes the event that its sender meant, or is rejected with the reason."""

from __future__ import annotations

from datetime import date

import pytest

from rules.loading.payers import Payers
from tests.doors.x12.files_837 import (
    CLAIM,
    HOSPITAL_CLAIM,
    HOSPITAL_LINE,
    LINE,
    SIMPLE,
    SUBSCRIBER,
    TERMS,
    codes_of,
    data_of,
    events_of,
    file_of,
    one_claim,
    reading,
    set_of,
)

HOSPITAL = "005010X223A3"
OTHER_PAYER = (
    "SBR*S*01*******12", "OI***Y*P**Y", "NM1*IL*1*ROE*JACK****MI*OTHER", "REF*F8*OTHERS-CLAIM",
    "NM1*PR*2*OTHER PAYER*****PI*OTHER", "DTP*573*D8*20240101", "REF*G1*OTHERS-AUTHORIZATION",
)  # fmt: skip


def claim_with(clm: str = CLAIM[0], *more: str, hi: str = CLAIM[1], line: tuple[str, ...] = LINE):
    return one_claim(*SUBSCRIBER, clm, *more, hi, *line)


def line_with(service: str = LINE[1], date_segment: str = LINE[2], *more: str) -> str:
    return claim_with(line=("LX*1", service, date_segment, *more))


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


def test_a_hospitals_line_without_a_date_has_that_of_the_claim():
    revenue_only = ("LX*2", "SV2*0250**90.00*UN*1")
    body = (*SUBSCRIBER, *HOSPITAL_CLAIM, *HOSPITAL_LINE, *revenue_only)

    data = data_of(one_claim(*body, version=HOSPITAL))

    first, second = data["lines"]
    assert ("institutional", None) == (data["claim_type"], data["place_of_service"])
    assert ("76390", "0610", "2025-06-16") == (
        first["procedure"], first["revenue_code"], first["date_of_service"],
    )  # fmt: skip
    assert ("0250", "2025-06-16") == (second["revenue_code"], second["date_of_service"])
    assert "procedure" not in second


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        pytest.param("DTP*472*D8*20250616", "2025-06-16", id="a_day"),
        pytest.param("DTP*472*RD8*20250610-20250616", "2025-06-10", id="the_first_of_a_span"),
        pytest.param("DTP*472*RD8*20250616-20250616", "2025-06-16", id="a_span_of_a_day"),
        pytest.param("DTP*472*DT*202506160830", "2025-06-16", id="a_day_with_a_time"),
        pytest.param("DTP*472*D8*20250701", "2025-07-01", id="the_day_of_receipt"),
    ],
)
def test_a_line_is_of_the_first_day_that_it_names(segment, expected):
    assert expected == data_of(line_with(date_segment=segment))["lines"][0]["date_of_service"]


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        pytest.param("DTP*472*D8*20250631", "DATE_INVALID", id="no_such_day"),
        pytest.param("DTP*472*D8*250616", "DATE_INVALID", id="six_digits"),
        pytest.param("DTP*472*RD8*20250616", "DATE_INVALID", id="half_a_span"),
        pytest.param("DTP*472*TM*1200", "DATE_INVALID", id="a_time_alone"),
        pytest.param("DTP*472*RD8*20250616-20250610", "DATE_REVERSED", id="a_reversed_span"),
        pytest.param("DTP*472*D8*20250702", "DATE_AFTER_RECEIPT", id="the_day_after_receipt"),
        pytest.param("DTP*573*D8*20250616", "DATE_MISSING", id="another_kind_of_date"),
    ],
)
def test_a_date_that_is_none_is_named(segment, expected):
    assert [expected] == codes_of(line_with(date_segment=segment))


def test_the_caller_may_say_when_the_claims_were_received():
    terms = TERMS._replace(received=date(2025, 7, 5))

    assert "2025-07-05" == data_of(line_with(date_segment="DTP*472*D8*20250703"), terms)[
        "received_at"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("service", "field", "expected"),
    [
        pytest.param("SV1*HC:76390:26*1*UN*1", "modifiers", ["26"], id="one_modifier"),
        pytest.param("SV1*HC:76390:26:59:XU:77*1*UN*1", "modifiers", ["26", "59", "XU", "77"],
                     id="four_modifiers"),
        pytest.param("SV1*HC:76390::59*1*UN*1", "modifiers", ["59"], id="an_empty_modifier"),
        pytest.param("SV1*HC:76390*.01*UN*1", "charge", "0.01", id="a_charge_without_a_zero"),
        pytest.param("SV1*HC:76390*-5.50*UN*1", "charge", "-5.50", id="a_negative_charge"),
        pytest.param("SV1*HC:76390*300*UN*1", "charge", "300", id="a_whole_charge"),
        pytest.param("SV1*HC:76390*1*UN*99.99", "units", 99.99, id="a_broken_quantity"),
        pytest.param("SV1*HC:76390*1*UN*1.00", "units", 1, id="a_quantity_with_noughts"),
        pytest.param("SV1*HC:76390*1*UN*0.125", "units", 0.125, id="three_decimals"),
        pytest.param("SV1*HC:76390*1*UN*1***2:1", "diagnosis_pointers", [2, 1], id="pointers"),
        pytest.param("SV1*HC:76390*1*UN*1", "diagnosis_pointers", [], id="no_pointers"),
    ],
)  # fmt: skip
def test_a_service_is_read_exactly(service, field, expected):
    assert expected == data_of(line_with(service))["lines"][0][field]


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param("SV1*HC:7639*1*UN*1", "PROCEDURE_INVALID", id="four_characters"),
        pytest.param("SV1*HC:763901*1*UN*1", "PROCEDURE_INVALID", id="six_characters"),
        pytest.param("SV1*ER:76390*1*UN*1", "PROCEDURE_SYSTEM_UNKNOWN", id="another_system"),
        pytest.param("SV1**1*UN*1", "PROCEDURE_MISSING", id="no_procedure"),
        pytest.param("SV1*HC:76390:2*1*UN*1", "MODIFIER_INVALID", id="a_short_modifier"),
        pytest.param("SV1*HC:76390*1e3*UN*1", "CHARGE_INVALID", id="an_exponent"),
        pytest.param("SV1*HC:76390*1*UN*0.1255", "UNITS_INVALID", id="four_decimals"),
        pytest.param("SV1*HC:76390*1*UN*-1", "UNITS_INVALID", id="fewer_than_none"),
        pytest.param("SV1*HC:76390*1*UN*1***3", "POINTER_TO_NOTHING", id="a_pointer_too_far"),
        pytest.param("SV1*HC:76390*1*UN*1***0", "POINTER_TO_NOTHING", id="a_pointer_to_none"),
        pytest.param("SV1*HC:76390*1*UN*1***A", "POINTER_INVALID", id="a_letter_as_pointer"),
        pytest.param("SV3*AD:D0120*1", "SERVICE_UNKNOWN", id="a_dental_service"),
    ],
)
def test_a_service_that_cannot_be_read_is_named(service, expected):
    assert expected in codes_of(line_with(service))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param((), "LINES_MISSING", id="no_line"),
        pytest.param(LINE[1:], "LINE_NUMBER_MISSING", id="a_service_without_a_number"),
        pytest.param((*LINE, *LINE[1:]), "LINE_NUMBER_MISSING", id="a_second_one_without"),
        pytest.param((*LINE, *LINE), "LINE_NUMBER_TWICE", id="a_number_twice"),
        pytest.param(("LX*1000", *LINE[1:]), "LINE_NUMBER_INVALID", id="a_number_above_999"),
        pytest.param(("LX*0", *LINE[1:]), "LINE_NUMBER_INVALID", id="a_number_below_1"),
        pytest.param(("LX*1", *LINE), "SERVICE_MISSING", id="a_number_without_a_service"),
    ],
)
def test_a_line_that_is_not_whole_is_named(line, expected):
    assert expected in codes_of(claim_with(line=line))


def test_a_claim_of_999_lines_is_read_and_one_of_1000_is_not():
    lines = [segment for number in range(1, 1001) for segment in (f"LX*{number}", *LINE[1:])]

    assert 999 == len(data_of(claim_with(line=tuple(lines[:-3])))["lines"])
    assert ["LINES_TOO_MANY"] == codes_of(claim_with(line=tuple(lines)))


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


@pytest.mark.parametrize(
    ("more", "line", "expected"),
    [
        pytest.param((), (), "1234567893", id="billing"),
        pytest.param(("NM1*82*1*R*A****XX*2222222222",), (), "2222222222", id="of_the_claim"),
        pytest.param(("NM1*82*1*R*A****XX*2222222222",), ("NM1*82*1*S*B****XX*3333333333",),
                     "3333333333", id="of_the_line"),
        pytest.param((), ("NM1*DK*1*S*B****XX*3333333333",), "1234567893", id="not_who_ordered"),
        pytest.param((OTHER_PAYER[0], "NM1*82*1*R*A****XX*4444444444"), (), "1234567893",
                     id="not_that_of_another_payer"),
    ],
)  # fmt: skip
def test_the_rendering_provider_is_that_of_the_line_or_claim_or_who_bills(more, line, expected):
    body = (*SUBSCRIBER, *CLAIM, *more, *LINE, *line)

    assert expected == data_of(one_claim(*body))["lines"][0]["rendering_npi"]


ORDERED = "NM1*DK*1*S*B****XX*3333333333"


@pytest.mark.parametrize(
    ("line", "npi", "specialty"),
    [
        pytest.param((), None, None, id="nobody_is_named"),
        pytest.param((ORDERED,), "3333333333", None, id="by_number"),
        pytest.param((ORDERED, "PRV*OR*PXC*2084N0400X"), "3333333333", "2084N0400X",
                     id="with_a_specialty"),
        pytest.param((ORDERED, "PRV*OR*ZZ*2084N0400X"), "3333333333", "2084N0400X",
                     id="with_that_of_4010"),
        pytest.param((ORDERED, "PRV*OR*G2*2084N0400X"), "3333333333", None, id="of_another_list"),
        pytest.param((ORDERED, "PRV*OR*PXC*NEURO"), "3333333333", None, id="of_no_such_form"),
        pytest.param(("NM1*DK*1*S*B*****", "PRV*OR*PXC*2084N0400X"), None, "2084N0400X",
                     id="without_a_number"),
        pytest.param((ORDERED, "NM1*82*1*S*B", "PRV*PE*PXC*2084N0400X"), "3333333333", None,
                     id="not_the_specialty_of_who_rendered"),
        pytest.param(("NM1*DN*1*S*B****XX*3333333333",), None, None, id="not_who_referred"),
        pytest.param(("SVD*1*2", ORDERED), None, None, id="not_of_another_payer"),
    ],
)  # fmt: skip
def test_who_ordered_a_line_is_read_where_it_is_said(line, npi, specialty):
    first, second = data_of(
        one_claim(*SUBSCRIBER, *CLAIM, *LINE, *line, "LX*2", *LINE[1:])
    )["lines"]  # fmt: skip

    assert (npi, specialty) == (first.get("ordering_npi"), first.get("ordering_specialty"))
    assert not any(name.startswith("ordering") for name in second)


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
