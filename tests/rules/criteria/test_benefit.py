"""Criterion 1: what the plan covers."""

from __future__ import annotations

import pytest

from rules.library_model import Library
from tests.rules.builders import LIMITED_MRI, authorization, claim, review
from tests.rules.deciding import answer, codes, decide_line, with_plan

ALL_MRS = ("76390", "0609T", "0610T", "0611T", "0612T")
EXCLUDES = frozenset({"76390"})


@pytest.mark.parametrize("procedure", ALL_MRS)
def test_a_plan_without_spectroscopy_covers_no_code_of_it(procedure: str) -> None:
    decided = decide_line(claim(procedure=procedure, plan="sample-no-mrs"), LIMITED_MRI)

    assert ("denied", "NON_COVERED_BENEFIT") == (decided.outcome, decided.reason)
    assert ("PR", "204", ("N130",)) == codes(decided)


def test_a_plan_that_excludes_another_procedure_covers_this_one() -> None:
    using = with_plan("sample-commercial", excluded_procedures=frozenset({"0609T"}))

    decided = decide_line(claim(), LIMITED_MRI, using=using)

    assert ("met", None) == answer(decided, "benefit")


@pytest.mark.parametrize("group", ["PR", "CO", "OA", "PI"])
def test_the_plan_says_who_bears_what_it_excludes(group: str) -> None:
    using = with_plan("sample-no-mrs", non_covered_group=group, investigational_group="OA")

    decided = decide_line(claim(plan="sample-no-mrs"), using=using)

    assert (group, "204", ("N130",)) == codes(decided)


def dual(medicare: frozenset[str], medicaid: frozenset[str]) -> Library:
    return with_plan(
        "sample-dsnp", medicare_excluded_procedures=medicare, medicaid_excluded_procedures=medicaid
    )


@pytest.mark.parametrize(
    ("using", "expected"),
    [
        pytest.param(dual(frozenset(), frozenset()), ("met", None), id="neither side"),
        pytest.param(dual(EXCLUDES, frozenset()), ("met", None), id="the Medicare side"),
        pytest.param(dual(frozenset(), EXCLUDES), ("met", None), id="the Medicaid side"),
        pytest.param(dual(EXCLUDES, EXCLUDES), ("not_met", "NON_COVERED_BENEFIT"), id="both sides"),
    ],
)
def test_a_dual_plan_excludes_what_both_of_its_sides_exclude(
    using: Library, expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(plan="sample-dsnp"), LIMITED_MRI, using=using)

    assert expected == answer(decided, "benefit")


def test_an_unknown_plan_is_pended_without_codes_and_nothing_else_is_asked() -> None:
    decided = decide_line(claim(plan="nobody-knows"), LIMITED_MRI)

    assert ("pended", "PLAN_UNKNOWN", (None, None, ())) == (
        decided.outcome,
        decided.reason,
        codes(decided),
    )
    assert ["unknown"] + ["not_asked"] * 8 == [found.answer for found in decided.findings]


def test_nothing_clinical_is_said_of_a_service_that_is_no_benefit() -> None:
    decided = decide_line(claim(plan="sample-no-mrs", diagnoses=("C61",)))

    assert ["not_met"] + ["not_asked"] * 8 == [found.answer for found in decided.findings]


@pytest.mark.parametrize("plan", ["sample-no-mrs", "nobody-knows"])
def test_neither_a_review_nor_an_authorization_makes_it_a_benefit(plan: str) -> None:
    before = decide_line(claim(plan=plan), LIMITED_MRI)

    after = decide_line(claim(plan=plan), LIMITED_MRI, review(), authorization())

    assert (before.outcome, before.reason) == (after.outcome, after.reason)
