"""Criterion 8: a conclusive study must have answered the line; else it is beside the point."""

from __future__ import annotations

import pytest

from rules.determination import Evidence
from tests.rules.builders import (
    Sending,
    attestation,
    authorization,
    claim,
    coverage,
    day,
    report,
    sent,
    treatment,
    void,
)
from tests.rules.deciding import answer, decide_line, finding, library

MET = ("met", None)
CONCLUSIVE = ("not_met", "CONVENTIONAL_IMAGING_CONCLUSIVE")
NO_RESULT = ("unknown", "CONVENTIONAL_RESULT_UNKNOWN")


@pytest.mark.parametrize(
    ("of_line", "of_study", "expected"),
    [
        pytest.param(("C71.1",), ("C71.1",), CONCLUSIVE, id="the same code"),
        pytest.param(("C71.1",), ("C79.31",), CONCLUSIVE, id="one purpose in common"),
        pytest.param(("C71.1",), ("D49.6",), CONCLUSIVE, id="a suspicion is a purpose too"),
        pytest.param(("D49.6",), ("C71.1",), CONCLUSIVE, id="and so it is on the line"),
        pytest.param(("C71.1", "R56.9"), ("R56.9",), CONCLUSIVE, id="one of the line's purposes"),
        pytest.param(("C71.1",), ("C71.1", "I10"), CONCLUSIVE, id="with another disease"),
        pytest.param(("E75.25",), ("E75.25",), CONCLUSIVE, id="a metabolic one"),
        pytest.param(("G06.0",), ("A54.82",), CONCLUSIVE, id="an infection"),
        pytest.param(("C71.1",), ("R56.9",), NO_RESULT, id="a tumour, and seizures"),
        pytest.param(("C71.1",), ("S06.0X0A",), NO_RESULT, id="a tumour, and an injury"),
        pytest.param(("C71.1",), ("R51.9",), NO_RESULT, id="a tumour, and a headache"),
        pytest.param(("C71.1",), (), NO_RESULT, id="a study that names nothing"),
        pytest.param(("C71.1",), ("C71",), NO_RESULT, id="a study that names no valid code"),
        pytest.param(("I10",), ("I10",), NO_RESULT, id="a disease that is no purpose"),
        pytest.param(("G37.4",), ("G37.4",), NO_RESULT, id="a listed code without a purpose"),
        pytest.param(("C79.32",), ("Z92.3",), NO_RESULT, id="purposes that do not meet, 3 and 1"),
    ],
)
def test_a_conclusive_study_denies_only_what_it_was_made_for(
    of_line: tuple[str, ...], of_study: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    study = report(result="conclusive", diagnoses=of_study)

    decided = decide_line(claim(diagnoses=of_line), study)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("tumour_on", "expected"),
    [
        pytest.param(-15, CONCLUSIVE, id="known the day before the study"),
        pytest.param(-14, CONCLUSIVE, id="known on its day"),
        pytest.param(-13, NO_RESULT, id="known the day after"),
    ],
)
def test_a_necrosis_of_the_study_needs_a_tumour_that_was_known_by_its_day(
    tumour_on: int, expected: tuple[str, str | None]
) -> None:
    study = report(result="conclusive", diagnoses=("I67.89",))
    visit = claim("V-1", "99213", on=tumour_on)

    decided = decide_line(claim(), study, visit)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("of_study", "expected"),
    [
        pytest.param(("G03.9", "G06.0"), CONCLUSIVE, id="meningitis in company"),
        pytest.param(("G03.9",), NO_RESULT, id="meningitis alone"),
        pytest.param(("B20",), CONCLUSIVE, id="HIV disease suggests it by itself"),
    ],
)
def test_company_counts_for_the_study_as_for_the_line(
    of_study: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    study = report(result="conclusive", diagnoses=of_study)

    decided = decide_line(claim(diagnoses=("G06.0",)), study)

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([claim("C-7", "70553", on=-14)], CONCLUSIVE, id="a line of it says what for"),
        pytest.param(
            [claim("C-7", "70553", on=-14, diagnoses=("G06.0",))], NO_RESULT, id="for another"
        ),
        pytest.param(
            [claim("C-7", "70553", on=-14, modifiers=("53",))], NO_RESULT, id="a discontinued line"
        ),
    ],
)
def test_the_diagnoses_of_a_study_are_those_of_its_lines_and_reports(
    lines: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(), report(result="conclusive", diagnoses=()), *lines)

    assert expected == answer(decided, "conventional_imaging")


