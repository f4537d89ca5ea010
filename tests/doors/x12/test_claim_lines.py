"""A line of a claim of a file becomes what its sender meant, or is rejected with the reason."""

from __future__ import annotations

import pytest

from tests.doors.x12.files_837 import (
    CLAIM,
    HOSPITAL,
    HOSPITAL_CLAIM,
    HOSPITAL_LINE,
    LINE,
    OTHER_PAYER,
    SUBSCRIBER,
    claim_with,
    codes_of,
    data_of,
    line_with,
    one_claim,
)


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
