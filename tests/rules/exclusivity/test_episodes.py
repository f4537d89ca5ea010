"""Criterion 9: treatments that start a new episode between two studies."""

from __future__ import annotations

import pytest

from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    finalization,
    line,
    pet,
    pet_report,
    replacement,
    report,
    void,
)
from tests.rules.deciding import answer, decide_line, library

NEW = ("met", None)
SAME = ("not_met", "PET_EXCLUSIVE")
TREATED_ON = [
    pytest.param(-61, SAME, id="before the PET"),
    pytest.param(-60, SAME, id="on the day of the PET"),
    pytest.param(-59, NEW, id="the day after the PET"),
    pytest.param(0, NEW, id="on the day of the spectroscopy"),
    pytest.param(1, SAME, id="the day after the spectroscopy"),
]
"""Days of a treatment about a PET of sixty days before and the spectroscopy after it."""

CRANIOTOMIES = (
    *("61510", "61512", "61514", "61516", "61518", "61519", "61520", "61521", "61522", "61524"),
    *("61526", "61530", "61534", "61536", "61537", "61538", "61539", "61540", "61541", "61543"),
    *("61544", "61545", "61546", "61548"),
)
RADIOSURGERIES = ("61796", "61798", "77371", "77372", "77373", "77432", "77435")
RADIOTHERAPIES = ("77402", "77407", "77412", "77427", "77431")


@pytest.mark.parametrize(("on", "expected"), TREATED_ON)
def test_a_treatment_after_the_first_study_up_to_the_second_starts_a_new_episode(
    on: int, expected: tuple[str, str | None]
) -> None:
    treatment = claim("T-1", "61510", on=on)

    decided = decide_line(claim(), pet_report(on=-60), treatment, LIMITED_MRI)

    assert expected == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(0, SAME, id="on the day of the spectroscopy"),
        pytest.param(1, NEW, id="the day after the spectroscopy"),
        pytest.param(60, NEW, id="on the day of the PET"),
        pytest.param(61, SAME, id="the day after the PET"),
    ],
)
def test_the_same_holds_where_the_spectroscopy_was_first(
    on: int, expected: tuple[str, str | None]
) -> None:
    treatment = claim("T-1", "61510", on=on, received=90)

    decided = decide_line(claim(), pet(on=60, received=90), treatment, LIMITED_MRI, of="P-1")

    assert expected == answer(decided, "pet_exclusivity")


def test_each_code_of_the_set_starts_one() -> None:
    for procedure in (*CRANIOTOMIES, *RADIOSURGERIES, *RADIOTHERAPIES):
        treatment = claim("T-1", procedure, on=-30)

        decided = decide_line(claim(), pet_report(on=-60), treatment, LIMITED_MRI)

        assert NEW == answer(decided, "pet_exclusivity"), procedure


