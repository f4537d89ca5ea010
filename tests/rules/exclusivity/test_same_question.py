"""Criterion 9: whether a PET and a spectroscopy ask the same question."""

from __future__ import annotations

import pytest

from rules.library_model import Library
from tests.rules.builders import (
    LIMITED_MRI,
    OTHER_NPI,
    Sending,
    claim,
    line,
    pet,
    pet_report,
    report,
)
from tests.rules.deciding import answer, decide_line, library

NO = ("met", None)
CERTAIN = ("not_met", "PET_EXCLUSIVE")
PERHAPS = ("unknown", "PET_EXCLUSIVITY_UNCLEAR")


def compared(
    of_mrs: tuple[str, ...],
    procedure: str,
    of_pet: tuple[str, ...],
    using: Library | None = None,
) -> list[tuple[str, str | None]]:
    """What is found of a spectroscopy after a PET, and of the PET after the spectroscopy."""
    earlier_pet = decide_line(
        claim(diagnoses=of_mrs),
        pet_report(procedure=procedure, diagnoses=of_pet),
        LIMITED_MRI,
        using=using,
    )
    earlier_mrs = decide_line(
        report("S-7", "76390", on=-10, result="unknown", diagnoses=of_mrs),
        pet(procedure=procedure, diagnoses=of_pet),
        of="P-1",
        using=using,
    )
    return [answer(decided, "pet_exclusivity") for decided in (earlier_pet, earlier_mrs)]


@pytest.mark.parametrize(
    ("of_mrs", "procedure", "of_pet", "expected"),
    [
        pytest.param(("C71.1",), "78608", ("C71.1",), CERTAIN, id="brain, same code"),
        pytest.param(("C71.1",), "78609", ("C71.1",), CERTAIN, id="brain perfusion"),
        pytest.param(("C71.1",), "78608", ("C79.31",), CERTAIN, id="brain, indications in common"),
        pytest.param(("C71.1",), "78608", ("D43.9",), CERTAIN, id="brain, documented off the list"),
        pytest.param(("C71.1",), "78608", ("D49.6",), PERHAPS, id="brain, only suggested"),
        pytest.param(("D49.6",), "78608", ("C71.1",), CERTAIN, id="brain, the other one suggested"),
        pytest.param(("C71.1",), "78608", ("R56.9",), NO, id="brain, tumour and seizures"),
        pytest.param(("R56.9",), "78608", ("G40.209",), CERTAIN, id="brain, seizures both"),
        pytest.param(("R56.9",), "78608", ("C71.1",), NO, id="brain, seizures and tumour"),
        pytest.param(("C71.1",), "78608", ("F03.90",), NO, id="brain, dementia"),
        pytest.param(("C71.1",), "78608", ("R51.9",), NO, id="brain, headache"),
        pytest.param(("C71.1",), "78608", (), PERHAPS, id="brain, no diagnosis"),
        pytest.param(("C71.1",), "78608", ("C71",), PERHAPS, id="brain, no valid diagnosis"),
        pytest.param(("C71.1",), "78608", ("C71", "F03.90"), NO, id="brain, one valid diagnosis"),
        pytest.param(("E75.25",), "78608", (), NO, id="a question that PET does not answer"),
        pytest.param(("E75.25",), "78608", ("E75.25",), NO, id="inborn error both"),
        pytest.param(("G06.0",), "78608", ("G06.0",), NO, id="abscess both"),
        pytest.param(("C71.1", "G06.0"), "78608", ("G06.0",), NO, id="abscess in common"),
        pytest.param(("C61",), "78608", ("C61",), NO, id="another disease both"),
        pytest.param(("C71.1",), "78811", ("C71.1",), PERHAPS, id="possible, 78811"),
        pytest.param(("C71.1",), "78813", ("C71.1",), PERHAPS, id="possible, 78813"),
        pytest.param(("C71.1",), "78814", ("C71.1",), PERHAPS, id="possible, 78814"),
        pytest.param(("C71.1",), "78816", ("C71.1",), PERHAPS, id="possible, 78816"),
        pytest.param(("C71.1",), "G0235", ("C71.1",), PERHAPS, id="possible, G0235"),
        pytest.param(("R56.9",), "78816", ("G40.209",), PERHAPS, id="possible, seizures both"),
        pytest.param(("C71.1",), "78816", ("D49.6",), PERHAPS, id="possible, only suggested"),
        pytest.param(("C71.1",), "78816", ("R56.9",), NO, id="possible, tumour and seizures"),
        pytest.param(("C71.1",), "78816", (), NO, id="possible, no diagnosis"),
        pytest.param(("C71.1",), "78816", ("C71",), NO, id="possible, no valid diagnosis"),
        pytest.param(("C71.1",), "78816", ("C34.11",), NO, id="possible, another disease"),
    ],
)
def test_the_question_of_a_pet_and_of_a_spectroscopy(
    of_mrs: tuple[str, ...],
    procedure: str,
    of_pet: tuple[str, ...],
    expected: tuple[str, str | None],
) -> None:
    assert [expected, expected] == compared(of_mrs, procedure, of_pet)