# -------------------------------------------------------------------------------------- treatments


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(-15, CONCLUSIVE, id="the day before the study"),
        pytest.param(-14, CONCLUSIVE, id="on the day of the study"),
        pytest.param(-13, NO_RESULT, id="the day after it"),
        pytest.param(0, NO_RESULT, id="on the day of the line"),
        pytest.param(1, CONCLUSIVE, id="the day after the line"),
    ],
)
def test_a_treatment_after_the_study_takes_its_answer_away(
    on: int, expected: tuple[str, str | None]
) -> None:
    study = report(result="conclusive")

    billed = decide_line(claim(), study, claim("T-1", "61510", on=on))
    reported = decide_line(claim(), study, treatment(on=on))

    assert [expected, expected] == [
        answer(decided, "conventional_imaging") for decided in (billed, reported)
    ]


def test_the_finding_points_to_each_treatment_that_took_the_answer_away() -> None:
    study = report(result="conclusive")
    others = (treatment("T-1", on=-14), treatment("T-2", on=1), treatment("T-3", "99213", on=-5))

    decided = decide_line(claim(), study, treatment(on=-13), claim("T-4", "61510", on=0), *others)

    found = finding(decided, "conventional_imaging")
    assert f"conclusive, but before the treatment of {day(0)}: 70553 of {day(-14)}" == found.because
    assert (
        Evidence("report", id="S-1"),
        Evidence("treatment", id="T-9"),
        Evidence("line", claim_id="T-4", line=1),
    ) == found.evidence


def test_a_study_for_another_question_is_told_from_one_before_a_treatment() -> None:
    before = report(result="conclusive")
    other = report("S-2", result="conclusive", diagnoses=("R56.9",), on=-10)

    alone = finding(decide_line(claim(), other, treatment(on=-5)), "conventional_imaging")
    both = finding(decide_line(claim(), before, other, treatment(on=-5)), "conventional_imaging")

    for_another = f"made for another question: 70553 of {day(-10)}"
    assert f"conclusive, but {for_another}" == alone.because
    assert (Evidence("report", id="S-2"),) == alone.evidence
    first = f"before the treatment of {day(-5)}: 70553 of {day(-14)}"
    assert f"conclusive, but {for_another}; {first}" == both.because
    assert Evidence("treatment", id="T-9") == both.evidence[-1]


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        pytest.param([treatment(procedure="61510", on=-5, diagnoses=())], NO_RESULT, id="surgery"),
        pytest.param(
            [treatment(procedure="77373", on=-5, diagnoses=("C34.11",))],
            CONCLUSIVE,
            id="radiosurgery of the lung",
        ),
        pytest.param(
            [treatment(procedure="77373", on=-5, diagnoses=("C79.31",))],
            NO_RESULT,
            id="radiosurgery of the brain",
        ),
        pytest.param(
            [treatment(procedure="77402", on=-5, diagnoses=("C50.911",))],
            CONCLUSIVE,
            id="radiotherapy of the breast",
        ),
        pytest.param([treatment(on=-5, status="voided")], CONCLUSIVE, id="reported and taken back"),
        pytest.param([treatment(procedure="99213", on=-5)], CONCLUSIVE, id="no treatment at all"),
        pytest.param(
            [claim("T-1", "61510", on=-5, modifiers=("53",))], CONCLUSIVE, id="a discontinued one"
        ),
        pytest.param(
            [claim("T-1", "61510", on=-5), void("T-2", "T-1")], CONCLUSIVE, id="a voided claim's"
        ),
    ],
)
def test_a_treatment_is_what_starts_a_new_episode_for_pet_and_spectroscopy_too(
    between: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(), report(result="conclusive"), *between)

    assert expected == answer(decided, "conventional_imaging")


# ------------------------------------------------------------------------- what is beside the point

BESIDE = "beside"
"""Conclusive, for an infection."""


def studies(*told: tuple[int, str]) -> list[Sending]:
    """Reports of several days; what is beside the point was made for an infection."""
    procedures = ("70553", "70460", "70551")
    return [
        report(
            f"S-{number}",
            procedure,
            on=on,
            result="conclusive" if result == BESIDE else result,
            diagnoses=("G06.0",) if result == BESIDE else None,
        )
        for number, (procedure, (on, result)) in enumerate(zip(procedures, told, strict=False))
    ]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param([(-10, BESIDE)], NO_RESULT, id="nothing else"),
        pytest.param([(-20, BESIDE), (-10, BESIDE)], NO_RESULT, id="twice"),
        pytest.param([(-20, "conclusive"), (-10, BESIDE)], CONCLUSIVE, id="after an answer"),
        pytest.param([(-20, BESIDE), (-10, "conclusive")], CONCLUSIVE, id="before an answer"),
        pytest.param([(-10, "conclusive"), (-10, BESIDE)], CONCLUSIVE, id="on the day of one"),
        pytest.param([(-20, "limited"), (-10, BESIDE)], MET, id="after a limited one"),
        pytest.param([(-20, BESIDE), (-10, "limited")], MET, id="before a limited one"),
        pytest.param([(-20, "unknown"), (-10, BESIDE)], NO_RESULT, id="after one without a result"),
        pytest.param(
            [(-30, "limited"), (-20, "conclusive"), (-10, BESIDE)],
            NO_RESULT,
            id="after two that disagree",
        ),
        pytest.param(
            [(-30, "conclusive"), (-20, BESIDE), (-10, "unknown")],
            NO_RESULT,
            id="between an answer and one without a result",
        ),
    ],
)
def test_what_is_beside_the_point_neither_decides_nor_reopens(
    told: list[tuple[int, str]], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(), *studies(*told))

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize("result", ["limited", "unknown"])
def test_only_a_conclusive_study_must_answer(result: str) -> None:
    expected = {"limited": MET, "unknown": NO_RESULT}[result]
    infection = report(result=result, diagnoses=("G06.0",))

    assert expected == answer(decide_line(claim(), infection), "conventional_imaging")