@pytest.mark.parametrize(
    "procedure", ["61500", "61517", "61523", "61535", "61542", "61547", "77370", "77401", "96413"]
)
def test_codes_beside_the_set_start_none(procedure: str) -> None:
    treatment = claim("T-1", procedure, on=-30)

    decided = decide_line(claim(), pet_report(on=-60), treatment, LIMITED_MRI)

    assert SAME == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("procedure", "diagnoses", "expected"),
    [
        pytest.param("61510", ("C34.11",), NEW, id="craniotomy, whatever for"),
        pytest.param("61510", (), NEW, id="craniotomy without a diagnosis"),
        pytest.param("77371", ("C71.1",), NEW, id="radiosurgery of the brain"),
        pytest.param("77371", ("C34.11",), SAME, id="radiosurgery of the lung"),
        pytest.param("77371", ("G50.0",), SAME, id="radiosurgery for neuralgia"),
        pytest.param("77373", ("C34.11", "C79.31"), NEW, id="radiosurgery of both"),
        pytest.param("77432", ("R56.9",), NEW, id="radiosurgery for seizures"),
        pytest.param("77435", (), SAME, id="radiosurgery without a diagnosis"),
        pytest.param("77435", ("C71",), SAME, id="radiosurgery, no valid diagnosis"),
        pytest.param("77402", ("C71.1",), NEW, id="radiotherapy of the brain"),
        pytest.param("77402", ("C50.911",), SAME, id="radiotherapy of the breast"),
        pytest.param("77402", ("C50.911", "C79.31"), NEW, id="radiotherapy of both"),
        pytest.param("77402", ("D49.6",), NEW, id="radiotherapy, only suggested"),
        pytest.param("77402", ("G06.0",), SAME, id="radiotherapy, not an exclusive one"),
        pytest.param("77402", ("C71",), SAME, id="radiotherapy, no valid diagnosis"),
        pytest.param("77402", (), SAME, id="radiotherapy without a diagnosis"),
        pytest.param("77402", ("I67.89",), SAME, id="radiotherapy of a necrosis in no company"),
        pytest.param("77402", ("I67.89", "C71.1"), NEW, id="radiotherapy of one in company"),
    ],
)
def test_surgery_always_counts_and_radiation_only_for_an_exclusive_indication(
    procedure: str, diagnoses: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    treatment = claim("T-1", procedure, on=-30, diagnoses=diagnoses)

    decided = decide_line(
        claim(on=0), pet_report(on=-60, diagnoses=("D43.9",)), treatment, LIMITED_MRI
    )

    assert expected == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("exclusive", "expected"),
    [
        pytest.param((1, 3, 4, 6), SAME, id="without infection"),
        pytest.param((1, 3, 4, 5, 6), NEW, id="with infection"),
    ],
)
def test_which_indications_those_are_is_a_parameter(
    exclusive: tuple[int, ...], expected: tuple[str, str | None]
) -> None:
    treatment = claim("T-1", "77402", on=-30, diagnoses=("G06.0",))
    using = library(exclusive_indications=exclusive)

    decided = decide_line(claim(), pet_report(on=-60), treatment, LIMITED_MRI, using=using)

    assert expected == answer(decided, "pet_exclusivity")


def test_a_radiotherapy_line_counts_by_what_it_points_to() -> None:
    lines = (line(1, "77402", on=-30, pointers=(2,)),)
    treatment = claim("T-1", diagnoses=("C71.1", "C50.911"), lines=lines)

    decided = decide_line(claim(), pet_report(on=-60), treatment, LIMITED_MRI)

    assert SAME == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        pytest.param([claim("T-1", "61510", on=-30, modifiers=("53",))], SAME, id="discontinued"),
        pytest.param([claim("T-1", "61510", on=-30), void("T-2", "T-1")], SAME, id="voided"),
        pytest.param([void("T-2", "T-1", procedure="61510", on=-30)], SAME, id="a void's line"),
        pytest.param(
            [replacement("T-2", "T-1", procedure="61510", on=-30)], NEW, id="a waiting replacement"
        ),
        pytest.param(
            [claim("T-1", "61510", on=-30), finalization("T-1", status="denied")],
            NEW,
            id="denied by the core system",
        ),
        pytest.param([claim("T-1", "61510", on=-30, plan="nobody-knows")], NEW, id="of any plan"),
        pytest.param([report("S-7", "61510", on=-30)], SAME, id="a report is no line"),
    ],
)
def test_only_live_lines_of_treatments_count(
    treatment: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(), pet_report(on=-60), *treatment, LIMITED_MRI)

    assert expected == answer(decided, "pet_exclusivity")


def test_between_two_studies_of_one_day_there_is_no_treatment() -> None:
    treatment = claim("T-1", "61510", on=0)

    decided = decide_line(claim(), pet_report(on=0), treatment, LIMITED_MRI)

    assert "PET_EXCLUSIVE_SAME_DAY" == decided.reason


def test_a_treatment_frees_only_what_lies_before_it() -> None:
    treatment = claim("T-1", "61510", on=-30)
    pets = [pet_report("S-8", on=-60), pet_report("S-9", on=-20)]

    decided = decide_line(claim(), *pets, treatment, LIMITED_MRI)

    assert SAME == answer(decided, "pet_exclusivity")


def test_one_treatment_between_is_enough_whatever_others_lie_outside() -> None:
    before, between = claim("T-1", "61510", on=-70), claim("T-2", "61510", on=-30)

    decided = decide_line(claim(), pet_report(on=-60), before, between, LIMITED_MRI)

    assert NEW == answer(decided, "pet_exclusivity")
