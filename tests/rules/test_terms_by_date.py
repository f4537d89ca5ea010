"""Plans and code sets change: a line goes by those of its date of service, whenever it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from rules.code_sets import CodeSets, ConventionalCode, Indications, WatchedCode
from rules.library_model import Library
from rules.plans import PlanPeriod
from tests.rules.builders import (
    LIMITED_MRI,
    Day,
    Sending,
    authorization,
    claim,
    day,
    pet,
    pet_report,
    report,
    review,
    sent,
    treatment,
)
from tests.rules.deciding import answer, codes, decide, decide_line, shipped
from tests.support.libraries import with_versions

BEFORE, FROM = -1, 0
"""The last day of the old terms, and the first of the new ones."""


def with_period(plan_id: str = "sample-commercial", **fields: object) -> Library:
    """The shipped library with other terms of a plan from `DAY` on."""
    own = shipped()
    plan = own.plans[plan_id]
    later = PlanPeriod(effective_from=day(FROM), plan=replace(plan, **fields))  # type: ignore[arg-type]
    return replace(own, plans={**own.plans, plan_id: replace(plan, periods=(later,))})


def with_next_version(**sets: object) -> Library:
    """The shipped library with other code sets from `DAY` on."""
    own = shipped()
    (version,) = own.versions
    changed: CodeSets = replace(version.codes, **sets)  # type: ignore[arg-type]
    old = replace(version, effective_to=day(FROM))
    new = replace(version, version="next", effective_from=day(FROM), codes=changed, codes_from=())
    return with_versions(own, (old, new))


# ------------------------------------------------------------------------------------------- plans


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(BEFORE, "CRITERIA_MET", id="the day before"),
        pytest.param(FROM, "NON_COVERED_BENEFIT", id="the first day"),
        pytest.param(1, "NON_COVERED_BENEFIT", id="the day after"),
    ],
)
@pytest.mark.parametrize("received", [4, 400])
def test_an_exclusion_denies_from_its_period_on_whenever_the_claim_came(
    on: Day, received: int, expected: str
) -> None:
    using = with_period(excluded_procedures=frozenset({"76390"}))

    decided = decide_line(claim(on=on, received=received), LIMITED_MRI, using=using)

    assert expected == decided.reason


@pytest.mark.parametrize(
    ("on", "expected"),
    [pytest.param(BEFORE, "CO", id="the old group"), pytest.param(FROM, "PR", id="the new one")],
)
def test_so_does_the_group_of_a_denial(on: Day, expected: str) -> None:
    using = with_period(investigational_group="PR")

    decided = decide_line(claim(on=on, diagnoses=("C61",)), using=using)

    assert (expected, "55", ("N623",)) == codes(decided)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(BEFORE, ("REVIEWED", None), id="anyone, before"),
        pytest.param(FROM, ("INVESTIGATIONAL_INDICATION", "role"), id="a physician, from then on"),
    ],
)
def test_so_do_the_roles_whose_reviews_count(on: Day, expected: tuple[str, str | None]) -> None:
    using = with_period(peer_reviewer_roles=frozenset({"physician"}))
    line = sent(claim(on=on, diagnoses=("C61",)), 10, "e-0")

    decided = decide_line(line, review(decision="denied", role="nurse"), using=using)

    ignored = decided.review_ignored
    assert expected == (decided.reason, None if ignored is None else ignored.why)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(BEFORE, "INVESTIGATIONAL_INDICATION", id="before"),
        pytest.param(FROM, "PEER_REVIEW", id="from then on"),
    ],
)
def test_so_does_whether_the_plan_asks_for_a_person(on: Day, expected: str) -> None:
    using = with_period(clinical_denials_need_peer_review=True)

    assert expected == decide_line(claim(on=on, diagnoses=("C61",)), using=using).reason


# --------------------------------------------------------------------------------------- code sets


def indications(code: str, support: str, *numbers: int) -> dict[str, object]:
    """The shipped indications with one code classed otherwise."""
    known = dict(shipped().versions[0].codes.indications)
    known[code] = Indications(indications=frozenset(numbers), support=support)  # type: ignore[arg-type]
    return {"indications": known}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(BEFORE, ("unknown", "INDICATION_UNCLEAR"), id="documented this year"),
        pytest.param(FROM, ("met", None), id="listed next year"),
    ],
)
def test_a_code_is_listed_from_its_version_on(on: Day, expected: tuple[str, str | None]) -> None:
    using = with_next_version(**indications("G40.209", "listed", 6))

    decided = decide_line(claim(on=on, diagnoses=("G40.209",)), LIMITED_MRI, using=using)

    assert expected == answer(decided, "indication")


def without(members: Iterable[str], gone: str) -> frozenset[str]:
    return frozenset(members) - {gone}


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(BEFORE, ("unknown", "CONVENTIONAL_IMAGING_UNKNOWN"), id="not this year"),
        pytest.param(FROM, ("met", None), id="next year, though the study was made before"),
    ],
)
def test_which_imaging_counts_is_said_by_the_line_s_version(
    on: Day, expected: tuple[str, str | None]
) -> None:
    known = shipped().versions[0].codes.conventional_imaging
    angiography = {"70544": ConventionalCode(may_be_attenuation=False)}
    using = with_next_version(conventional_imaging={**known, **angiography})

    decided = decide_line(claim(on=on), report(procedure="70544"), using=using)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(BEFORE, "OUT_OF_SCOPE", id="no PET this year"),
        pytest.param(FROM, "PET_EXCLUSIVE", id="one of the brain next year"),
    ],
)
def test_a_procedure_is_a_pet_by_the_version_of_its_own_day(on: Day, expected: str) -> None:
    known = shipped().versions[0].codes.watched
    using = with_next_version(
        watched={**known, "78607": WatchedCode(pet_class="brain", has_own_ct=False)}
    )
    spectroscopy = [claim(on=-20), report(on=-30)]

    decided = decide_line(*spectroscopy, pet(procedure="78607", on=on), of="P-1", using=using)

    assert expected == decided.reason


def test_each_study_asks_by_the_version_of_its_own_day() -> None:
    """From the new version on the code no longer speaks of a tumour."""
    using = with_next_version(**indications("D43.9", "suggested"))

    old_pet = pet_report(on=BEFORE, diagnoses=("D43.9",))
    new_pet = pet_report(on=FROM, diagnoses=("D43.9",))
    line: list[Sending] = [claim(on=10, received=20), LIMITED_MRI]

    assert (("not_met", "PET_EXCLUSIVE"), ("met", None)) == (
        answer(decide_line(*line, old_pet, using=using), "pet_exclusivity"),
        answer(decide_line(*line, new_pet, using=using), "pet_exclusivity"),
    )


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(BEFORE, ("met", None), id="a treatment this year"),
        pytest.param(FROM, ("not_met", "PET_EXCLUSIVE"), id="none next year"),
    ],
)
def test_a_treatment_is_one_by_the_version_of_its_own_day(
    on: Day, expected: tuple[str, str | None]
) -> None:
    known = dict(shipped().versions[0].codes.episode_reset)
    del known["61510"]
    using = with_next_version(episode_reset=known)
    line: list[Sending] = [claim(on=10, received=20), LIMITED_MRI, pet_report(on=-10)]

    reported = decide_line(*line, treatment(on=on), using=using)
    billed = decide_line(*line, claim("T-1", "61510", on=on), using=using)

    assert [expected, expected] == [answer(one, "pet_exclusivity") for one in (reported, billed)]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(BEFORE, ("met", None), id="a brain tumour this year"),
        pytest.param(FROM, ("unknown", "INDICATION_UNCLEAR"), id="none next year"),
    ],
)
def test_what_keeps_a_necrosis_company_is_said_by_the_line_s_version(
    on: Day, expected: tuple[str, str | None]
) -> None:
    known = shipped().versions[0].codes.brain_tumour
    using = with_next_version(brain_tumour=without(known, "C71.1"))
    had_a_tumour = claim("V-1", "99213", on=-50)

    decided = decide_line(claim(on=on, diagnoses=("I67.89",)), had_a_tumour, using=using)

    assert expected == answer(decided, "indication")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(BEFORE, "CRITERIA_MET", id="before the code is dated"),
        pytest.param(FROM, "OUT_OF_SCOPE", id="from its last day on"),
    ],
)
def test_a_version_may_date_its_procedures(on: Day, expected: str) -> None:
    own = shipped()
    (version,) = own.versions
    mrs = {code: row for code, row in version.codes.decided.items() if code != "76390"}
    ended = replace(version.codes, decided=mrs)
    dated = replace(version, codes_from=((day(FROM), ended),))

    decided = decide_line(claim(on=on), LIMITED_MRI, using=with_versions(own, (dated,)))

    assert expected == decided.reason


def test_before_the_first_version_procedures_are_looked_up_all_the_same() -> None:
    long_ago = claim(on=day(-1000), received=4)

    assert "NO_POLICY_VERSION" == decide_line(long_ago, authorization()).reason
    assert "NO_CONFLICT" == decide(pet(on=day(-1000)))[("P-1", 1)].reason
