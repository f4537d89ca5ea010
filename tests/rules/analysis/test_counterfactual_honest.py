"""What is supplied to turn a line is what could honestly be sent."""

from __future__ import annotations

from itertools import combinations

from rules.analysis.sufficient_sets import decided_with, supplied
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
from tests.rules.turning import kind, opened, sets, turned


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


def test_nothing_turns_an_exclusion_while_the_claim_stays_under_its_plan() -> None:
    known = record(claim(plan="sample-no-mrs"))
    case = opened(known)
    others = [one for one in for_the_line(case) if kind(one) != "another plan"]

    found = turned(claim(plan="sample-no-mrs"))

    assert {"review", "authorization", "attestation"} <= {kind(one) for one in others}
    for size in (1, 2):
        for chosen in combinations(others, size):
            assert decided_with(known, case, chosen).reason == "NON_COVERED_BENEFIT"
    for turn in (*found.for_it, *found.reopening):
        assert "another plan" in [kind(supply) for supply in turn.supplies]


def test_what_only_opens_a_gate_is_told_apart_from_what_resolves_the_line() -> None:
    found = turned(claim(plan="sample-no-mrs"))

    (turn,) = found.reopening

    assert ["another plan"] == [kind(supply) for supply in turn.supplies]
    assert ("pended", "CONVENTIONAL_IMAGING_UNKNOWN") == (turn.outcome, turn.reason)


def test_what_resolves_a_line_is_not_said_to_reopen_it_too() -> None:
    assert () == turned(claim(plan="sample-no-mrs"), report()).reopening


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
