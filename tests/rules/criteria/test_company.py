"""Criterion 7: diagnoses that have an indication only in company."""

from __future__ import annotations

import pytest

from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    line,
    pet,
    replacement,
    report,
    sent,
    treatment,
    void,
)
from tests.rules.deciding import answer, decide_line

MET = ("met", None)
UNCLEAR = ("unknown", "INDICATION_UNCLEAR")
NONE = ("not_met", "INVESTIGATIONAL_INDICATION")


@pytest.mark.parametrize(
    ("diagnoses", "expected"),
    [
        pytest.param(("I67.89",), UNCLEAR, id="necrosis alone"),
        pytest.param(("I67.89", "C71.9"), MET, id="necrosis with a brain tumour"),
        pytest.param(("I67.89", "C79.31"), MET, id="with a metastasis"),
        pytest.param(("I67.89", "D33.0"), MET, id="with a benign tumour, first"),
        pytest.param(("I67.89", "D33.2"), MET, id="with a benign tumour, last"),
        pytest.param(("I67.89", "D33.3"), MET, id="with a benign tumour of a cranial nerve"),
        pytest.param(("I67.89", "D33.4"), UNCLEAR, id="with a benign tumour of the spinal cord"),
        pytest.param(("I67.89", "D43.2"), MET, id="with uncertain behaviour"),
        pytest.param(("I67.89", "D43.3"), MET, id="with uncertain behaviour of a cranial nerve"),
        pytest.param(("I67.89", "D43.4"), UNCLEAR, id="with one of the spinal cord"),
        pytest.param(("I67.89", "Z85.841"), MET, id="with the history of a tumour"),
        pytest.param(("I67.89", "Z86.011"), MET, id="with the history of a benign one"),
        pytest.param(("I67.89", "C79.32"), MET, id="beside a listed code of its own"),
        pytest.param(("I67.89", "C34.11"), UNCLEAR, id="with another tumour"),
        pytest.param(("G03.9",), UNCLEAR, id="meningitis alone"),
        pytest.param(("G03.9", "B20"), MET, id="meningitis with HIV disease"),
        pytest.param(("G03.9", "G06.0"), MET, id="meningitis with an abscess"),
        pytest.param(("G03.9", "C71.1"), MET, id="meningitis beside a listed code"),
        pytest.param(("G03.9", "C61"), UNCLEAR, id="meningitis with another disease"),
        pytest.param(("B20", "B58.2"), UNCLEAR, id="HIV disease with toxoplasmosis"),
        pytest.param(("B20", "G06.0"), MET, id="HIV disease with an abscess"),
        pytest.param(("B20", "C61"), UNCLEAR, id="HIV disease with another"),
    ],
)
def test_company_on_the_line(diagnoses: tuple[str, ...], expected: tuple[str, str | None]) -> None:
    decided = decide_line(claim(diagnoses=diagnoses), LIMITED_MRI)

    assert expected == answer(decided, "indication")


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param([claim("C-7", "99213", on=-1)], MET, id="an office visit the day before"),
        pytest.param([claim("C-7", "99213", on=0)], MET, id="one of the same day"),
        pytest.param([claim("C-7", "99213", on=1)], UNCLEAR, id="one of the day after"),
        pytest.param([claim("C-7", "99213", on=-2000)], MET, id="one of years before"),
        pytest.param([claim("C-7", on=-100, modifiers=("53",))], MET, id="a discontinued line"),
        pytest.param([claim("C-7", on=-100, plan="sample-no-mrs")], MET, id="a denied line"),
        pytest.param([replacement("C-7", "C-6", on=-1)], MET, id="a waiting replacement"),
        pytest.param(
            [claim("C-7", "99213", on=-1), void("C-8", "C-7", diagnoses=("R51.9",))],
            UNCLEAR,
            id="a voided line",
        ),
        pytest.param([void("C-8", "C-7", on=-1)], UNCLEAR, id="the line of a void"),
        pytest.param([report(on=-1, diagnoses=("C71.1",))], MET, id="a report the day before"),
        pytest.param([report(on=0, diagnoses=("C71.1",))], MET, id="a report of the same day"),
        pytest.param([report(on=1, diagnoses=("C71.1",))], UNCLEAR, id="one of the day after"),
        pytest.param(
            [report(on=-1, diagnoses=("C71.1",), modifiers=("53",))], MET, id="a discontinued one"
        ),
        pytest.param(
            [report(procedure="72148", on=-1, diagnoses=("C71.1",))], MET, id="one of the spine"
        ),
        pytest.param(
            [report(on=-1, diagnoses=("C71.1",), status="denied")], MET, id="a denied one"
        ),
        pytest.param(
            [report(on=-1, diagnoses=("C71.1",), status="voided")], UNCLEAR, id="a voided one"
        ),
        pytest.param([report(on=-1, diagnoses=("C34.11",))], UNCLEAR, id="another tumour"),
        pytest.param([treatment(on=-1)], MET, id="a treatment reported of the day before"),
        pytest.param([treatment(on=0)], MET, id="a treatment of the same day"),
        pytest.param([treatment(on=1)], UNCLEAR, id="a treatment of the day after"),
        pytest.param([treatment(on=-2000)], MET, id="a treatment of years before"),
        pytest.param([treatment(procedure="99213")], MET, id="whatever its procedure is"),
        pytest.param([treatment(status="voided")], UNCLEAR, id="a treatment taken back"),
        pytest.param([treatment(diagnoses=("C34.11",))], UNCLEAR, id="one of another tumour"),
        pytest.param([treatment(diagnoses=("Z85.841",))], MET, id="one of a tumour long gone"),
        pytest.param(
            [sent(treatment(status="voided"), 20, "e-a"), sent(treatment(), 21, "e-b")],
            MET,
            id="a treatment taken back and reported anew",
        ),
        pytest.param(
            [sent(treatment(), 20, "e-a"), sent(treatment(on=1), 21, "e-b")],
            UNCLEAR,
            id="a treatment moved to the day after",
        ),
    ],
)
def test_necrosis_finds_its_tumour_in_the_history(
    history: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(diagnoses=("I67.89",)), *history)

    assert expected == answer(decided, "indication")


