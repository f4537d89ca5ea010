"""From findings to a determination: which reason is first, who may overrule it, what it needs."""

from __future__ import annotations

from datetime import date

import pytest

from rules.determination import Recommendation, ReviewerWord
from rules.library import Library
from tests.rules.builders import (
    LIMITED_MRI,
    OTHER_NPI,
    Sending,
    claim,
    coverage,
    day,
    instant,
    pet,
    pet_report,
    report,
    review,
    sent,
)
from tests.rules.deciding import codes, decide_line, library, shipped, with_plan

NY = "sample-ny-commercial"
CONCLUSIVE = report(result="conclusive")
NO_RESULT = report(result="unknown")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            [claim(procedure="0609T", diagnoses=("C61",)), CONCLUSIVE],
            ("denied", "INVESTIGATIONAL_SERVICE"),
            id="the service before the indication",
        ),
        pytest.param(
            [claim(diagnoses=("C61",)), CONCLUSIVE],
            ("denied", "INVESTIGATIONAL_INDICATION"),
            id="the indication before the imaging",
        ),
        pytest.param(
            [claim(), CONCLUSIVE, pet_report()],
            ("denied", "CONVENTIONAL_IMAGING_CONCLUSIVE"),
            id="the imaging before the PET",
        ),
        pytest.param(
            [claim(diagnoses=("D43.0",)), NO_RESULT, pet_report()],
            ("denied", "PET_EXCLUSIVE"),
            id="any not met before all that is unknown",
        ),
        pytest.param(
            [claim(units=2, diagnoses=("C61",)), LIMITED_MRI],
            ("denied", "INVESTIGATIONAL_INDICATION"),
            id="before a suspicion of gate 5 too",
        ),
        pytest.param(
            [claim(units=2, diagnoses=("D43.0",)), NO_RESULT],
            ("pended", "REPEAT_SAME_DAY"),
            id="gate 5 before the indication",
        ),
        pytest.param(
            [claim(diagnoses=("D43.0",)), NO_RESULT],
            ("pended", "INDICATION_UNCLEAR"),
            id="the indication, unclear, before the imaging",
        ),
        pytest.param(
            [claim(), NO_RESULT, pet_report(status="pending")],
            ("pended", "CONVENTIONAL_RESULT_UNKNOWN"),
            id="the imaging, unclear, before the PET",
        ),
        pytest.param(
            [claim(on=date(2026, 10, 1), diagnoses=("C71",), units=2, received=400)],
            ("pended", "DIAGNOSIS_UNVERIFIED"),
            id="gate 4 before gate 5",
        ),
        pytest.param([claim(), LIMITED_MRI], ("approved", "CRITERIA_MET"), id="all met"),
    ],
)
def test_the_first_not_met_decides_then_the_first_unknown(
    facts: list[Sending], expected: tuple[str, str]
) -> None:
    decided = decide_line(*facts)

    assert expected == (decided.outcome, decided.reason)


def test_every_determination_says_which_section_its_reason_stands_on() -> None:
    decided = decide_line(claim(diagnoses=("C61",)), LIMITED_MRI)

    assert shipped().reasons["INVESTIGATIONAL_INDICATION"].section == decided.section


# ------------------------------------------------------------------------------------------ review


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([claim(), LIMITED_MRI], ("CO", "50", ("N661",)), id="nothing not met"),
        pytest.param([claim(), NO_RESULT], ("CO", "50", ("N661",)), id="only unknown"),
        pytest.param(
            [claim(procedure="0609T")], ("CO", "55", ("N623",)), id="investigational service"
        ),
        pytest.param(
            [claim(diagnoses=("C61",)), CONCLUSIVE],
            ("CO", "55", ("N623",)),
            id="the first not met of two",
        ),
        pytest.param(
            [claim(received=30), coverage()], ("CO", "50", ("N674",)), id="absent imaging"
        ),
        pytest.param(
            [claim(), LIMITED_MRI, pet_report(status="performed")],
            ("CO", "272", ()),
            id="a PET that stands, not paid",
        ),
        pytest.param(
            [claim(units=2), LIMITED_MRI], ("CO", "50", ("N661",)), id="a suspicion of gate 5"
        ),
    ],
)
def test_a_denial_by_review_carries_the_codes_of_the_first_clinical_criterion_not_met(
    facts: list[Sending], expected: tuple[str, str, tuple[str, ...]]
) -> None:
    decided = decide_line(*facts, review(decision="denied"))

    assert ("denied", "REVIEWED", expected) == (decided.outcome, decided.reason, codes(decided))


@pytest.mark.parametrize("group", ["CO", "PR"])
def test_and_the_plan_s_group_where_the_service_is_investigational(group: str) -> None:
    using = with_plan("sample-commercial", investigational_group=group)

    decided = decide_line(claim(diagnoses=("C61",)), review(decision="denied"), using=using)

    assert group == decided.group


def test_an_approval_by_review_carries_no_codes_and_keeps_the_findings() -> None:
    decided = decide_line(claim(diagnoses=("C61",)), CONCLUSIVE, review())

    assert ("approved", "REVIEWED", (None, None, ())) == (
        decided.outcome,
        decided.reason,
        codes(decided),
    )
    assert ["not_met", "not_met", "met"] == [found.answer for found in decided.findings[6:]]
    assert () == decided.needs


