"""Criterion 5: what an earlier line of the same procedure and date says of a later one."""

from __future__ import annotations

from datetime import date

import pytest

from rules.facts import Claim
from tests.rules.builders import (
    LIMITED_MRI,
    NPI,
    OTHER_NPI,
    authorization,
    claim,
    line,
    review,
)
from tests.rules.deciding import answer, authority_row, codes, decide, decide_line, library

MET = ("met", None)
DUPLICATE = ("not_met", "DUPLICATE")
INCLUDED = ("not_met", "COMPONENT_INCLUDED")
SUSPECT = ("unknown", "SUSPECT_DUPLICATE")
REPEAT = ("unknown", "REPEAT_SAME_DAY")

PROFESSIONAL, TECHNICAL, GLOBAL = ("26",), ("TC",), ()


def billed(
    modifiers: tuple[str, ...] = (), npi: str | None = NPI, *, facility: bool = False
) -> Claim:
    """A spectroscopy by component and provider, received first."""
    claim_type = "institutional" if facility else "professional"
    return claim("C-0", modifiers=modifiers, npi=npi, claim_type=claim_type, received=3)


def later(one: Claim) -> Claim:
    return one._replace(claim_id="C-1", received_at=one.received_at.replace(day=19))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(billed(GLOBAL), billed(GLOBAL), DUPLICATE, id="global twice"),
        pytest.param(billed(PROFESSIONAL), billed(PROFESSIONAL), DUPLICATE, id="26 twice"),
        pytest.param(billed(TECHNICAL), billed(TECHNICAL), DUPLICATE, id="TC twice"),
        pytest.param(
            billed(GLOBAL), billed(GLOBAL, OTHER_NPI), SUSPECT, id="global by another provider"
        ),
        pytest.param(
            billed(PROFESSIONAL), billed(PROFESSIONAL, OTHER_NPI), SUSPECT, id="26 by another"
        ),
        pytest.param(billed(GLOBAL), billed(GLOBAL, None), SUSPECT, id="later provider missing"),
        pytest.param(billed(GLOBAL, None), billed(GLOBAL), SUSPECT, id="earlier provider missing"),
        pytest.param(billed(GLOBAL, None), billed(GLOBAL, None), SUSPECT, id="both missing"),
        pytest.param(billed(PROFESSIONAL), billed(TECHNICAL), MET, id="26, then TC"),
        pytest.param(billed(TECHNICAL), billed(PROFESSIONAL), MET, id="TC, then 26"),
        pytest.param(
            billed(TECHNICAL, None), billed(PROFESSIONAL, None), MET, id="TC, then 26, of nobody"
        ),
        pytest.param(billed(GLOBAL), billed(PROFESSIONAL), INCLUDED, id="26 beside a global"),
        pytest.param(
            billed(GLOBAL), billed(TECHNICAL, OTHER_NPI), INCLUDED, id="TC beside another's global"
        ),
        pytest.param(
            billed(GLOBAL, None), billed(PROFESSIONAL, None), INCLUDED, id="26 beside one of nobody"
        ),
        pytest.param(billed(PROFESSIONAL), billed(GLOBAL), INCLUDED, id="global beside own 26"),
        pytest.param(billed(TECHNICAL), billed(GLOBAL), INCLUDED, id="global beside own TC"),
        pytest.param(
            billed(TECHNICAL), billed(GLOBAL, OTHER_NPI), SUSPECT, id="global beside another's TC"
        ),
        pytest.param(
            billed(TECHNICAL), billed(GLOBAL, None), SUSPECT, id="global of nobody beside a TC"
        ),
        pytest.param(
            billed(TECHNICAL, None), billed(GLOBAL), SUSPECT, id="global beside a TC of nobody"
        ),
        pytest.param(
            billed(facility=True), billed(facility=True), DUPLICATE, id="institutional twice"
        ),
        pytest.param(
            billed(facility=True), billed(TECHNICAL), DUPLICATE, id="institutional is technical"
        ),
        pytest.param(
            billed(facility=True), billed(PROFESSIONAL), MET, id="26 beside an institutional line"
        ),
        pytest.param(
            billed(PROFESSIONAL, facility=True),
            billed(PROFESSIONAL),
            DUPLICATE,
            id="an institutional line with 26 is professional",
        ),
        pytest.param(
            billed(facility=True), billed(GLOBAL), INCLUDED, id="global beside an institutional"
        ),
    ],
)
def test_component_and_provider_say_whether_a_service_was_billed_before(
    first: Claim, second: Claim, expected: tuple[str, str | None]
) -> None:
    decided = decide(first, later(second), LIMITED_MRI)

    assert (MET, expected) == (
        answer(decided[("C-0", 1)], "not_duplicate"),
        answer(decided[("C-1", 1)], "not_duplicate"),
    )


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(billed(GLOBAL), SUSPECT, id="the same by the same provider"),
        pytest.param(billed(GLOBAL, OTHER_NPI), SUSPECT, id="the same by another provider"),
        pytest.param(billed(PROFESSIONAL), SUSPECT, id="a component beside a global"),
    ],
)
def test_what_would_deny_beside_a_line_of_another_plan_is_only_suspected(
    second: Claim, expected: tuple[str, str | None]
) -> None:
    elsewhere = later(second)._replace(plan_id="sample-essential")

    decided = decide_line(billed(GLOBAL), elsewhere, LIMITED_MRI)

    assert expected == answer(decided, "not_duplicate")


