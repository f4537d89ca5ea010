"""Criterion 8: whether an MRI or CT of the brain gave limited information."""

from __future__ import annotations

import pytest

from tests.rules.builders import Sending, authorization, claim, coverage, line, report, sent, void
from tests.rules.deciding import answer, codes, decide_line, finding, library

MET = ("met", None)
CONCLUSIVE = ("not_met", "CONVENTIONAL_IMAGING_CONCLUSIVE")
NO_RESULT = ("unknown", "CONVENTIONAL_RESULT_UNKNOWN")
UNKNOWN = ("unknown", "CONVENTIONAL_IMAGING_UNKNOWN")
UNUSABLE = ("unknown", "CONVENTIONAL_IMAGING_UNUSABLE")


@pytest.mark.parametrize(
    ("study", "expected"),
    [
        pytest.param(report(on=-180), MET, id="180 days before"),
        pytest.param(report(on=-181), UNUSABLE, id="181 days before"),
        pytest.param(report(on=0), MET, id="the same day"),
        pytest.param(report(on=1), UNKNOWN, id="the day after"),
        pytest.param(report(procedure="70551"), MET, id="MRI without contrast"),
        pytest.param(report(procedure="70552"), MET, id="MRI with contrast"),
        pytest.param(report(procedure="70450"), MET, id="CT without contrast"),
        pytest.param(report(procedure="70460"), MET, id="CT with contrast"),
        pytest.param(report(procedure="70470"), MET, id="CT without and with contrast"),
        pytest.param(report(procedure="70544"), UNKNOWN, id="angiography"),
        pytest.param(report(procedure="70554"), UNKNOWN, id="functional MRI"),
        pytest.param(report(procedure="72148"), UNKNOWN, id="lumbar MRI"),
        pytest.param(report(procedure="78608"), UNKNOWN, id="PET"),
        pytest.param(report(procedure="76390", on=-3), UNKNOWN, id="spectroscopy"),
        pytest.param(report(status="allowed"), MET, id="allowed"),
        pytest.param(report(status="paid"), MET, id="paid"),
        pytest.param(report(status="denied"), MET, id="denied"),
        pytest.param(report(status="pending"), MET, id="pending"),
        pytest.param(report(status="other_payer"), MET, id="of another payer"),
        pytest.param(report(status="voided"), UNKNOWN, id="voided"),
        pytest.param(report(modifiers=("52",)), MET, id="reduced"),
        pytest.param(report(modifiers=("53",)), UNUSABLE, id="discontinued, 53"),
        pytest.param(report(modifiers=("73",)), UNUSABLE, id="discontinued, 73"),
        pytest.param(report(modifiers=("26", "74")), UNUSABLE, id="discontinued, 74"),
        pytest.param(report(result="conclusive"), CONCLUSIVE, id="conclusive"),
        pytest.param(report(result="unknown"), NO_RESULT, id="without a result"),
    ],
)
def test_which_study_says_what(study: Sending, expected: tuple[str, str | None]) -> None:
    decided = decide_line(claim(), study)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("studies", "expected"),
    [
        pytest.param([(-20, "conclusive"), (-10, "limited")], MET, id="the later was limited"),
        pytest.param(
            [(-20, "limited"), (-10, "conclusive")], NO_RESULT, id="the later was conclusive"
        ),
        pytest.param(
            [(-20, "unknown"), (-10, "conclusive")], CONCLUSIVE, id="the earlier has no result"
        ),
        pytest.param(
            [(-20, "conclusive"), (-10, "unknown")], NO_RESULT, id="the later has no result"
        ),
        pytest.param([(-20, "limited"), (-10, "unknown")], MET, id="limited, then no result"),
        pytest.param([(-20, "conclusive"), (-10, "conclusive")], CONCLUSIVE, id="conclusive twice"),
        pytest.param([(-20, "unknown"), (-10, "unknown")], NO_RESULT, id="no result twice"),
        pytest.param([(-10, "conclusive"), (-10, "limited")], MET, id="one day, one limited"),
        pytest.param(
            [(-10, "conclusive"), (-10, "unknown")], NO_RESULT, id="one day, one without a result"
        ),
        pytest.param(
            [(-10, "conclusive"), (-10, "conclusive")], CONCLUSIVE, id="one day, both conclusive"
        ),
        pytest.param(
            [(-30, "limited"), (-20, "conclusive"), (-10, "limited")], MET, id="limited at last"
        ),
        pytest.param(
            [(-30, "limited"), (-20, "unknown"), (-10, "conclusive")],
            NO_RESULT,
            id="limited long before",
        ),
        pytest.param(
            [(-181, "limited"), (-10, "conclusive")], CONCLUSIVE, id="limited before the span"
        ),
        pytest.param(
            [(-180, "limited"), (-10, "conclusive")], NO_RESULT, id="limited on its first day"
        ),
        pytest.param(
            [(-10, "conclusive"), (1, "unknown")], CONCLUSIVE, id="no result after the span"
        ),
        pytest.param(
            [(-10, "conclusive"), (0, "unknown")], NO_RESULT, id="no result on its last day"
        ),
    ],
)
def test_the_latest_day_with_a_known_result_decides(
    studies: list[tuple[int, str]], expected: tuple[str, str | None]
) -> None:
    procedures = ("70553", "70460", "70551")
    reports = [
        report(f"S-{number}", procedure, on=on, result=result)
        for number, (procedure, (on, result)) in enumerate(zip(procedures, studies, strict=False))
    ]

    decided = decide_line(claim(), *reports)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        pytest.param(("limited", "conclusive"), MET, id="limited is the best"),
        pytest.param(("conclusive", "unknown"), CONCLUSIVE, id="then conclusive"),
        pytest.param(("unknown", "unknown"), NO_RESULT, id="then unknown"),
    ],
)
def test_the_result_of_a_study_is_the_best_of_its_reports(
    results: tuple[str, str], expected: tuple[str, str | None]
) -> None:
    reports = [report(f"S-{n}", result=result) for n, result in enumerate(results)]

    decided = decide_line(claim(), *reports)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        pytest.param(
            sent(report(result="conclusive"), 20, "e-a"),
            sent(report(result="limited"), 21, "e-b"),
            MET,
            id="amended",
        ),
        pytest.param(
            sent(report(result="limited"), 21, "e-a"),
            sent(report(result="conclusive"), 20, "e-b"),
            MET,
            id="amended, in whatever order they came",
        ),
        pytest.param(
            sent(report(result="limited"), 20, "e-a"),
            sent(report(status="voided"), 21, "e-b"),
            UNKNOWN,
            id="voided",
        ),
        pytest.param(
            sent(report(status="voided"), 20, "e-a"),
            sent(report(result="limited"), 21, "e-b"),
            MET,
            id="voided and sent anew",
        ),
        pytest.param(
            sent(report(on=-14), 20, "e-a"), sent(report(on=1), 21, "e-b"), UNKNOWN, id="moved away"
        ),
        pytest.param(
            sent(report(result="conclusive"), 20, "e-b"),
            sent(report(result="limited"), 20, "e-a"),
            CONCLUSIVE,
            id="at one instant the greater event id",
        ),
        pytest.param(
            sent(report(result="conclusive"), 20, "e-a", "/a"),
            sent(report(result="limited"), 20, "e-a", "/b"),
            MET,
            id="then the greater source",
        ),
    ],
)
def test_the_latest_report_of_a_study_holds(
    first: Sending, second: Sending, expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(), first, second)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("others", "expected"),
    [
        pytest.param([claim("C-7", "70553", on=-14)], NO_RESULT, id="a claim line has no result"),
        pytest.param(
            [claim("C-7", "70553", on=-14, modifiers=("53",))], UNUSABLE, id="a discontinued line"
        ),
        pytest.param(
            [claim("C-7", "70553", on=-14), void("C-8", "C-7")], UNKNOWN, id="a voided line"
        ),
        pytest.param(
            [claim("C-7", "70553", on=-14, plan="nobody-knows")], NO_RESULT, id="of any plan"
        ),
        pytest.param(
            [
                claim("C-7", "70553", on=-14, modifiers=("26",)),
                claim("C-8", "70553", on=-14, modifiers=("TC",)),
                report(on=-14, result="conclusive"),
            ],
            CONCLUSIVE,
            id="one report is the result of both components",
        ),
    ],
)
def test_claim_lines_are_studies_without_a_result(
    others: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(), *others)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("studies", "outcome", "expected"),
    [
        pytest.param(
            [report(result="conclusive")], "denied", ("CO", "50", ("N661",)), id="conclusive"
        ),
        pytest.param([coverage()], "denied", ("CO", "50", ("N674",)), id="absent"),
        pytest.param([], "pended", (None, "252", ("N706",)), id="unknown"),
        pytest.param([report(result="unknown")], "pended", (None, "252", ("M31",)), id="no result"),
    ],
)
def test_it_denies_and_pends_with_its_codes(
    studies: list[Sending], outcome: str, expected: tuple[str | None, str, tuple[str, ...]]
) -> None:
    decided = decide_line(claim(received=30), *studies)

    assert (outcome, expected) == (decided.outcome, codes(decided))


@pytest.mark.parametrize(
    ("days", "on", "expected"),
    [
        pytest.param(60, -60, MET, id="first day of a shorter span"),
        pytest.param(60, -61, UNUSABLE, id="the day before it"),
        pytest.param(0, 0, MET, id="that day alone"),
    ],
)
def test_the_lookback_is_a_parameter_and_the_finding_names_it(
    days: int, on: int, expected: tuple[str, str | None]
) -> None:
    using = library(conventional_lookback_days=days)

    decided = decide_line(claim(), report(on=on), using=using)

    assert expected == answer(decided, "conventional_imaging")
    used = finding(decided, "conventional_imaging").parameters
    assert days == used["conventional_lookback_days"]


def test_an_authorization_stands_in_for_it() -> None:
    decided = decide_line(claim(), report(result="conclusive"), authorization())

    assert MET == answer(decided, "conventional_imaging")


def test_the_study_may_stand_on_the_claim_itself() -> None:
    both = claim(lines=(line(1, "70553"), line(2, "76390")))

    decided = decide_line(both, report(on=0), number=2)

    assert MET == answer(decided, "conventional_imaging")
