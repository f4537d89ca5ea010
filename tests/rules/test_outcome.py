"""From findings to a determination: which reason is first, who may overrule it, what it needs."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from rules.determination import ReviewerWord
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    coverage,
    instant,
    pet,
    pet_report,
    report,
    review,
    sent,
)
from tests.rules.deciding import codes, decide_line, shipped, with_plan

CONCLUSIVE = report(result="conclusive")
LATE = 30
"""Days after which no imaging claim is to be expected: with `coverage` there was none."""
NO_RESULT = report(result="unknown")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(
            [claim(procedure="0609T", diagnoses=("C61",), received=LATE), coverage()],
            ("denied", "INVESTIGATIONAL_SERVICE"),
            id="the service before the indication",
        ),
        pytest.param(
            [claim(diagnoses=("C61",), received=LATE), coverage()],
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


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([claim(), LIMITED_MRI], ("CO", "50", ("N661",)), id="nothing not met"),
        pytest.param([claim(), NO_RESULT], ("CO", "50", ("N661",)), id="only unknown"),
        pytest.param(
            [claim(procedure="0609T")], ("CO", "55", ("N623",)), id="investigational service"
        ),
        pytest.param(
            [claim(diagnoses=("C61",), received=LATE), coverage()],
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


@pytest.mark.parametrize(
    ("facts", "of", "own", "expected"),
    [
        pytest.param(
            [claim(), LIMITED_MRI], "C-1", ("96", ("N130",)), ("CO", "96", ("N130",)), id="its own"
        ),
        pytest.param(
            [claim(), LIMITED_MRI], "C-1", ("96", ()), ("CO", "96", ()), id="without a remark"
        ),
        pytest.param(
            [claim(), LIMITED_MRI],
            "C-1",
            ("16", ("M76", "N706")),
            ("CO", "16", ("M76", "N706")),
            id="with two remarks",
        ),
        pytest.param(
            [claim(diagnoses=("C61",))],
            "C-1",
            ("50", ("N661",)),
            ("CO", "50", ("N661",)),
            id="before those of a criterion, with a group of its own",
        ),
        pytest.param(
            [claim(diagnoses=("C61",))], "C-1", (None, None), ("PR", "55", ("N623",)), id="none"
        ),
        pytest.param(
            [claim("C-1", on=-10), LIMITED_MRI, pet()],
            "P-1",
            ("50", ("N661",)),
            ("CO", "50", ("N661",)),
            id="of a PET too",
        ),
        pytest.param(
            [claim("C-1", on=-10), LIMITED_MRI, pet()],
            "P-1",
            (None, None),
            ("CO", "272", ()),
            id="of a PET none",
        ),
    ],
)
def test_a_reviewer_may_name_the_codes_of_the_denial(
    facts: list[Sending],
    of: str,
    own: tuple[str | None, tuple[str, ...] | None],
    expected: tuple[str, str, tuple[str, ...]],
) -> None:
    using = with_plan("sample-commercial", investigational_group="PR")
    said = review(of, decision="denied", carc=own[0], rarc=own[1])

    decided = decide_line(*facts, said, of=of, using=using)

    assert ("denied", "REVIEWED", expected) == (decided.outcome, decided.reason, codes(decided))


def test_a_denial_that_no_longer_fits_carries_no_codes_of_its_reviewer() -> None:
    said = sent(review(decision="denied", carc="96", rarc=("N130",)), 3, "e-r")

    decided = decide_line(claim(), LIMITED_MRI, said)

    assert ("REVIEW_OUTDATED", (None, None, ())) == (decided.reason, codes(decided))


def test_an_approval_by_review_carries_no_codes_and_keeps_the_findings() -> None:
    decided = decide_line(claim(diagnoses=("C61",), received=LATE), coverage(), review())

    assert ("approved", "REVIEWED", (None, None, ())) == (
        decided.outcome,
        decided.reason,
        codes(decided),
    )
    assert ["not_met", "not_met", "met"] == [found.answer for found in decided.findings[6:]]
    assert () == decided.needs


def test_the_reviewer_s_word_stands_on_the_determination() -> None:
    said = review(by="R-1", level="appeal")._replace(credential="NY 12345")

    decided = decide_line(claim(), sent(said, 20, "e-9", "/review"))

    expected = ReviewerWord(
        decision="approved",
        reason="seen the images",
        role="neuroradiologist",
        reviewer_id="R-1",
        credential="NY 12345",
        level="appeal",
        source="/review",
        id="e-9",
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
def test_the_latest_review_of_a_line_resolves_it(second_at: datetime, expected: str) -> None:
    first = sent(review(decision="approved"), 20, "e-a")
    second = sent(review(decision="denied"), second_at, "e-b")

    decided = decide_line(sent(claim(), 18, "e-0"), first, second)

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