def test_the_other_component_is_none_under_another_plan_either() -> None:
    elsewhere = later(billed(TECHNICAL))._replace(plan_id="sample-essential")

    decided = decide_line(billed(PROFESSIONAL), elsewhere, LIMITED_MRI)

    assert MET == answer(decided, "not_duplicate")


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        pytest.param([billed(GLOBAL, OTHER_NPI), billed(GLOBAL)], DUPLICATE, id="a duplicate"),
        pytest.param(
            [billed(TECHNICAL, OTHER_NPI), billed(PROFESSIONAL)], INCLUDED, id="then a component"
        ),
    ],
)
def test_the_gravest_that_any_earlier_line_says_comes_first(
    earlier: list[Claim], expected: tuple[str, str | None]
) -> None:
    first, second = earlier
    second = second._replace(claim_id="C-00")

    decided = decide_line(first, second, later(billed(GLOBAL)), LIMITED_MRI)

    assert expected == answer(decided, "not_duplicate")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(claim(units=1), MET, id="one unit"),
        pytest.param(claim(units=2), REPEAT, id="two units"),
        pytest.param(claim(modifiers=("76",)), REPEAT, id="76"),
        pytest.param(claim(modifiers=("77",)), REPEAT, id="77"),
        pytest.param(claim(modifiers=("59",)), MET, id="59"),
    ],
)
def test_a_line_may_say_itself_that_it_repeats(
    one: Claim, expected: tuple[str, str | None]
) -> None:
    decided = decide_line(one, LIMITED_MRI)

    assert expected == answer(decided, "not_duplicate")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(claim(modifiers=("76",)), REPEAT, id="76 asks for no earlier line"),
        pytest.param(claim(modifiers=("77", "26")), REPEAT, id="77 neither"),
        pytest.param(claim(units=2), DUPLICATE, id="two units do"),
    ],
)
def test_with_a_repeat_modifier_no_earlier_line_matters(
    one: Claim, expected: tuple[str, str | None]
) -> None:
    decided = decide_line(billed(GLOBAL), one, LIMITED_MRI)

    assert expected == answer(decided, "not_duplicate")


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        pytest.param(claim("C-0", on=-1, received=3), MET, id="of another day"),
        pytest.param(claim("C-0", "0609T", received=3), MET, id="of another procedure"),
        pytest.param(claim("C-0", modifiers=("53",), received=3), MET, id="discontinued"),
        pytest.param(claim("C-0", modifiers=("50",), received=3), MET, id="denied at gate 4"),
        pytest.param(
            claim("C-0", diagnoses=("C71",), received=3), MET, id="denied for its diagnosis"
        ),
        pytest.param(claim("C-0", plan="sample-no-mrs", received=3), MET, id="denied at gate 1"),
        pytest.param(claim("C-0", plan="nobody-knows", received=3), MET, id="of an unknown plan"),
        pytest.param(
            claim("C-0", diagnoses=("C61",), received=3), DUPLICATE, id="denied clinically"
        ),
        pytest.param(claim("C-0", units=2, received=3), DUPLICATE, id="pended itself"),
        pytest.param(
            claim("C-0", frequency="7", replaces="C-9", received=3), DUPLICATE, id="waiting"
        ),
        pytest.param(claim("C-0", frequency="8", replaces="C-9", received=3), MET, id="of a void"),
        pytest.param(claim("C-0", diagnoses=("G35.A",), received=3), MET, id="not billable yet"),
    ],
)
def test_whose_lines_are_earlier_lines(first: Claim, expected: tuple[str, str | None]) -> None:
    decided = decide_line(first, claim(), LIMITED_MRI)

    assert expected == answer(decided, "not_duplicate")


