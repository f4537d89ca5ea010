"""The decoder takes what is said beside claims: persons, treatments, reviews, reports."""

from __future__ import annotations

from datetime import date

import pytest

from rules.facts import (
    Person,
)
from tests.support.event_builders import (
    AUTHORIZATION,
    COVERAGE,
    PERSON,
    REPORT,
    REVIEW,
    TREATMENT,
    denial,
    event_of,
    with_value,
    without,
)
from tests.worker.events.accepting import accepted


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


def test_a_reason_of_a_review_may_be_long():
    reason = "because " * 10_000

    assert reason == accepted(event_of(REVIEW, reason=reason)).fact.reason
