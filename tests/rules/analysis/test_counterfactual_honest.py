"""What is supplied to turn a line is what could honestly be sent."""

from __future__ import annotations

from rules.analysis.sufficient_sets import supplied
from rules.analysis.supplies import for_the_line
from rules.facts import Claim, Coverage
from tests.rules.builders import (
    claim,
    coverage,
    day,
    record,
    replacement,
    report,
    review,
)
from tests.rules.deciding import with_plan
from tests.rules.turning import opened, sets, turned


def test_a_claim_sent_again_without_more_is_no_way_past_a_reviewer() -> None:
    found = turned(claim(), report(), coverage(), review(decision="denied"))

    assert [("review",)] == sets(found)


def test_a_claim_sent_again_takes_the_place_of_what_it_replaced() -> None:
    known = record(claim("C-0", received=1), replacement("C-1", "C-0"))
    case = opened(known)
    (stated,) = [one for one in for_the_line(case) if one.correction and one.correction.attestation]

    (event,) = supplied(known, case, [stated])

    assert isinstance(event.fact, Claim)
    assert ("7", "C-0") == (event.fact.frequency, event.fact.replaces)


def test_a_reviewer_sees_the_claim_that_was_sent_again() -> None:
    old = day(-200)
    found = turned(claim(plan="sample-no-mrs", on=old, received=-190))

    assert [("another plan", "review")] == sets(found)


def test_a_plan_of_the_same_line_of_business_is_tried_first() -> None:
    (turn,) = turned(claim(plan="sample-no-mrs"), report()).for_it

    correction = turn.supplies[0].correction
    assert correction is not None
    assert "sample-commercial" == correction.plan_id
    assert (Coverage("sample-commercial", day(0), None),) == turn.supplies[0].facts


def test_a_dual_plan_excludes_what_both_its_sides_do() -> None:
    dual = with_plan(
        "sample-dsnp-no-medicare-mrs", medicaid_excluded_procedures=frozenset({"76390"})
    )

    found = turned(claim(plan="sample-dsnp-no-medicare-mrs"), report(), using=dual)

    assert [("another plan",)] == sets(found)


OLD = report("supplied'x", on=-1000)
"""Its id begins as those that are supplied would; it is too old to count."""


def test_ids_that_are_supplied_are_nobody_elses() -> None:
    known = record(claim(), report("supplied-study", result="unknown"), OLD)
    case = opened(known)

    ids = {event.id for event in supplied(known, case, for_the_line(case))}

    assert all(one.startswith("supplied''") for one in ids)
