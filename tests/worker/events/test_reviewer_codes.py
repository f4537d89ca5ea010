"""A reviewer's own codes: both kinds or none, on a denial, in force on the event's day."""

from __future__ import annotations

import pytest

from rules.facts import Event, Review
from tests.support.event_builders import denial, encoded, with_value, without
from tests.support.remittance import CODES
from worker.events.decode import Refusal, decode
from worker.events.remittance import EVERY_CODE


def accepted(event: object) -> Review:
    decoded = decode(encoded(event), CODES)
    assert isinstance(decoded, Event), decoded
    assert isinstance(decoded.fact, Review)
    return decoded.fact


def refused(event: object) -> list[tuple[str, str]]:
    """Path of each fault and what was found there."""
    decoded = decode(encoded(event), CODES)
    assert isinstance(decoded, Refusal), decoded
    assert "INVALID_DATA" == decoded.reason
    return [(fault.path, fault.found) for fault in decoded.faults]


def test_codes_are_kept_upper_case_and_trimmed():
    review = accepted(denial(carc=" b7\t", rarc=["n661 ", " M25"]))

    assert ("B7", ("N661", "M25")) == (review.carc, review.rarc)


def test_a_reason_code_may_have_no_remarks():
    assert () == accepted(denial(rarc=[])).rarc


@pytest.mark.parametrize("carc", [None, "", " \t"], ids=["null", "empty", "blanks"])
def test_a_denial_may_have_no_codes(carc):
    null = accepted(denial(carc=carc, rarc=None))
    left_out = accepted(without(denial(carc=carc), "data.rarc"))

    assert (None, None) == (null.carc, null.rarc)
    assert (None, None) == (left_out.carc, left_out.rarc)


def test_a_reason_code_without_remarks_is_refused():
    assert [("data.rarc", "nothing")] == refused(without(denial(), "data.rarc"))
    assert [("data.rarc", "null")] == refused(denial(rarc=None))


@pytest.mark.parametrize("rarc", [["N661"], []], ids=["one_remark", "an_empty_list"])
@pytest.mark.parametrize("carc", [None, " "], ids=["null", "blank"])
def test_remarks_without_a_reason_code_are_refused(carc, rarc):
    assert ["data.carc"] == [path for path, _ in refused(denial(carc=carc, rarc=rarc))]


@pytest.mark.parametrize("blank", [None, "", " "], ids=["null", "empty", "blank"])
def test_an_empty_remark_is_no_remark_code(blank):
    assert ["data.rarc[1]"] == [path for path, _ in refused(denial(rarc=["N661", blank]))]


def test_a_reason_code_is_in_force_from_its_first_day():
    on_the_day = with_value(denial(carc="272"), "time", "2015-11-01T00:00:00Z")
    too_early = with_value(denial(carc="272"), "time", "2015-10-31T23:59:59Z")

    assert "272" == accepted(on_the_day).carc
    assert [("data.carc", '"272"')] == refused(too_early)


def test_a_reason_code_is_in_force_up_to_its_end():
    last_day = with_value(denial(carc="15", rarc=[]), "time", "2018-04-30T23:59:59Z")
    ended = with_value(denial(carc="15", rarc=[]), "time", "2018-05-01T00:00:00Z")

    assert "15" == accepted(last_day).carc
    assert [("data.carc", '"15"')] == refused(ended)


def test_a_remark_code_is_in_force_from_its_first_day():
    on_the_day = with_value(denial(rarc=["N706"]), "time", "2014-03-01T00:00:00Z")
    too_early = with_value(denial(rarc=["N706"]), "time", "2014-02-28T23:59:59Z")

    assert ("N706",) == accepted(on_the_day).rarc
    assert [("data.rarc[0]", '"N706"')] == refused(too_early)


def test_the_day_of_a_code_is_that_in_utc():
    already = with_value(denial(carc="272"), "time", "2015-10-31T23:00:00-01:00")
    not_yet = with_value(denial(carc="272"), "time", "2015-11-01T00:59:59+01:00")

    assert "272" == accepted(already).carc
    assert ["data.carc"] == [path for path, _ in refused(not_yet)]


def test_each_code_that_is_not_in_force_is_named():
    event = denial(carc="999", rarc=["N661", "50", "25", "M25", "N706x"])

    assert [
        ("data.carc", '"999"'),
        ("data.rarc[1]", '"50"'),
        ("data.rarc[2]", '"25"'),
        ("data.rarc[4]", '"N706x"'),
    ] == refused(event)


@pytest.mark.parametrize(
    ("codes", "paths"),
    [
        pytest.param({}, ["data.carc", "data.rarc"], id="both"),
        pytest.param({"rarc": None}, ["data.carc"], id="a_reason_code"),
        pytest.param({"carc": None}, ["data.rarc"], id="remarks"),
        pytest.param({"carc": 5, "rarc": []}, ["data.carc", "data.rarc"], id="malformed"),
    ],
)
def test_an_approval_with_codes_is_refused(codes, paths):
    event = denial(**({"decision": "approved"} | codes))

    assert paths == [path for path, _ in refused(event)]


def test_an_approval_may_have_blank_codes():
    review = accepted(denial(decision="approved", carc=" ", rarc=None))

    assert (None, None) == (review.carc, review.rarc)


def test_without_a_time_no_code_is_out_of_force():
    event = with_value(denial(carc="25", rarc=["N661", " "]), "time", "yesterday")

    decoded = decode(encoded(event), CODES)

    assert isinstance(decoded, Refusal)
    assert ["time", "data.rarc[1]"] == [fault.path for fault in decoded.faults]


def test_what_was_accepted_by_another_table_can_be_read_again():
    raw = encoded(denial(carc="25", rarc=["N9999"]))

    again = decode(raw, EVERY_CODE)

    assert isinstance(decode(raw, CODES), Refusal)
    assert isinstance(again, Event)
    assert ("25", ("N9999",)) == (again.fact.carc, again.fact.rarc)
