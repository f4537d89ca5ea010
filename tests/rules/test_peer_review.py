"""Clinical denials that wait for a peer reviewer, and the day by which a pended line is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.determination import Recommendation
from rules.library_model import Library
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    day,
    pet,
    pet_report,
    report,
    review,
)
from tests.rules.deciding import codes, decide_line, library, shipped, with_plan
from tests.support.libraries import with_versions

NY = "sample-ny-commercial"
CONCLUSIVE = report(result="conclusive")
NO_RESULT = report(result="unknown")


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param(
            [claim(procedure="0609T", plan=NY)], "INVESTIGATIONAL_SERVICE", id="criterion 6"
        ),
        pytest.param(
            [claim(diagnoses=("C61",), plan=NY)], "INVESTIGATIONAL_INDICATION", id="criterion 7"
        ),
        pytest.param(
            [claim(plan=NY), CONCLUSIVE], "CONVENTIONAL_IMAGING_CONCLUSIVE", id="criterion 8"
        ),
        pytest.param(
            [claim(plan=NY), LIMITED_MRI, pet_report()], "PET_EXCLUSIVE", id="criterion 9"
        ),
    ],
)
def test_a_clinical_denial_waits_for_a_peer_reviewer_where_the_plan_needs_one(
    facts: list[Sending], reason: str
) -> None:
    decided = decide_line(*facts)

    assert ("pended", "PEER_REVIEW", (None, None, ()), day(34)) == (
        decided.outcome,
        decided.reason,
        codes(decided),
        decided.due_on,
    )
    assert Recommendation("denied", reason) == decided.recommended


def test_so_does_that_of_a_pet() -> None:
    decided = decide_line(pet(plan=NY), claim(on=-10), LIMITED_MRI, of="P-1")

    assert ("PEER_REVIEW", Recommendation("denied", "PET_EXCLUSIVE")) == (
        decided.reason,
        decided.recommended,
    )


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param([claim(plan=NY, modifiers=("50",))], "MODIFIER_INVALID", id="gate 4"),
        pytest.param([claim("C-0", plan=NY), claim(plan=NY)], "DUPLICATE", id="gate 5"),
    ],
)
def test_what_a_gate_denies_is_denied_at_once(facts: list[Sending], reason: str) -> None:
    using = with_plan(NY)

    decided = decide_line(*facts, using=using)

    assert ("denied", reason, None) == (decided.outcome, decided.reason, decided.recommended)


def test_so_is_a_benefit_exclusion() -> None:
    using = with_plan(NY, excluded_procedures=frozenset({"76390"}))

    decided = decide_line(claim(plan=NY), using=using)

    assert ("denied", "NON_COVERED_BENEFIT") == (decided.outcome, decided.reason)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param([claim(plan=NY), LIMITED_MRI], "CRITERIA_MET", id="approved"),
        pytest.param([claim(plan=NY), NO_RESULT], "CONVENTIONAL_RESULT_UNKNOWN", id="unknown"),
    ],
)
def test_what_is_not_denied_needs_no_peer_reviewer(facts: list[Sending], reason: str) -> None:
    decided = decide_line(*facts)

    assert (reason, None) == (decided.reason, decided.recommended)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        pytest.param("approved", ("approved", (None, None, ())), id="approves"),
        pytest.param("denied", ("denied", ("CO", "55", ("N623",))), id="denies"),
    ],
)
def test_the_peer_reviewer_ends_the_wait(decision: str, expected: tuple[str, object]) -> None:
    said = review(decision=decision, role="physician reviewer")

    decided = decide_line(claim(plan=NY, diagnoses=("C61",)), said)

    assert expected == (decided.outcome, codes(decided))
    assert None is decided.recommended


@pytest.mark.parametrize(
    ("using", "expected"),
    [
        pytest.param(None, date(2025, 10, 19), id="thirty days after receipt"),
        pytest.param(library(pend_due_days=15), date(2025, 10, 4), id="a shorter time"),
        pytest.param(library(pend_due_days=0), date(2025, 9, 19), id="on the day of receipt"),
    ],
)
def test_a_pended_line_is_due_so_many_days_after_receipt(
    using: Library | None, expected: date
) -> None:
    decided = decide_line(claim(received=date(2025, 9, 19)), using=using)

    assert ("pended", expected) == (decided.outcome, decided.due_on)


@pytest.mark.parametrize(
    ("on", "expected"),
    [pytest.param(-1, day(34), id="the old one"), pytest.param(0, day(14), id="the new one")],
)
def test_the_version_of_the_date_of_service_says_in_how_many_days(on: int, expected: date) -> None:
    (version,) = shipped().versions
    old = replace(version, effective_to=day(0))
    new = replace(version, effective_from=day(0)).with_answers({"pend_due_days": 10})

    decided = decide_line(claim(on=on), using=with_versions(shipped(), (old, new)))

    assert expected == decided.due_on


@pytest.mark.parametrize(
    "pended",
    [
        pytest.param(claim(on=date(2025, 3, 16), received=4), id="without a version"),
        pytest.param(claim(plan="nobody-knows"), id="of an unknown plan"),
        pytest.param(claim(frequency="7", replaces="C-0"), id="waiting for its original"),
    ],
)
def test_every_pended_line_is_due(pended: Sending) -> None:
    decided = decide_line(pended)

    assert ("pended", day(34)) == (decided.outcome, decided.due_on)


@pytest.mark.parametrize(
    "resolved",
    [
        pytest.param(claim(diagnoses=("C61",)), id="denied"),
        pytest.param(claim(procedure="99213"), id="not applicable"),
        pytest.param(claim(attestations=()), id="approved"),
    ],
)
def test_no_other_line_is(resolved: Sending) -> None:
    decided = decide_line(resolved, LIMITED_MRI)

    assert None is decided.due_on


# ------------------------------------------------------------------------------------------- needs
