"""Texts, codes, days, times and numbers of an event are kept in the one form that is compared."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rules.facts import Coverage, Event
from tests.support.event_builders import (
    CLAIM,
    COVERAGE,
    FINALIZED,
    REPORT,
    REVIEW,
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
        pytest.param("C.7.1.1", "C71.1", id="more_than_one_dot"),
        pytest.param("C71.", "C71", id="three_characters_and_a_dot"),
        pytest.param("C71", "C71", id="three_characters"),
        pytest.param("C7", "C7", id="two_characters"),
        pytest.param("S06.0X0A", "S06.0X0A", id="seven_characters"),
        pytest.param("x" * 256, "XXX." + "X" * 253, id="256_characters"),
    ],
)
def test_a_diagnosis_is_kept_in_its_compared_form(code, expected):
    decoded = accepted(event_of(REPORT, diagnoses=[code]))

    assert (expected,) == decoded.fact.diagnoses


def test_procedures_and_modifiers_are_kept_upper_case_and_trimmed():
    decoded = accepted(event_of(REPORT, procedure=" 0609t ", modifiers=["tc", " Xs"]))

    assert ("0609T", ("TC", "XS")) == (decoded.fact.procedure, decoded.fact.modifiers)


def test_a_dot_in_a_procedure_code_is_no_diagnosis_dot():
    decoded = accepted(event_of(REPORT, procedure="76.390"))

    assert decoded.fact.procedure == "76.390"


@pytest.mark.parametrize(
    ("charge", "expected"),
    [
        pytest.param("850.00", "850.00", id="two_decimals"),
        pytest.param("-12.5", "-12.50", id="negative"),
        pytest.param("850", "850.00", id="no_decimals"),
        pytest.param("0850.0000", "850.00", id="zeros_that_say_nothing"),
        pytest.param("-0.00", "0.00", id="minus_nothing"),
        pytest.param("0.125", "0.125", id="parts_of_a_cent"),
        pytest.param("9" * 40, "9" * 40 + ".00", id="more_digits_than_arithmetic_keeps"),
    ],
)
def test_equal_charges_are_kept_in_one_form(charge, expected):
    decoded = accepted(with_value(event_of(CLAIM), "data.lines[0].charge", charge))

    assert expected == str(decoded.fact.lines[0].charge)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("1", 1, id="one"),
        pytest.param("1.0", 1, id="one_with_a_decimal"),
        pytest.param("2e1", 20, id="twenty_with_an_exponent"),
        pytest.param("null", 1, id="null_is_one"),
        pytest.param("9223372036854775807", 2**63 - 1, id="most_that_a_record_holds"),
        pytest.param("9223372036854775808", 2**63 - 1, id="one_more_than_a_record_holds"),
        pytest.param("9" * 4300, 2**63 - 1, id="4300_digits"),
        pytest.param("1e308", 2**63 - 1, id="308_zeros"),
    ],
)
def test_units_are_a_whole_number_however_it_is_written(written, expected):
    raw = encoded(event_of(CLAIM)).replace(b'"units": 1', b'"units": ' + written.encode())

    decoded = decode(raw, CODES)

    assert expected == decoded.fact.lines[0].units
    assert int is type(decoded.fact.lines[0].units)
