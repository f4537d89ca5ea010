"""Criterion 5: what may be a service of its own beside an earlier line, and how many units."""

from __future__ import annotations

import pytest

from rules.facts import Claim
from tests.rules.builders import LIMITED_MRI, NPI, OTHER_NPI, claim
from tests.rules.deciding import answer, codes, decide_line

MET = ("met", None)
DUPLICATE = ("not_met", "DUPLICATE")
INCLUDED = ("not_met", "COMPONENT_INCLUDED")
SUSPECT = ("unknown", "SUSPECT_DUPLICATE")
REPEAT = ("unknown", "REPEAT_SAME_DAY")

DISTINCT = ["59", "XE", "XP", "XS", "XU"]


def earlier(
    modifiers: tuple[str, ...] = (),
    npi: str | None = NPI,
    claim_type: str = "professional",
    claim_id: str = "C-0",
) -> Claim:
    return claim(claim_id, modifiers=modifiers, npi=npi, claim_type=claim_type, received=3)


def said_of(*claims: Claim) -> tuple[str, str | None]:
    """What gate 5 says of line 1 of claim C-1."""
    return answer(decide_line(*claims, LIMITED_MRI), "not_duplicate")


@pytest.mark.parametrize("modifier", DISTINCT)
@pytest.mark.parametrize(
    ("first", "own", "without", "with_it"),
    [
        pytest.param(earlier(), (), DUPLICATE, SUSPECT, id="global twice"),
        pytest.param(earlier(("26",)), ("26",), DUPLICATE, SUSPECT, id="26 twice"),
        pytest.param(earlier(), ("26",), INCLUDED, SUSPECT, id="26 beside a global"),
        pytest.param(earlier((), OTHER_NPI), ("TC",), INCLUDED, SUSPECT, id="TC beside another's"),
        pytest.param(earlier(("TC",)), (), INCLUDED, SUSPECT, id="global beside own TC"),
        pytest.param(earlier((), OTHER_NPI), (), SUSPECT, SUSPECT, id="global of another provider"),
        pytest.param(earlier(("26",)), ("TC",), MET, MET, id="the other component"),
    ],
)
def test_what_the_requester_calls_distinct_is_only_suspected(
    first: Claim,
    own: tuple[str, ...],
    without: tuple[str, str | None],
    with_it: tuple[str, str | None],
    modifier: str,
) -> None:
    plain, distinct = claim(modifiers=own), claim(modifiers=(*own, modifier))

    assert (without, with_it) == (said_of(first, plain), said_of(first, distinct))


@pytest.mark.parametrize("modifier", ["58", "52", "XA", "KX", "91"])
def test_other_modifiers_call_nothing_distinct(modifier: str) -> None:
    assert DUPLICATE == said_of(earlier(), claim(modifiers=(modifier,)))


@pytest.mark.parametrize("modifier", DISTINCT)
def test_a_modifier_of_the_earlier_line_does_not_make_the_later_one_distinct(modifier: str) -> None:
    assert DUPLICATE == said_of(earlier((modifier,)), claim())


@pytest.mark.parametrize(
    ("first", "one", "expected"),
    [
        pytest.param([], claim(modifiers=("59",)), MET, id="nothing before it"),
        pytest.param(
            [earlier()], claim(modifiers=("59", "76")), REPEAT, id="a repeat modifier comes first"
        ),
        pytest.param(
            [earlier()],
            claim(modifiers=("XE",), units=2),
            SUSPECT,
            id="the earlier line comes first",
        ),
        pytest.param([], claim(modifiers=("XE",), units=2), REPEAT, id="then the units"),
        pytest.param(
            [earlier()], claim(modifiers=("XS", "53")), MET, id="discontinued: no earlier line"
        ),
        pytest.param(
            [earlier()],
            claim(modifiers=("XP",), plan="sample-essential"),
            SUSPECT,
            id="of another plan",
        ),
    ],
)
def test_what_is_distinct_beside_the_rest_of_the_gate(
    first: list[Claim], one: Claim, expected: tuple[str, str | None]
) -> None:
    assert expected == said_of(*first, one)


def test_what_is_distinct_waits_with_the_code_of_a_suspicion() -> None:
    decided = decide_line(earlier(), claim(modifiers=("59",)), LIMITED_MRI)

    assert ("pended", (None, "133", ())) == (decided.outcome, codes(decided))
    assert "not_asked" not in [found.answer for found in decided.findings]


@pytest.mark.parametrize(
    ("others", "one", "expected"),
    [
        pytest.param(
            [earlier()],
            claim(claim_type="institutional"),
            SUSPECT,
            id="the hospital beside the professional global",
        ),
        pytest.param(
            [earlier((), OTHER_NPI)],
            claim(claim_type="institutional"),
            SUSPECT,
            id="whoever the professional is",
        ),
        pytest.param(
            [earlier()],
            claim(claim_type="institutional", npi=None),
            SUSPECT,
            id="the hospital names no provider",
        ),
        pytest.param(
            [earlier()],
            claim(claim_type="institutional", modifiers=("TC",)),
            SUSPECT,
            id="the hospital says TC",
        ),
        pytest.param(
            [earlier()],
            claim(claim_type="institutional", modifiers=("26",)),
            INCLUDED,
            id="the hospital bills the reading",
        ),
        pytest.param([earlier()], claim(modifiers=("TC",)), INCLUDED, id="a professional TC"),
        pytest.param(
            [earlier((), NPI, "institutional")],
            claim(),
            INCLUDED,
            id="the global after the hospital",
        ),
        pytest.param(
            [earlier(), earlier((), NPI, "institutional", "C-00")],
            claim(claim_type="institutional"),
            DUPLICATE,
            id="the hospital a second time",
        ),
    ],
)
def test_a_hospital_s_technical_part_beside_a_professional_s_global_is_only_suspected(
    others: list[Claim], one: Claim, expected: tuple[str, str | None]
) -> None:
    assert expected == said_of(*others, one)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        pytest.param("0", REPEAT, id="none"),
        pytest.param("0.5", REPEAT, id="a half"),
        pytest.param("0.999", REPEAT, id="just under one"),
        pytest.param("1", MET, id="one"),
        pytest.param("1.000", MET, id="one with decimals"),
        pytest.param("1.001", REPEAT, id="just over one"),
        pytest.param("2", REPEAT, id="two"),
    ],
)
def test_anything_but_one_unit_is_a_repetition(
    units: str, expected: tuple[str, str | None]
) -> None:
    assert expected == said_of(claim(units=units))


def test_an_earlier_line_comes_before_the_units() -> None:
    assert DUPLICATE == said_of(earlier(), claim(units="0"))
