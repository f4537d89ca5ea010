"""Criterion 2: which other rule governs a service, by line of business, procedure and date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.plans import AuthorityRow
from tests.rules.builders import LIMITED_MRI, claim, pet, review
from tests.rules.deciding import (
    answer,
    authority_row,
    codes,
    decide_line,
    finding,
    library,
    with_plan,
)

NCD = authority_row("NCD", "medicare", "dsnp")
NCD_GOVERNS = authority_row("NCD", "medicare", effect="governs")
LCD = authority_row("LCD", "medicare", "dsnp")
LCD_GOVERNS = authority_row("LCD", "medicare", effect="governs")
STATE = authority_row("eMedNY", "medicaid")
STATE_GOVERNS = authority_row("eMedNY", "medicaid", effect="governs")

MET = ("met", None)
OF_NCD, OF_LCD = ("not_met", "NCD_NON_COVERED"), ("not_met", "LCD_NON_COVERED")
OF_STATE = ("not_met", "MEDICAID_GUIDELINE")
GOVERNED = ("unknown", "OTHER_AUTHORITY")


@pytest.mark.parametrize(
    ("plan", "rows", "expected"),
    [
        pytest.param("sample-medicare", [], MET, id="Medicare, no row"),
        pytest.param("sample-medicare", [NCD], OF_NCD, id="Medicare, NCD"),
        pytest.param("sample-medicare", [LCD], OF_LCD, id="Medicare, LCD"),
        pytest.param("sample-medicare", [LCD, NCD], OF_NCD, id="Medicare, NCD before LCD"),
        pytest.param("sample-medicare", [NCD_GOVERNS], GOVERNED, id="Medicare, NCD governs"),
        pytest.param("sample-medicare", [LCD_GOVERNS], GOVERNED, id="Medicare, LCD governs"),
        pytest.param(
            "sample-medicare", [NCD_GOVERNS, LCD], GOVERNED, id="Medicare, governing NCD before LCD"
        ),
        pytest.param(
            "sample-medicare", [LCD_GOVERNS, NCD], OF_NCD, id="Medicare, NCD before governing LCD"
        ),
        pytest.param(
            "sample-medicare",
            [authority_row("eMedNY", "medicare")],
            MET,
            id="Medicare asks no state guideline",
        ),
        pytest.param(
            "sample-medicare",
            [authority_row("LCD", "dsnp")],
            MET,
            id="Medicare, a row of another line of business",
        ),
        pytest.param(
            "sample-medicare",
            [authority_row("LCD", "medicare", procedure="0609T")],
            MET,
            id="Medicare, a row of another procedure",
        ),
        pytest.param("sample-dsnp", [NCD], OF_NCD, id="dual, NCD"),
        pytest.param("sample-dsnp", [LCD], OF_LCD, id="dual, LCD"),
        pytest.param("sample-dsnp", [STATE], MET, id="dual, covered by Medicare: no guideline"),
        pytest.param(
            "sample-dsnp-no-medicare-mrs", [STATE], OF_STATE, id="dual on the Medicaid branch"
        ),
        pytest.param(
            "sample-dsnp-no-medicare-mrs",
            [authority_row("eMedNY", "dsnp")],
            MET,
            id="dual on the Medicaid branch, a row that does not name Medicaid",
        ),
        pytest.param(
            "sample-dsnp-no-medicare-mrs", [NCD, LCD], MET, id="dual on the Medicaid branch, no NCD"
        ),
        pytest.param("sample-medicaid", [STATE], OF_STATE, id="Medicaid, guideline"),
        pytest.param("sample-medicaid", [STATE_GOVERNS], GOVERNED, id="Medicaid, governing"),
        pytest.param(
            "sample-medicaid",
            [authority_row("NCD", "medicaid"), authority_row("LCD", "medicaid")],
            MET,
            id="Medicaid asks no national or local determination",
        ),
        pytest.param(
            "sample-commercial",
            [authority_row("NCD", "commercial"), authority_row("eMedNY", "commercial")],
            MET,
            id="commercial follows the policy",
        ),
        pytest.param(
            "sample-essential",
            [authority_row("eMedNY", "essential_plan")],
            MET,
            id="the Essential Plan follows the policy",
        ),
        pytest.param(
            "sample-child-health",
            [authority_row("eMedNY", "child_health_plus")],
            MET,
            id="Child Health Plus follows the policy",
        ),
    ],
)
def test_the_line_of_business_says_which_authorities_are_asked(
    plan: str, rows: list[AuthorityRow], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(plan=plan), LIMITED_MRI, using=library(rows=tuple(rows)))

    assert expected == answer(decided, "authority")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        pytest.param(authority_row("LCD", "medicare", since=0), OF_LCD, id="from the day itself"),
        pytest.param(authority_row("LCD", "medicare", since=1), MET, id="from the day after"),
        pytest.param(authority_row("LCD", "medicare", until=1), OF_LCD, id="to the day after"),
        pytest.param(authority_row("LCD", "medicare", until=0), MET, id="to the day, exclusive"),
    ],
)
def test_a_row_is_in_force_from_its_first_day_up_to_its_end(
    row: AuthorityRow, expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(plan="sample-medicare"), LIMITED_MRI, using=library(rows=(row,)))

    assert expected == answer(decided, "authority")


@pytest.mark.parametrize(
    ("on", "plan", "expected"),
    [
        pytest.param(date(1994, 3, 21), "sample-medicare", "NO_POLICY_VERSION", id="before it"),
        pytest.param(date(1994, 3, 22), "sample-medicare", "NCD_NON_COVERED", id="first day"),
        pytest.param(date(2020, 12, 31), "sample-medicare", "NCD_NON_COVERED", id="last day"),
        pytest.param(date(2021, 1, 1), "sample-medicare", "NO_POLICY_VERSION", id="after it"),
        pytest.param(date(2020, 12, 31), "sample-dsnp", "NCD_NON_COVERED", id="dual"),
        pytest.param(
            date(2020, 12, 31),
            "sample-dsnp-no-medicare-mrs",
            "NO_POLICY_VERSION",
            id="dual, not covered by Medicare",
        ),
        pytest.param(date(2020, 12, 31), "sample-medicaid", "NO_POLICY_VERSION", id="Medicaid"),
        pytest.param(date(2020, 12, 31), "sample-commercial", "NO_POLICY_VERSION", id="commercial"),
    ],
)
def test_the_retired_national_determination_governs_its_own_dates(
    on: date, plan: str, expected: str
) -> None:
    decided = decide_line(claim(on=on, plan=plan))

    assert expected == decided.reason


def test_it_names_no_other_spectroscopy_code() -> None:
    decided = decide_line(claim(procedure="0609T", on=date(2020, 12, 31), plan="sample-medicare"))

    assert "NO_POLICY_VERSION" == decided.reason


@pytest.mark.parametrize(
    ("plan", "row", "expected"),
    [
        pytest.param("sample-medicare", NCD, ("CO", "96", ("N386",)), id="NCD"),
        pytest.param("sample-medicare", LCD, ("CO", "96", ("N115",)), id="LCD"),
        pytest.param("sample-medicaid", STATE, ("CO", "96", ("N130",)), id="state guideline"),
    ],
)
def test_each_authority_denies_with_codes_of_its_own(
    plan: str, row: AuthorityRow, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    decided = decide_line(claim(plan=plan), review(), using=library(rows=(row,)))

    assert ("denied", expected) == (decided.outcome, codes(decided))


def test_a_governed_line_waits_without_codes_until_a_person_has_applied_the_rule() -> None:
    using = library(rows=(NCD_GOVERNS,))

    waiting = decide_line(claim(plan="sample-medicare"), LIMITED_MRI, using=using)
    reviewed = decide_line(claim(plan="sample-medicare"), LIMITED_MRI, review(), using=using)

    assert ("pended", "OTHER_AUTHORITY", (None, None, ())) == (
        waiting.outcome,
        waiting.reason,
        codes(waiting),
    )
    assert ["met", "unknown"] + ["not_asked"] * 7 == [f.answer for f in waiting.findings]
    assert ("approved", "REVIEWED") == (reviewed.outcome, reviewed.reason)


def of_pet(authority: str, *lines_of_business: str, effect: str = "governs") -> AuthorityRow:
    return authority_row(authority, *lines_of_business, procedure="78608", effect=effect)


@pytest.mark.parametrize(
    ("plan", "rows", "expected"),
    [
        pytest.param("sample-medicare", [], "not_met", id="the shipped NCD governs for Medicare"),
        pytest.param("sample-dsnp", [], "not_met", id="and for a dual plan"),
        pytest.param(
            "sample-dsnp-no-medicare-mrs", [], "not_met", id="which stays on its Medicare branch"
        ),
        pytest.param("sample-commercial", [], "met", id="not for commercial"),
        pytest.param("sample-medicaid", [], "met", id="nor for Medicaid"),
        pytest.param(
            "sample-medicaid", [of_pet("eMedNY", "medicaid")], "not_met", id="a guideline governs"
        ),
        pytest.param(
            "sample-medicaid",
            [of_pet("eMedNY", "medicaid", effect="non_covered")],
            "met",
            id="a guideline that does not cover is another policy's",
        ),
        pytest.param(
            "sample-commercial", [of_pet("NCD", "commercial")], "met", id="commercial asks nobody"
        ),
        pytest.param("nobody-knows", [of_pet("NCD", "unknown")], "met", id="unknown plan"),
    ],
)
def test_a_pet_is_not_ours_where_another_rule_governs_it(
    plan: str, rows: list[AuthorityRow], expected: str
) -> None:
    decided = decide_line(pet(plan=plan), of="P-1", using=library(rows=tuple(rows)))

    assert ("NO_CONFLICT", (expected, None)) == (decided.reason, answer(decided, "authority"))


def test_a_row_that_does_not_cover_hides_no_row_that_governs_a_pet() -> None:
    rows = (
        of_pet("NCD", "medicaid", effect="non_covered"),
        of_pet("eMedNY", "medicaid", effect="governs"),
    )

    decided = decide_line(pet(plan="sample-medicaid"), of="P-1", using=library(rows=rows))

    assert ["not_met", "not_asked", "not_asked"] == [found.answer for found in decided.findings]


def test_a_dual_plan_that_excludes_pet_on_its_medicare_side_is_still_governed_there() -> None:
    excluded = with_plan("sample-dsnp", medicare_excluded_procedures=frozenset({"78608"}))

    decided = decide_line(pet(plan="sample-dsnp"), of="P-1", using=excluded)

    assert ("not_met", None) == answer(decided, "authority")


def test_a_governed_pet_stands_and_no_review_of_it_counts() -> None:
    governed = pet(plan="sample-medicare", on=-10)

    after = decide_line(claim(), governed, review("P-1", decision="denied"), LIMITED_MRI)

    assert "PET_EXCLUSIVE" == after.reason


def test_a_governed_pet_points_to_the_rule() -> None:
    decided = decide_line(pet(plan="sample-medicare"), of="P-1")

    (evidence,) = finding(decided, "authority").evidence
    assert ("authority", "220.6.17") == (evidence.kind, evidence.reference)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param("*", "LCD_NON_COVERED", id="of every state"),
        pytest.param("NY", "LCD_NON_COVERED", id="of the plan's own state"),
        pytest.param("PA", "CRITERIA_MET", id="of another state"),
    ],
)
def test_a_local_rule_holds_in_its_own_states_alone(state: str, expected: str) -> None:
    own = with_plan("sample-medicare", state="NY")
    row = replace(authority_row("LCD", "medicare"), state=state)
    using = replace(own, authorities=(*own.authorities, row))

    decided = decide_line(claim(plan="sample-medicare"), LIMITED_MRI, using=using)

    assert expected == decided.reason
