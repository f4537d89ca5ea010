"""Criterion 9: treatments that another payer or a registry reports, beside those of claims."""

from __future__ import annotations

import pytest

from rules.loading.files import SHIPPED
from tests.rules.builders import (
    LIMITED_MRI,
    Day,
    Sending,
    claim,
    pet,
    pet_report,
    sent,
    treatment,
)
from tests.rules.deciding import answer, decide_line, library, shipped
from tests.rules.exclusivity.test_episodes import NEW, SAME, TREATED_ON

PET = pet_report(on=-60, diagnoses=("D43.9",))
"""A brain PET that answers a tumour; its code is no company for a necrosis."""


def after(*facts: Sending) -> tuple[str, str | None]:
    """What is found of a spectroscopy sixty days after the PET."""
    return answer(decide_line(claim(), PET, LIMITED_MRI, *facts), "pet_exclusivity")


@pytest.mark.parametrize(("on", "expected"), TREATED_ON)
def test_a_reported_treatment_starts_a_new_episode_between_the_two(
    on: Day, expected: tuple[str, str | None]
) -> None:
    assert expected == after(treatment(on=on))


@pytest.mark.parametrize(
    ("procedure", "diagnoses", "expected"),
    [
        pytest.param("61510", ("C71.1",), NEW, id="surgery"),
        pytest.param("61510", ("I10",), NEW, id="surgery, whatever for"),
        pytest.param("61510", (), NEW, id="surgery without a diagnosis"),
        pytest.param("77372", ("C71.1",), NEW, id="radiosurgery of the brain"),
        pytest.param("77372", ("D49.6",), NEW, id="radiosurgery of what is suspected"),
        pytest.param("77372", ("R56.9",), NEW, id="radiosurgery for seizures"),
        pytest.param("77372", ("G50.0",), SAME, id="radiosurgery for neuralgia"),
        pytest.param("77372", (), SAME, id="radiosurgery without a diagnosis"),
        pytest.param("77402", ("C71.1",), NEW, id="radiotherapy of the brain"),
        pytest.param("77402", ("C50.911",), SAME, id="radiotherapy of the breast"),
        pytest.param("77402", ("C50.911", "C79.31"), NEW, id="radiotherapy of both"),
        pytest.param("77402", ("G06.0",), SAME, id="radiotherapy, not an exclusive one"),
        pytest.param("77402", ("C71",), SAME, id="radiotherapy, no valid diagnosis"),
        pytest.param("77402", ("I67.89",), SAME, id="radiotherapy of a necrosis in no company"),
        pytest.param("77402", ("I67.89", "Z85.841"), NEW, id="radiotherapy of one after a tumour"),
        pytest.param("61517", ("C71.1",), SAME, id="a code that is no treatment"),
        pytest.param("99213", ("C71.1",), SAME, id="an office visit"),
        pytest.param("", ("C71.1",), SAME, id="a therapy that is no procedure"),
        pytest.param("78608", ("C71.1",), SAME, id="a PET is no treatment"),
    ],
)
def test_what_it_was_and_what_for_say_whether_it_counts(
    procedure: str, diagnoses: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    reported = after(treatment(procedure=procedure, diagnoses=diagnoses))
    billed = after(claim("T-1", procedure, on=-30, diagnoses=diagnoses))

    assert [expected, expected] == [reported, billed]


def test_every_procedure_of_the_set_has_one_of_three_kinds() -> None:
    folder = SHIPPED / "policies/6.01.03/2025-03-17/code_sets"
    rows = (folder / "episode_reset.csv").read_text().splitlines()[1:]
    kinds = shipped().versions[0].codes.episode_reset

    assert 88 == len(rows) == len(kinds)
    assert {"surgery", "radiosurgery", "radiotherapy"} == set(kinds.values())
    assert {procedure: row.split(",")[1] for row in rows if (procedure := row[:5])} == kinds


def test_each_procedure_of_the_set_counts_by_its_kind() -> None:
    kinds = shipped().versions[0].codes.episode_reset

    found = {
        procedure: (
            after(treatment(procedure=procedure)),
            after(treatment(procedure=procedure, diagnoses=("C34.11",))),
        )
        for procedure in kinds
    }

    of_both_kinds = {True: (NEW, NEW), False: (NEW, SAME)}
    assert {code: of_both_kinds[kind == "surgery"] for code, kind in kinds.items()} == found


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([treatment(status="voided")], SAME, id="voided"),
        pytest.param(
            [sent(treatment(), 20, "e-a"), sent(treatment(status="voided"), 21, "e-b")],
            SAME,
            id="performed, then voided",
        ),
        pytest.param(
            [sent(treatment(status="voided"), 20, "e-a"), sent(treatment(), 21, "e-b")],
            NEW,
            id="voided, then performed",
        ),
        pytest.param(
            [sent(treatment(), 21, "e-a"), sent(treatment(status="voided"), 20, "e-b")],
            NEW,
            id="voided, then performed, in whatever order they came",
        ),
        pytest.param(
            [sent(treatment(), 20, "e-b"), sent(treatment(status="voided"), 20, "e-a")],
            NEW,
            id="at one instant the greater event id",
        ),
        pytest.param(
            [
                sent(treatment(), 20, "e-a", "/a"),
                sent(treatment(status="voided"), 20, "e-a", "/b"),
            ],
            SAME,
            id="then the greater source",
        ),
        pytest.param(
            [treatment("T-8"), treatment("T-9", status="voided")], NEW, id="another one voided"
        ),
        pytest.param(
            [sent(treatment(), 20, "e-a"), sent(treatment(on=-70), 21, "e-b")],
            SAME,
            id="moved out of the span",
        ),
        pytest.param(
            [sent(treatment(on=-70), 20, "e-a"), sent(treatment(), 21, "e-b")],
            NEW,
            id="moved into the span",
        ),
        pytest.param(
            [sent(treatment(), 20, "e-a"), sent(treatment(procedure="99213"), 21, "e-b")],
            SAME,
            id="corrected to no treatment",
        ),
    ],
)
def test_the_latest_report_of_a_treatment_holds(
    facts: list[Sending], expected: tuple[str, str | None]
) -> None:
    assert expected == after(*facts)


def test_it_frees_a_pet_after_a_spectroscopy_too() -> None:
    facts = [claim(on=-60), LIMITED_MRI._replace(date_of_service=PET.date_of_service)]

    before = decide_line(*facts, pet(), of="P-1")
    afterwards = decide_line(*facts, pet(), treatment(), of="P-1")

    assert [SAME, NEW] == [answer(one, "pet_exclusivity") for one in (before, afterwards)]


def test_between_two_studies_of_one_day_there_is_none() -> None:
    decided = decide_line(claim(), pet_report(on=0), treatment(on=0), LIMITED_MRI)

    assert "PET_EXCLUSIVE_SAME_DAY" == decided.reason


@pytest.mark.parametrize(
    ("exclusive", "expected"),
    [
        pytest.param((1, 3, 4, 6), SAME, id="without infection"),
        pytest.param((1, 3, 4, 5, 6), NEW, id="with infection"),
    ],
)
def test_for_which_purposes_radiation_counts_is_the_parameter_of_exclusivity(
    exclusive: tuple[int, ...], expected: tuple[str, str | None]
) -> None:
    reported = treatment(procedure="77402", diagnoses=("G06.0",))

    decided = decide_line(
        claim(), PET, LIMITED_MRI, reported, using=library(exclusive_indications=exclusive)
    )

    assert expected == answer(decided, "pet_exclusivity")
