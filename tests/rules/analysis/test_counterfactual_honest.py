"""What is supplied to turn a line is what could honestly be sent."""

from __future__ import annotations

from rules.analysis.counterfactual import (
    _case,
    supplied,
)
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
from tests.rules.deciding import shipped, with_plan
from tests.rules.turning import sets, turned


def test_a_claim_sent_again_without_more_is_no_way_past_a_reviewer() -> None:
    found = turned(claim(), report(), coverage(), review(decision="denied"))

    assert [("review",)] == sets(found)


def test_a_claim_sent_again_takes_the_place_of_what_it_replaced() -> None:
    known = record(claim("C-0", received=1), replacement("C-1", "C-0"))
    case = _case(known, shipped(), ("C-1", 1))
    (stated,) = [one for one in for_the_line(case) if one.attestation is not None]

    (event,) = supplied(known, case, [stated], is_sent_again=True)

    assert isinstance(event.fact, Claim)
    assert ("7", "C-0") == (event.fact.frequency, event.fact.replaces)


def test_a_reviewer_sees_the_claim_that_was_sent_again() -> None:
    old = day(-200)
    found = turned(claim(plan="sample-no-mrs", on=old, received=-190))

    assert [("another plan", "review")] == sets(found)


def test_a_plan_of_the_same_line_of_business_is_tried_first() -> None:
    (turn,) = turned(claim(plan="sample-no-mrs"), report()).for_it

    assert "sample-commercial" == turn.supplies[0].plan_id
    assert (Coverage("sample-commercial", day(0), None),) == turn.supplies[0].facts


def test_a_dual_plan_excludes_what_both_its_sides_do() -> None:
    dual = with_plan(
        "sample-dsnp-no-medicare-mrs", medicaid_excluded_procedures=frozenset({"76390"})
    )

    found = turned(claim(plan="sample-dsnp-no-medicare-mrs"), report(), using=dual)

    assert [("another plan",)] == sets(found)


def test_ids_that_are_supplied_are_nobody_elses() -> None:
    known = record(claim(), report("supplied-study", result="unknown"), report("supplied'x"))
    case = _case(known, shipped(), ("C-1", 1))

    ids = {event.id for event in supplied(known, case, for_the_line(case), is_sent_again=True)}

    assert all(one.startswith("supplied''") for one in ids)