def test_one_without_a_result_holds_an_answer_open_whatever_it_was_made_for() -> None:
    later = report("S-2", "70460", on=-5, result="unknown", diagnoses=("G06.0",))

    decided = decide_line(claim(), report(result="conclusive"), later)

    assert NO_RESULT == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    ("attested_on", "told", "expected"),
    [
        pytest.param(-20, [(-10, BESIDE)], MET, id="beside the point after it"),
        pytest.param(-10, [(-10, BESIDE)], MET, id="on its day"),
        pytest.param(-20, [(-10, "conclusive")], NO_RESULT, id="an answer after it"),
        pytest.param(-20, [(-15, "conclusive"), (-10, BESIDE)], NO_RESULT, id="both after it"),
        pytest.param(-12, [(-15, "conclusive"), (-10, BESIDE)], MET, id="the answer before it"),
        pytest.param(-181, [(-10, BESIDE)], NO_RESULT, id="attested before the span"),
    ],
)
def test_an_attestation_is_contradicted_only_by_an_answer(
    attested_on: int, told: list[tuple[int, str]], expected: tuple[str, str | None]
) -> None:
    attesting = claim(attestations=(attestation(attested_on),))

    decided = decide_line(attesting, *studies(*told))

    assert expected == answer(decided, "conventional_imaging")


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param(studies((-10, BESIDE)), id="for another purpose"),
        pytest.param([report(result="conclusive"), treatment(on=-5)], id="before a treatment"),
        pytest.param([report(result="conclusive", diagnoses=())], id="for nothing that is told"),
    ],
)
def test_whether_it_must_answer_is_a_parameter(facts: list[Sending]) -> None:
    as_shipped = decide_line(claim(), *facts)
    otherwise = decide_line(claim(), *facts, using=library(conclusive_must_answer=False))

    assert (NO_RESULT, CONCLUSIVE) == (
        answer(as_shipped, "conventional_imaging"),
        answer(otherwise, "conventional_imaging"),
    )


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        pytest.param("conclusive", True, id="a conclusive one is on record"),
        pytest.param("limited", False, id="none is"),
    ],
)
def test_the_finding_names_the_parameter_where_it_matters(result: str, expected: bool) -> None:
    used = finding(decide_line(claim(), report(result=result)), "conventional_imaging").parameters

    assert (True if expected else None) == used.get("conclusive_must_answer")


def test_a_complete_history_denies_nothing_where_a_study_is_beside_the_point() -> None:
    decided = decide_line(claim(received=30), coverage(), *studies((-10, BESIDE)))

    assert NO_RESULT == answer(decided, "conventional_imaging")
    assert "made for another question" in finding(decided, "conventional_imaging").because


def test_a_corrected_diagnosis_of_a_report_reopens_the_line() -> None:
    first = sent(report(result="conclusive"), 20, "e-a")
    corrected = sent(report(result="conclusive", diagnoses=("S06.0X0A",)), 21, "e-b")

    assert [CONCLUSIVE, NO_RESULT] == [
        answer(decide_line(claim(), *told), "conventional_imaging")
        for told in ([first], [first, corrected])
    ]


def test_an_authorization_stands_in_for_an_answer() -> None:
    decided = decide_line(claim(), report(result="conclusive"), authorization())

    assert MET == answer(decided, "conventional_imaging")


def test_one_conclusive_study_among_others_leans_on_what_it_must_answer() -> None:
    beside = report("S-2", on=-20, result="conclusive", diagnoses=("R56.9",))

    decided = decide_line(claim(), report(), beside)

    assert "conclusive_must_answer" in finding(decided, "conventional_imaging").parameters


@pytest.mark.parametrize("result", ["unknown", "conclusive"])
def test_no_more_than_three_studies_are_named(result: str) -> None:
    studies = [report(f"S-{n}", on=-n, result=result, diagnoses=()) for n in (1, 2, 3, 4)]

    because = finding(decide_line(claim(), *studies), "conventional_imaging").because

    assert 3 == because.count("70553 of")