def test_necrosis_finds_its_tumour_on_another_line_of_the_claim() -> None:
    lines = (line(1, pointers=(1,)), line(2, "99213", pointers=(2,)))

    decided = decide_line(claim(diagnoses=("I67.89", "C71.1"), lines=lines))

    assert MET == answer(decided, "indication")


def test_a_diagnosis_that_no_line_points_to_is_no_company() -> None:
    lines = (line(1, pointers=(1,)),)

    decided = decide_line(claim(diagnoses=("I67.89", "C71.1"), lines=lines))

    assert UNCLEAR == answer(decided, "indication")


@pytest.mark.parametrize("elsewhere", ["B20", "G06.0"])
def test_meningitis_finds_no_company_in_the_history(elsewhere: str) -> None:
    history = [claim("C-7", "99213", on=-1, diagnoses=(elsewhere,))]

    decided = decide_line(claim(diagnoses=("G03.9",)), *history)

    assert UNCLEAR == answer(decided, "indication")


def test_a_brain_tumour_in_the_history_is_no_company_for_meningitis() -> None:
    history = [claim("C-7", "99213", on=-1, diagnoses=("C71.1",))]

    decided = decide_line(claim(diagnoses=("G03.9",)), *history)

    assert UNCLEAR == answer(decided, "indication")


def test_necrosis_is_the_question_of_a_pet_for_the_tumour() -> None:
    necrosis = claim(diagnoses=("I67.89",))

    decided = decide_line(necrosis, pet(on=-10, diagnoses=("C71.1",)), LIMITED_MRI)

    assert "PET_EXCLUSIVE" == decided.reason


@pytest.mark.parametrize(
    ("tumour_on", "expected"),
    [
        pytest.param(-10, "PET_EXCLUSIVE", id="known on the day of the PET"),
        pytest.param(-9, "CRITERIA_MET", id="known the day after the PET"),
    ],
)
def test_for_the_same_question_the_company_is_that_of_each_study_s_day(
    tumour_on: int, expected: str
) -> None:
    visit = claim("C-7", "99213", on=tumour_on)

    decided = decide_line(claim(), pet(on=-10, diagnoses=("I67.89",)), visit, LIMITED_MRI)

    assert expected == decided.reason
