"""Knowing less denies nothing else than the exceptions in `test_knowing_less_denies`."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rules.determination import Determination, Finding
from rules.exclusivity.rivals import Strength
from rules.facts import Event, Report
from rules.library_model import Library
from tests.rules.knowing_less import (
    Decision,
    LineKey,
    changed,
    without_enrolment,
    without_plan,
    without_provider,
    without_result,
)
from tests.rules.nasty_members import effort, members, nasty_library
from tests.support.libraries import with_versions


def newly_denied(before: Decision, after: Decision) -> list[tuple[LineKey, Finding]]:
    """
    Lines whose approval or pend the rules turned into a denial, with what denies them.

    A reviewer's denial that stands again is that reviewer's, whatever the findings are.
    """
    denied = [
        (key, one)
        for key, one in after.lines.items()
        if (one.outcome, one.reason == "REVIEWED") == ("denied", False)
        and before.lines[key].outcome in ("approved", "pended")
    ]
    return [
        (key, next(found for found in one.findings if found.answer == "not_met"))
        for key, one in denied
    ]


def stands_more_firmly(found: Finding, before: Decision, after: Decision) -> bool:
    """Whether something that a finding points to was not so sure to stand before."""
    for one in found.evidence:
        if one.kind == "line":
            key = (one.claim_id or "", one.line or 0)
            if _stands(after.lines[key]) and not _stands(before.lines[key]):
                return True
    return any(
        strength is Strength.YES and before.strengths.get(study) is not Strength.YES
        for study, strength in after.strengths.items()
    )


def _stands(one: Determination) -> bool:
    return one.outcome == "approved" or one.reason == "NO_CONFLICT"


STUDIES = st.sampled_from(("S-0", "S-00", "S-1", "S-2", "S-3"))
CLAIMS = st.sampled_from(("C-1", "C-2", "C-3", "C-4"))


@given(members(), STUDIES)
@effort(60)
def test_a_result_less_denies_only_what_a_limited_one_held_open(
    told: list[Event], study_id: str
) -> None:
    limited = [
        one.fact
        for one in told
        if isinstance(one.fact, Report)
        and (one.fact.study_id, one.fact.result) == (study_id, "limited")
    ]
    before, after = Decision(told), Decision(changed(told, without_result(study_id)))

    for _, found in newly_denied(before, after):
        assert found.criterion in ("conventional_imaging", "pet_exclusivity")
        if found.criterion == "conventional_imaging":
            assert "CONVENTIONAL_IMAGING_CONCLUSIVE" == found.reason
            assert limited
        else:
            assert limited or stands_more_firmly(found, before, after)


@given(members(), CLAIMS)
@effort(60)
def test_a_provider_less_denies_only_by_another_study_that_stands_more_firmly(
    told: list[Event], claim_id: str
) -> None:
    before, after = Decision(told), Decision(changed(told, without_provider(claim_id)))

    for _, found in newly_denied(before, after):
        assert "pet_exclusivity" == found.criterion
        assert stands_more_firmly(found, before, after)


@given(members(), CLAIMS)
@effort(60)
def test_a_plan_less_on_a_claim_denies_only_by_another_study_that_stands_more_firmly(
    told: list[Event], claim_id: str
) -> None:
    before, after = Decision(told), Decision(changed(told, without_plan(claim_id)))

    for (denied, _), found in newly_denied(before, after):
        assert denied != claim_id
        assert "pet_exclusivity" == found.criterion
        assert stands_more_firmly(found, before, after)


@given(
    members(), st.sampled_from(("sample-commercial", "sample-ny-commercial", "sample-essential"))
)
@effort(60)
def test_a_plan_file_less_denies_only_by_another_study_that_stands_more_firmly(
    told: list[Event], plan_id: str
) -> None:
    plans = {key: plan for key, plan in nasty_library().plans.items() if key != plan_id}
    before, after = Decision(told), Decision(told, replace(nasty_library(), plans=plans))

    for _, found in newly_denied(before, after):
        assert "pet_exclusivity" == found.criterion
        assert stands_more_firmly(found, before, after)


@given(members(), st.sampled_from(("sample-commercial", "sample-ny-commercial")))
@effort(60)
def test_an_enrolment_less_denies_nothing(told: list[Event], plan_id: str) -> None:
    before, after = Decision(told), Decision(without_enrolment(told, plan_id))

    assert [] == newly_denied(before, after)


@given(members(), st.sampled_from(((0, 60), (60, 180), (180, 400))))
@effort(40)
def test_a_longer_lookback_never_finds_imaging_absent_that_a_shorter_one_found(
    told: list[Event], days: tuple[int, int]
) -> None:
    short, long = (Decision(told, _looking_back(number)) for number in days)

    absent = [key for key, one in long.lines.items() if _is_absent(one)]
    assert absent == [key for key in absent if _is_absent(short.lines[key])]


def _is_absent(one: Determination) -> bool:
    return "CONVENTIONAL_IMAGING_ABSENT" in [found.reason for found in one.findings]


def _looking_back(days: int) -> Library:
    own = nasty_library()
    (version,) = own.versions
    return with_versions(own, (version.with_answers({"conventional_lookback_days": days}),))