@pytest.mark.parametrize(
    ("of_pet", "expected"),
    [
        pytest.param(("C71.1", "C34.11"), PERHAPS, id="a tumour of the lung"),
        pytest.param(("C71.1", "I10"), PERHAPS, id="high blood pressure"),
        pytest.param(("C71.1", "U07.1"), PERHAPS, id="U is no symptom"),
        pytest.param(("C71.1", "S06.0X0A"), PERHAPS, id="an injury"),
        pytest.param(("C71.1", "G37.4"), PERHAPS, id="a listed code without a purpose"),
        pytest.param(("C71.1", "G40.209"), CERTAIN, id="seizures have a purpose"),
        pytest.param(("C71.1", "G06.0"), CERTAIN, id="so have infections"),
        pytest.param(("C71.1", "C79.31"), CERTAIN, id="a second one of the same group"),
        pytest.param(("C71.1", "C71"), CERTAIN, id="what is not valid is left out"),
        pytest.param(("C71.1", "R51.9"), CERTAIN, id="an R code"),
        pytest.param(("C71.1", "Z79.01"), CERTAIN, id="a Z code"),
        pytest.param(("C71.1", "V00.01XA"), CERTAIN, id="a V code"),
        pytest.param(("C71.1", "W00.0XXA"), CERTAIN, id="a W code"),
        pytest.param(("C71.1", "X00.0XXA"), CERTAIN, id="an X code"),
        pytest.param(("C71.1", "Y92.9"), CERTAIN, id="a Y code"),
        pytest.param(("C71.1", "R10.9"), CERTAIN, id="even one that is classed as unrelated"),
    ],
)
def test_a_pet_may_have_been_for_another_disease_that_it_names(
    of_pet: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    assert [expected, expected] == compared(("C71.1",), "78608", of_pet)


@pytest.mark.parametrize(
    ("of_mrs", "of_pet", "under_all", "under_any"),
    [
        pytest.param(
            ("C71.1", "R56.9"), ("C71.1",), PERHAPS, CERTAIN, id="the tumour, not the seizures"
        ),
        pytest.param(
            ("C71.1", "R56.9"), ("G40.209",), PERHAPS, CERTAIN, id="the seizures, not the tumour"
        ),
        pytest.param(("C71.1", "R56.9"), ("C71.1", "R56.9"), CERTAIN, CERTAIN, id="both"),
        pytest.param(("R56.9",), ("C71.1", "R56.9"), CERTAIN, CERTAIN, id="more than was asked"),
        pytest.param(
            ("C71.1", "R56.9"), ("C71.1", "I10"), PERHAPS, PERHAPS, id="one, and another disease"
        ),
        pytest.param(
            ("C71.1", "R56.9"), ("C71.1", "R94.01"), PERHAPS, CERTAIN, id="one, and one suggested"
        ),
        pytest.param(
            ("C71.1", "G06.0"), ("C71.1",), CERTAIN, CERTAIN, id="infection: not exclusive"
        ),
        pytest.param(("C71.1", "E75.25"), ("C71.1",), CERTAIN, CERTAIN, id="metabolic: nor this"),
        pytest.param(("D49.6", "R56.9"), ("R56.9",), PERHAPS, CERTAIN, id="what is only suspected"),
        pytest.param(("C71.1",), ("D49.6",), PERHAPS, PERHAPS, id="only suggested by the PET"),
        pytest.param(("C79.31",), ("C79.32",), CERTAIN, CERTAIN, id="1 and 3 are one group"),
    ],
)
def test_a_pet_must_have_answered_every_question_or_any_by_the_parameter(
    of_mrs: tuple[str, ...],
    of_pet: tuple[str, ...],
    under_all: tuple[str, str | None],
    under_any: tuple[str, str | None],
) -> None:
    all_of_them = compared(of_mrs, "78608", of_pet)
    any_of_them = compared(of_mrs, "78608", of_pet, library(exclusivity_questions="any"))

    assert ([under_all] * 2, [under_any] * 2) == (all_of_them, any_of_them)


@pytest.mark.parametrize(
    ("of_mrs", "procedure", "of_pet", "expected"),
    [
        pytest.param(("C71.1",), "78811", ("C71.1",), CERTAIN, id="78811"),
        pytest.param(("C71.1",), "78813", ("C71.1",), CERTAIN, id="78813"),
        pytest.param(("C71.1",), "78814", ("C71.1",), CERTAIN, id="78814"),
        pytest.param(("C71.1",), "78816", ("C71.1",), CERTAIN, id="78816"),
        pytest.param(("C71.1",), "G0235", ("C71.1",), CERTAIN, id="G0235"),
        pytest.param(("R56.9",), "78816", ("G40.209",), CERTAIN, id="seizures both"),
        pytest.param(("C71.1",), "78816", ("C71.1", "C79.31"), CERTAIN, id="one group"),
        pytest.param(("C71.1",), "78816", ("C71.1", "C71"), CERTAIN, id="invalid left out"),
        pytest.param(("C71.1",), "78816", ("C71.1", "R51.9"), CERTAIN, id="with a symptom"),
        pytest.param(("C71.1",), "78816", ("C71.1", "D49.6"), CERTAIN, id="with one suggested"),
        pytest.param(("C71.1",), "78816", ("C71.1", "C34.11"), PERHAPS, id="more diseases"),
        pytest.param(("C71.1",), "78816", ("C71.1", "G40.209"), PERHAPS, id="with seizures"),
        pytest.param(("C71.1",), "78816", ("C71.1", "R56.9"), PERHAPS, id="a symptom that is one"),
        pytest.param(("C71.1",), "78816", ("C71.1", "G06.0"), PERHAPS, id="with an infection"),
        pytest.param(("C71.1",), "78816", ("C71.1", "B20"), PERHAPS, id="with one only suggested"),
        pytest.param(("C71.1",), "78816", ("C71.1", "E75.25"), PERHAPS, id="with a metabolic one"),
        pytest.param(("C71.1",), "78816", ("R90.0",), PERHAPS, id="only suggested"),
        pytest.param(("C71.1",), "78816", (), NO, id="no diagnosis"),
        pytest.param(("C71.1",), "78608", ("C71.1", "G06.0"), CERTAIN, id="brain, two groups"),
    ],
)
def test_a_body_pet_of_one_group_may_be_certain_by_the_parameter(
    of_mrs: tuple[str, ...],
    procedure: str,
    of_pet: tuple[str, ...],
    expected: tuple[str, str | None],
) -> None:
    using = library(body_pet_certainty="certain")

    assert [expected, expected] == compared(of_mrs, procedure, of_pet, using)


@pytest.mark.parametrize(
    ("exclusive", "diagnosis", "expected"),
    [
        pytest.param((1, 3, 4, 6), "G06.0", NO, id="without infection"),
        pytest.param((1, 3, 4, 5, 6), "G06.0", CERTAIN, id="with infection"),
        pytest.param((1, 3, 4, 6), "E75.25", NO, id="without inborn errors"),
        pytest.param((1, 2), "E75.25", CERTAIN, id="with inborn errors"),
        pytest.param((1, 3, 4, 6), "R56.9", CERTAIN, id="with seizures"),
        pytest.param((1, 3, 4), "R56.9", NO, id="without seizures"),
        pytest.param((1,), "C79.32", NO, id="without suspected tumours"),
        pytest.param((3,), "C79.32", CERTAIN, id="with them"),
    ],
)
def test_which_indications_exclude_each_other_is_a_parameter(
    exclusive: tuple[int, ...], diagnosis: str, expected: tuple[str, str | None]
) -> None:
    decided = decide_line(
        claim(diagnoses=(diagnosis,)),
        pet_report(diagnoses=(diagnosis,)),
        LIMITED_MRI,
        using=library(exclusive_indications=exclusive),
    )

    assert expected == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("diagnoses", "expected"),
    [
        pytest.param(("B20", "G06.0"), CERTAIN, id="HIV disease with an abscess: one group"),
        pytest.param(("B20", "G03.9"), CERTAIN, id="HIV disease with meningitis: one group"),
        pytest.param(("G06.0", "G03.9"), CERTAIN, id="meningitis with an abscess: one group"),
        pytest.param(("B58.2", "G03.9"), PERHAPS, id="meningitis in no company: another disease"),
    ],
)
def test_company_makes_infections_one_group(
    diagnoses: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(
        claim(diagnoses=("G06.0",)),
        pet_report(procedure="78816", diagnoses=diagnoses),
        LIMITED_MRI,
        using=library(exclusive_indications=(5,), body_pet_certainty="certain"),
    )

    assert expected == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize("procedure", ["78812", "78815"])
@pytest.mark.parametrize(
    ("counts", "of_mrs", "of_pet"),
    [
        pytest.param(False, NO, NO, id="does not count"),
        pytest.param(True, PERHAPS, PERHAPS, id="counts"),
    ],
)
def test_a_pet_from_the_skull_base_counts_only_if_the_parameter_says_so(
    procedure: str,
    counts: bool,
    of_mrs: tuple[str, str | None],
    of_pet: tuple[str, str | None],
) -> None:
    using = library(skull_base_pet_counts=counts)

    first = decide_line(claim(), pet_report(procedure=procedure), LIMITED_MRI, using=using)
    second = decide_line(
        pet(procedure=procedure, on=5), claim(), LIMITED_MRI, of="P-1", using=using
    )

    assert (of_mrs, of_pet) == (
        answer(first, "pet_exclusivity"),
        answer(second, "pet_exclusivity"),
    )


@pytest.mark.parametrize(
    ("diagnoses", "expected"),
    [
        pytest.param(("C71.1",), CERTAIN, id="of one group"),
        pytest.param(("C71.1", "G06.0"), PERHAPS, id="of two groups"),
    ],
)
def test_a_pet_from_the_skull_base_that_counts_is_possible(
    diagnoses: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    using = library(skull_base_pet_counts=True, body_pet_certainty="certain")
    mixed = pet_report(procedure="78815", diagnoses=diagnoses)

    decided = decide_line(claim(), mixed, LIMITED_MRI, using=using)

    assert expected == answer(decided, "pet_exclusivity")


def test_the_question_of_a_study_is_that_of_all_its_lines_and_reports() -> None:
    parts: list[Sending] = [
        claim("C-1", modifiers=("26",), diagnoses=("C61",)),
        claim("C-2", modifiers=("TC",), npi=OTHER_NPI, diagnoses=("R51.9",)),
        report("S-7", "76390", on=0, result="unknown", diagnoses=("C71.1",)),
    ]

    decided = decide_line(*parts, pet_report())

    assert CERTAIN == answer(decided, "pet_exclusivity")


def test_a_line_asks_what_it_points_to() -> None:
    pointed = claim(diagnoses=("C71.1", "R56.9"), lines=(line(pointers=(2,)),))

    decided = decide_line(pointed, pet_report(), LIMITED_MRI)

    assert NO == answer(decided, "pet_exclusivity")
