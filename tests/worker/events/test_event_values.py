"""Texts, codes, days, times and numbers of an event are kept in the one form that is compared."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rules.facts import Coverage, Event
from tests.support.event_builders import (
    CLAIM,
    COVERAGE,
    FINALIZED,
    REPORT,
    REVIEW,
    TREATMENT,
    encoded,
    event_of,
    with_value,
)
from tests.support.remittance import CODES
from worker.events.decode import decode, read_member_id


def accepted(event: object) -> Event:
    decoded = decode(encoded(event), CODES)
    assert isinstance(decoded, Event), decoded
    return decoded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2025-06-20T14:03:00Z", (14, 3, 0, 0), id="no_fraction"),
        pytest.param("2025-06-20T14:03:00.5Z", (14, 3, 0, 500_000), id="one_digit"),
        pytest.param("2025-06-20T14:03:00.123456Z", (14, 3, 0, 123_456), id="six_digits"),
        pytest.param("2025-06-20T14:03:00.1234569Z", (14, 3, 0, 123_456), id="cut_not_rounded"),
        pytest.param("2025-06-20T14:03:59.999999999Z", (14, 3, 59, 999_999), id="nine_digits"),
        pytest.param("2025-06-20T16:03:00+02:00", (14, 3, 0, 0), id="east_of_greenwich"),
        pytest.param("2025-06-19T14:04:00-23:59", (14, 3, 0, 0), id="as_far_west_as_it_goes"),
        pytest.param("2025-06-20T14:03:00-00:00", (14, 3, 0, 0), id="offset_minus_zero"),
        pytest.param("2025-06-20T00:00:00Z", (0, 0, 0, 0), id="first_second_of_the_day"),
        pytest.param("2025-06-20T23:59:59Z", (23, 59, 59, 0), id="last_second_of_the_day"),
    ],
)
def test_a_time_is_an_instant_in_utc_to_the_microsecond(text, expected):
    hour, minute, second, microsecond = expected

    decoded = accepted(with_value(event_of(REVIEW), "time", text))

    assert datetime(2025, 6, 20, hour, minute, second, microsecond, UTC) == decoded.time
    assert UTC is decoded.time.tzinfo


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("1900-01-01T00:00:00+14:00", id="first_day_of_1900"),
        pytest.param("2199-12-31T23:59:59-12:00", id="last_day_of_2199"),
        pytest.param("2024-02-29T00:00:00Z", id="leap_day"),
    ],
)
def test_a_time_may_be_of_any_day_of_its_years(text):
    decoded = accepted(with_value(event_of(REVIEW), "time", text))

    assert datetime.fromisoformat(text) == decoded.time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1900-01-01", date(1900, 1, 1), id="first_day"),
        pytest.param("2199-12-31", date(2199, 12, 31), id="last_day"),
        pytest.param("2024-02-29", date(2024, 2, 29), id="leap_day"),
    ],
)
def test_a_date_may_be_of_any_day_of_its_years(text, expected):
    decoded = accepted(event_of(COVERAGE, enrolled_from=text, enrolled_through=text))

    assert Coverage("sample-commercial", expected, expected) == decoded.fact


IDENTIFIERS = [
    pytest.param("x", id="one_character"),
    pytest.param("x" * 256, id="256_characters"),
    pytest.param("\N{GRINNING FACE}" * 256, id="256_characters_outside_the_basic_plane"),
    pytest.param(" M 1 ", id="spaces_inside_and_around"),
    pytest.param("{M}:1\n\r\t%s{0}", id="braces_colons_and_newlines"),
    pytest.param("\x00", id="a_nul"),
    pytest.param("\x1b[31m", id="a_terminal_escape"),
    pytest.param("Ünïcødé-北京-عضو", id="other_scripts"),
    pytest.param("m-1", id="lower_case"),
    pytest.param('"quoted" \\ back', id="quotes_and_backslashes"),
]


@pytest.mark.parametrize("text", IDENTIFIERS)
def test_an_id_is_kept_exactly_as_it_came(text):
    event = with_value(with_value(event_of(FINALIZED, claim_id=text), "id", text), "source", text)

    decoded = accepted(with_value(event, "data.member_id", text))

    assert (text, text, text, text) == (
        decoded.member_id,
        decoded.id,
        decoded.source,
        decoded.fact.claim_id,
    )


@pytest.mark.parametrize("text", IDENTIFIERS)
def test_the_door_reads_the_member_that_the_decoder_reads(text):
    raw = encoded(event_of(FINALIZED, member_id=text))

    assert text == read_member_id(raw)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("C71.1", "C71.1", id="as_published"),
        pytest.param("C711", "C71.1", id="without_its_dot"),
        pytest.param("c71.1", "C71.1", id="lower_case"),
        pytest.param(" C71.1\t", "C71.1", id="blanks_around"),
        pytest.param("C7.11", "C71.1", id="dot_in_another_place"),
        pytest.param("C71.", "C71", id="three_characters_and_a_dot"),
        pytest.param("C71", "C71", id="three_characters"),
        pytest.param("C7", "C7", id="two_characters"),
        pytest.param("S06.0X0A", "S06.0X0A", id="seven_characters"),
        pytest.param("c", "C", id="one_character"),
        pytest.param("S06.0X0AB", "S06.0X0AB", id="eight_characters_and_a_dot"),
        pytest.param(".C711", "C71.1", id="a_dot_before_all"),
        pytest.param("\u2003C71.1\xa0", "C71.1", id="blanks_outside_ascii_around"),
    ],
)
def test_a_diagnosis_is_kept_in_its_compared_form(code, expected):
    decoded = accepted(event_of(REPORT, diagnoses=[code]))

    assert (expected,) == decoded.fact.diagnoses


def test_procedures_and_modifiers_are_kept_upper_case_and_trimmed():
    decoded = accepted(event_of(REPORT, procedure=" 0609t ", modifiers=["tc", " Xs"]))

    assert ("0609T", ("TC", "XS")) == (decoded.fact.procedure, decoded.fact.modifiers)


@pytest.mark.parametrize("empty", [None, "", " \t", "\u2003"], ids=["null", "none", "tab", "wide"])
@pytest.mark.parametrize("event_type", [REPORT, TREATMENT])
def test_an_empty_entry_of_a_report_is_left_out(event_type, empty):
    decoded = accepted(event_of(event_type, diagnoses=[empty, "C71.1", empty, "I67.89"]))

    assert ("C71.1", "I67.89") == decoded.fact.diagnoses


@pytest.mark.parametrize("empty", [None, "", " \t"], ids=["null", "none", "tab"])
def test_an_empty_entry_of_modifiers_is_left_out(empty):
    assert ("TC",) == accepted(event_of(REPORT, modifiers=[empty, "TC", empty])).fact.modifiers
    assert () == accepted(event_of(REPORT, modifiers=[empty])).fact.modifiers


@pytest.mark.parametrize("empty", [None, "", " \t"], ids=["null", "none", "tab"])
def test_pointers_count_the_places_of_the_diagnoses_as_they_were_sent(empty):
    event = event_of(CLAIM, diagnoses=[empty, "C71.1", empty, "I67.89"])

    claim = accepted(with_value(event, "data.lines[0].diagnosis_pointers", [4, 2])).fact

    assert ("C71.1", "I67.89") == claim.diagnoses
    assert (2, 1) == claim.lines[0].diagnosis_pointers
    assert {int} == set(map(type, claim.lines[0].diagnosis_pointers))


@pytest.mark.parametrize("pointer", [1, 3, 5], ids=["first", "between", "behind_the_last"])
def test_a_pointer_to_an_empty_place_or_to_none_is_refused(pointer):
    event = event_of(CLAIM, diagnoses=[None, "C71.1", " ", "I67.89"])

    refusal = decode(
        encoded(with_value(event, "data.lines[0].diagnosis_pointers", [2, pointer])), CODES
    )

    assert ["data.lines[0].diagnosis_pointers[1]"] == [fault.path for fault in refusal.faults]


def test_a_claim_may_have_no_more_than_empty_places_for_diagnoses():
    event = event_of(CLAIM, diagnoses=[None, ""])

    claim = accepted(with_value(event, "data.lines[0].diagnosis_pointers", [])).fact

    assert () == claim.diagnoses


@pytest.mark.parametrize(
    ("charge", "expected"),
    [
        pytest.param("850.00", "850.00", id="two_decimals"),
        pytest.param("-12.5", "-12.50", id="negative"),
        pytest.param("850", "850.00", id="no_decimals"),
        pytest.param("0850.0000", "850.00", id="zeros_that_say_nothing"),
        pytest.param("-0.00", "0.00", id="minus_nothing"),
        pytest.param("0.125", "0.125", id="parts_of_a_cent"),
        pytest.param(".5", "0.50", id="no_digits_before_the_point"),
        pytest.param("-.50", "-0.50", id="negative_without_digits_before_the_point"),
        pytest.param(".0", "0.00", id="nothing_without_digits_before_the_point"),
        pytest.param("9" * 40, "9" * 40 + ".00", id="more_digits_than_arithmetic_keeps"),
    ],
)
def test_equal_charges_are_kept_in_one_form(charge, expected):
    decoded = accepted(with_value(event_of(CLAIM), "data.lines[0].charge", charge))

    assert expected == str(decoded.fact.lines[0].charge)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("0", "0", id="none"),
        pytest.param("-0.0", "0", id="minus_nothing"),
        pytest.param("1", "1", id="one"),
        pytest.param("1.0", "1", id="one_with_a_decimal"),
        pytest.param("1.000000", "1", id="one_with_six_decimals"),
        pytest.param("1e0", "1", id="one_with_an_exponent"),
        pytest.param("2e1", "20", id="twenty_with_an_exponent"),
        pytest.param("0.5", "0.5", id="a_half"),
        pytest.param("0.500", "0.5", id="a_half_with_three_decimals"),
        pytest.param("5e-1", "0.5", id="a_half_with_an_exponent"),
        pytest.param("0.001", "0.001", id="the_smallest_part"),
        pytest.param("1234567.891", "1234567.891", id="many_and_a_part"),
        pytest.param("null", "1", id="null_is_one"),
        pytest.param("9223372036854775807", str(2**63 - 1), id="most_that_a_record_holds"),
        pytest.param("9223372036854775808", str(2**63 - 1), id="one_more_than_a_record_holds"),
        pytest.param("9" * 4300, str(2**63 - 1), id="4300_digits"),
        pytest.param("1e308", str(2**63 - 1), id="308_zeros"),
    ],
)
def test_units_have_one_form_however_they_are_written(written, expected):
    raw = encoded(event_of(CLAIM)).replace(b'"units": 1', b'"units": ' + written.encode())

    decoded = decode(raw, CODES)

    assert expected == str(decoded.fact.lines[0].units)
    assert Decimal is type(decoded.fact.lines[0].units)


@pytest.mark.parametrize("written", ["-1e-3", "1e-4", "0.9999", "1.0005"])
def test_units_below_nothing_or_finer_than_a_thousandth_are_refused(written):
    raw = encoded(event_of(CLAIM)).replace(b'"units": 1', b'"units": ' + written.encode())

    refusal = decode(raw, CODES)

    assert ["data.lines[0].units"] == [fault.path for fault in refusal.faults]


@pytest.mark.parametrize("procedure", [None, "", " \t"], ids=["null", "empty", "blanks"])
def test_a_line_needs_no_procedure_beside_a_revenue_code(procedure):
    with_code = with_value(event_of(CLAIM), "data.lines[0].procedure", procedure)
    without_code = with_value(with_code, "data.lines[0].revenue_code", procedure)

    refusal = decode(encoded(without_code), CODES)

    assert "" == accepted(with_code).fact.lines[0].procedure
    assert ["data.lines[0].procedure"] == [fault.path for fault in refusal.faults]