def test_the_reviewer_s_word_stands_on_the_determination() -> None:
    decided = decide_line(claim(), sent(review(), 20, "e-9", "/review"))

    expected = ReviewerWord(
        "approved", "seen the images", "neuroradiologist", "/review", "e-9"
    )
    assert expected == decided.review


@pytest.mark.parametrize(
    ("second_at", "expected"),
    [
        pytest.param(instant(21), "denied", id="later"),
        pytest.param(instant(19), "approved", id="earlier"),
        pytest.param(instant(20), "denied", id="at one instant, the greater event id"),
    ],
)
def test_the_latest_review_of_a_line_settles_it(second_at: object, expected: str) -> None:
    first = sent(review(decision="approved"), 20, "e-a")
    second = sent(review(decision="denied"), second_at, "e-b")  # type: ignore[arg-type] -- an instant

    decided = decide_line(claim(), first, second)

    assert expected == decided.outcome


@pytest.mark.parametrize(
    "elsewhere",
    [
        pytest.param(review("C-1", 2), id="another line"),
        pytest.param(review("C-2", 1), id="another claim"),
    ],
)
def test_a_review_is_a_word_on_its_own_line(elsewhere: Sending) -> None:
    decided = decide_line(claim(), elsewhere)

    assert "CONVENTIONAL_IMAGING_UNKNOWN" == decided.reason


def test_a_review_does_not_carry_over_to_a_replacement() -> None:
    corrected = claim("C-2", frequency="7", replaces="C-1")

    decided = decide_line(claim(), review(), corrected, of="C-2")

    assert "CONVENTIONAL_IMAGING_UNKNOWN" == decided.reason


# ------------------------------------------------------------------------------------- peer review


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
        pytest.param([claim(plan=NY), LIMITED_MRI, pet_report()], "PET_EXCLUSIVE", id="criterion 9"),
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
    said = review(decision=decision)  # type: ignore[arg-type] -- one of the two

    decided = decide_line(claim(plan=NY, diagnoses=("C61",)), said)

    assert expected == (decided.outcome, codes(decided))
    assert None is decided.recommended


# ---------------------------------------------------------------------------------------- due date


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
    "settled",
    [
        pytest.param(claim(diagnoses=("C61",)), id="denied"),
        pytest.param(claim(procedure="99213"), id="not applicable"),
        pytest.param(claim(attestations=()), id="approved"),
    ],
)
def test_no_other_line_is(settled: Sending) -> None:
    decided = decide_line(settled, LIMITED_MRI)

    assert None is decided.due_on


# ------------------------------------------------------------------------------------------- needs


def needs(*facts: Sending, of: str = "C-1") -> list[str]:
    return [need.code for need in decide_line(*facts, of=of).needs]


IMAGING = ["conventional_imaging_report", "conventional_imaging_attestation"]


def test_a_pended_line_lists_what_every_unknown_needs_each_once_in_one_order() -> None:
    actual = needs(claim(diagnoses=("D43.0",), units=2), NO_RESULT, pet_report(status="pending"))

    expected = [*IMAGING, "diagnosis", "modifier_or_provider", "authorization", "review"]
    assert expected == actual


def test_a_denied_line_lists_what_would_reopen_it() -> None:
    actual = needs(claim(diagnoses=("C61",)), CONCLUSIVE)

    assert [*IMAGING, "diagnosis", "authorization", "review"] == actual


@pytest.mark.parametrize(
    ("rival", "expected"),
    [
        pytest.param(pet(on=-10, frequency="7", replaces="P-0"), ["pet_result", "review"], id="own"),
        pytest.param(
            pet(on=-10, frequency="7", replaces="P-0", npi=OTHER_NPI), ["review"], id="another's"
        ),
        pytest.param(pet(on=-10, frequency="7", replaces="P-0", npi=None), ["review"], id="nobody's"),
        pytest.param(pet_report(status="pending"), ["review"], id="known from a report"),
    ],
)
def test_another_provider_s_records_are_never_asked_of_the_requester(
    rival: Sending, expected: list[str]
) -> None:
    actual = needs(claim(), LIMITED_MRI, rival)

    assert expected == actual


def test_without_a_provider_of_its_own_nobody_s_pet_is_the_requester_s() -> None:
    actual = needs(claim(npi=None), LIMITED_MRI, pet(on=-10, frequency="7", replaces="P-0"))

    assert ["review"] == actual


def test_a_pet_that_is_unclear_needs_its_own_result() -> None:
    actual = needs(pet(), claim(on=-10), NO_RESULT, of="P-1")

    assert ["pet_result", "review"] == actual


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([claim(frequency="7", replaces="C-0")], "original_claim", id="original"),
        pytest.param([claim(plan="nobody-knows")], "plan_enrollment", id="plan"),
        pytest.param([claim(diagnoses=())], "diagnosis", id="diagnosis"),
        pytest.param([claim("C-0"), claim()], "modifier_or_provider", id="duplicate"),
        pytest.param([claim(plan=NY, procedure="0609T")], "review", id="peer review"),
    ],
)
def test_each_wait_names_what_ends_it(facts: list[Sending], expected: str) -> None:
    actual = needs(*facts)

    assert expected in actual


def test_what_is_settled_needs_nothing() -> None:
    actual = [needs(claim(), LIMITED_MRI), needs(claim(procedure="99213"))]

    assert [[], []] == actual