def test_a_line_denied_at_gate_2_is_an_earlier_line() -> None:
    using = library(rows=(authority_row("LCD", "medicare"),))

    decided = decide_line(claim("C-0", plan="sample-medicare", received=3), claim(), using=using)

    assert SUSPECT == answer(decided, "not_duplicate")


def test_a_line_with_an_unverified_diagnosis_is_an_earlier_line() -> None:
    late = date(2026, 10, 1)
    first = claim("C-0", on=late, diagnoses=("C71",), received=399)

    decided = decide_line(first, claim(on=late, received=400))

    assert DUPLICATE == answer(decided, "not_duplicate")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(claim(modifiers=("53",)), MET, id="beside an earlier line"),
        pytest.param(claim(modifiers=("73", "76")), REPEAT, id="with 76"),
        pytest.param(claim(modifiers=("74",), units=2), REPEAT, id="two units"),
    ],
)
def test_a_discontinued_line_has_no_earlier_lines(
    one: Claim, expected: tuple[str, str | None]
) -> None:
    decided = decide_line(billed(GLOBAL), one, LIMITED_MRI)

    assert expected == answer(decided, "not_duplicate")


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(billed(GLOBAL), ("OA", "18", ()), id="duplicate"),
        pytest.param(billed(PROFESSIONAL), ("CO", "97", ("M15",)), id="component included"),
    ],
)
def test_a_person_lifts_neither_a_duplicate_nor_an_included_component(
    second: Claim, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    decided = decide_line(billed(GLOBAL), later(second), LIMITED_MRI, review(), authorization())

    assert ("denied", expected) == (decided.outcome, codes(decided))
    assert ["not_asked"] * 4 == [found.answer for found in decided.findings[5:]]


@pytest.mark.parametrize(
    "second", [billed(GLOBAL, OTHER_NPI), billed(("76",))], ids=["suspect", "repeat"]
)
def test_a_suspicion_is_pended_with_its_code_until_a_person_resolves_it(second: Claim) -> None:
    waiting = decide_line(billed(GLOBAL), later(second), LIMITED_MRI)
    reviewed = decide_line(billed(GLOBAL), later(second), LIMITED_MRI, review())

    assert ("pended", (None, "133", ())) == (waiting.outcome, codes(waiting))
    assert ("approved", "REVIEWED") == (reviewed.outcome, reviewed.reason)


def test_an_earlier_line_of_the_same_claim_counts() -> None:
    two = claim(lines=(line(2), line(1)))

    decided = decide(two, LIMITED_MRI)

    assert [MET, DUPLICATE] == [answer(one, "not_duplicate") for one in decided.values()]
