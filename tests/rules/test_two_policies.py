"""Two policies in one library: each line by its own, and each study for both."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.adjudicate import adjudicate
from rules.determination import Determination
from rules.facts import Attestation, Claim, Event, Fact
from rules.member.member import Member
from rules.member.open_member import OpenMember, apply
from rules.truth import Truth
from tests.rules.builders import (
    attestation,
    claim,
    day,
    digest_of,
    event,
    pet,
    pet_report,
    record,
    record_of,
    report,
    treatment,
)
from tests.rules.deciding import finding
from tests.rules.nasty_members import effort, members
from tests.rules.second_policy import SECOND, SECOND_PLAN, two_policies
from tests.rules.stepping import check_each_step

FIRST_PLAN = "sample-commercial"
OTHER_STATE = "other-state"
METABOLIC = ("E72.01",)


def decided(*facts: Fact) -> dict[str, Determination]:
    """The determinations of a member by claim id; each claim has one line."""
    return {one.claim_id: one for one in adjudicate(record(*facts), two_policies())}


# ------------------------------------------------------------------------- each line by its own


def test_a_line_is_decided_by_the_policy_of_its_plan() -> None:
    one = decided(claim("C-1", plan=FIRST_PLAN), claim("C-2", plan=SECOND_PLAN, on=400))

    assert {"C-1": ("6.01.03", "mrs"), "C-2": (SECOND, "spectroscopy")} == {
        name: (each.policy and each.policy.id, each.service) for name, each in one.items()
    }


def test_a_line_of_no_known_plan_is_looked_up_by_the_first_policy() -> None:
    (one,) = decided(claim("C-1", plan="nobody")).values()

    assert ("PLAN_UNKNOWN", "mrs") == (one.reason, one.service)


def test_a_line_that_no_policy_of_its_plan_has_is_out_of_scope_under_the_first_of_them() -> None:
    (one,) = decided(claim("C-1", procedure="99213", plan=SECOND_PLAN)).values()

    assert ("OUT_OF_SCOPE", "other") == (one.reason, one.service)
    assert one.policy is not None
    assert one.policy.id == SECOND


def test_a_policy_cites_a_reason_of_the_library_in_its_own_way() -> None:
    limited = report(on=-5)
    of_first, of_second = (
        decided(claim("C-1", plan=plan), limited)["C-1"] for plan in (FIRST_PLAN, SECOND_PLAN)
    )

    assert ("approved", "I") == (of_first.outcome, of_first.section)
    assert ("approved", "II") == (of_second.outcome, of_second.section)


def test_a_policy_may_ask_nothing_of_a_line_by_itself() -> None:
    library = two_policies().with_versions(
        lambda version: replace(
            version, criteria=tuple(row for row in version.criteria if not row.is_by_itself)
        )
    )

    (one,) = adjudicate(record(claim("C-1", plan=SECOND_PLAN), report(on=-5)), library)

    assert ("approved", "not_duplicate") == (one.outcome, one.findings[0].criterion)


# ------------------------------------------------------------------------------ its own criterion


def told(
    dose: str | None = "2.5",
    unit: str = "mg",
    place: str | None = "11",
    plan: str = SECOND_PLAN,
    *,
    notice: bool = False,
) -> Claim:
    """A claim for a metabolic disorder that attests a dose, besides what stood open."""
    attested: tuple[Attestation, ...] = (attestation(on=-5),)
    if dose is not None:
        attested += (Attestation("dose", day(0), None, Decimal(dose), unit),)
    if notice:
        attested += (Attestation("member_notice", day(0)),)
    made = claim("C-1", diagnoses=METABOLIC, attestations=attested, plan=plan)
    return made._replace(place_of_service=place)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(told(), "met", id="the lowest dose in an office"),
        pytest.param(told(dose="2.4"), "not_met", id="a tenth below it"),
        pytest.param(told(place="21"), "not_met", id="in another place"),
        pytest.param(told(dose=None), "unknown", id="no dose is told"),
        pytest.param(told(unit="g"), "unknown", id="in another unit"),
        pytest.param(told(place=None), "unknown", id="no place is told"),
        pytest.param(told(dose=None, plan=OTHER_STATE), "met", id="under a plan of another state"),
    ],
)
def test_the_parts_are_asked_of_lines_of_their_purpose_and_state(of: Claim, expected: str) -> None:
    one = decided(of)["C-1"]

    assert expected == finding(one, "told").answer


def test_lines_of_another_purpose_are_not_asked_it() -> None:
    one = decided(claim("C-1", plan=SECOND_PLAN), report(on=-5))["C-1"]

    assert "other lines only" in finding(one, "told").because


def test_a_finding_names_the_measure_digit_by_digit() -> None:
    found = finding(decided(told())["C-1"], "told")

    assert found.parameters["least_dose"] == Decimal("2.5")
    assert found.parameters["least_parts"] == 2


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        pytest.param(True, "PR", id="the member was told beforehand"),
        pytest.param(False, "CO", id="nobody says so"),
    ],
)
def test_who_pays_for_a_denial_depends_on_the_notice(notice: bool, expected: str) -> None:
    accepting = two_policies().with_versions(
        lambda version: version.with_answers({"unlisted_but_documented": "accept"})
    )

    (one,) = adjudicate(record(told(dose="1", notice=notice)), accepting)

    assert ("denied", "NOT_TOLD", expected) == (one.outcome, one.reason, one.group)


# ------------------------------------------------------------------------------ studies for both


@pytest.mark.parametrize("plan", [FIRST_PLAN, SECOND_PLAN])
def test_a_pet_under_one_plan_stands_against_a_spectroscopy_under_the_other(plan: str) -> None:
    other = SECOND_PLAN if plan == FIRST_PLAN else FIRST_PLAN

    one = decided(pet("P-1", on=-20, plan=plan), claim("C-1", plan=other), report(on=-5))

    assert ("not_applicable", "NO_CONFLICT") == (one["P-1"].outcome, one["P-1"].reason)
    assert ("denied", "PET_EXCLUSIVE") == (one["C-1"].outcome, one["C-1"].reason)


def test_a_pet_that_its_own_policy_denies_stands_against_nothing_under_the_other() -> None:
    one = decided(
        claim("C-1", plan=SECOND_PLAN, on=-40),
        report(on=-45),
        pet("P-1", on=-20, plan=SECOND_PLAN),
        claim("C-2", plan=FIRST_PLAN, on=60),
    )

    assert "denied" == one["P-1"].outcome
    assert finding(one["C-2"], "pet_exclusivity").answer is Truth.MET


def test_a_study_of_both_plans_stands_by_the_better_of_its_lines() -> None:
    lines = [pet("P-1", on=-20, plan=FIRST_PLAN), pet("P-2", on=-20, plan=SECOND_PLAN)]

    one = decided(*lines, claim("C-1", plan=FIRST_PLAN), report(on=-5))

    assert "denied" == one["C-1"].outcome


def test_a_treatment_under_one_plan_begins_a_new_episode_under_the_other() -> None:
    surgery = claim("T-1", procedure="61510", on=-10, plan=FIRST_PLAN)
    between = [pet("P-1", on=-20, plan=FIRST_PLAN), claim("C-1", plan=SECOND_PLAN), report(on=-5)]

    assert "denied" == decided(*between)["C-1"].outcome
    assert finding(decided(*between, surgery)["C-1"], "pet_exclusivity").answer is Truth.MET


def test_a_reported_treatment_begins_it_under_both() -> None:
    for plan in (FIRST_PLAN, SECOND_PLAN):
        one = decided(
            pet("P-1", on=-20, plan=FIRST_PLAN),
            claim("C-1", plan=plan),
            report(on=-5),
            treatment("T-1", "61510", on=-10),
        )

        assert finding(one["C-1"], "pet_exclusivity").answer is Truth.MET


def test_two_of_one_day_are_perhaps_both_first_under_either_plan() -> None:
    one = decided(pet("P-1", plan=FIRST_PLAN), claim("C-1", plan=SECOND_PLAN), report(on=-5))

    assert {"PET_EXCLUSIVITY_UNCLEAR"} == {each.reason for each in one.values()}


def test_a_report_alone_stands_under_both() -> None:
    facts = [pet_report(on=-20), report(on=-5)]

    for plan in (FIRST_PLAN, SECOND_PLAN):
        assert "denied" == decided(*facts, claim("C-1", plan=plan))["C-1"].outcome


# --------------------------------------------------------------------- any order, step by step


def mixed(events: list[Event], random: Random) -> list[Event]:
    """The same member, enrolled in plans of both policies."""
    plans = (FIRST_PLAN, SECOND_PLAN, OTHER_STATE)
    return [
        one._replace(fact=one.fact._replace(plan_id=random.choice(plans)))
        if isinstance(one.fact, Claim)
        else one
        for one in events
    ]


@given(members(), st.randoms(use_true_random=False))
@effort(60)
def test_step_by_step_comes_to_what_all_at_once_does(events: list[Event], random: Random) -> None:
    check_each_step(mixed(events, random), two_policies())


@given(members(), st.randoms(use_true_random=False))
@effort(60)
def test_a_member_that_stays_open_is_decided_as_one_that_was_closed(
    events: list[Event], random: Random
) -> None:
    library, member = two_policies(), Member()
    opened = OpenMember(Member(), library)
    for one in mixed(events, random):
        expected = apply(member, one, digest_of(one), library)
        member = expected.member

        assert expected == opened.apply(one, digest_of(one))


@given(members(), st.randoms(use_true_random=False))
@effort(60)
def test_any_order_ends_alike(events: list[Event], random: Random) -> None:
    known = mixed(events, random)
    shuffled = random.sample(known, len(known))

    assert adjudicate(record_of(known), two_policies()) == adjudicate(
        record_of(shuffled), two_policies()
    )


def test_a_line_of_the_other_plan_that_comes_later_decides_again_what_it_touches() -> None:
    library, member = two_policies(), Member()
    facts: list[Fact] = [claim("C-1", plan=SECOND_PLAN), report(on=-5)]
    facts.append(pet("P-1", on=-20, plan=FIRST_PLAN))
    for position, fact in enumerate(facts, start=1):
        one = event(fact, position)
        member = apply(member, one, digest_of(one), library).member

    last = {each.claim_id: each.reason for each in member.published}
    assert {"C-1": "PET_EXCLUSIVE", "P-1": "NO_CONFLICT"} == last
