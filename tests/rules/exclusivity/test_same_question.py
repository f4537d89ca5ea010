"""Criterion 9: whether a PET and a spectroscopy ask the same question."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    ("of_mrs", "procedure", "of_pet", "expected"),
    [
        pytest.param(("C71.1",), "78608", ("C71.1",), CERTAIN, id="brain, same code"),
        pytest.param(("C71.1",), "78609", ("C71.1",), CERTAIN, id="brain perfusion"),
        pytest.param(("C71.1",), "78608", ("C79.31",), CERTAIN, id="brain, indications in common"),
        pytest.param(("C71.1",), "78608", ("D49.6",), CERTAIN, id="brain, only suggested"),
        pytest.param(("C71.1",), "78608", ("C71.1", "C34.11"), CERTAIN, id="brain, more diseases"),
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
        pytest.param(("C71.1",), "78811", ("C71.1",), CERTAIN, id="possible, 78811"),
        pytest.param(("C71.1",), "78813", ("C71.1",), CERTAIN, id="possible, 78813"),
        pytest.param(("C71.1",), "78814", ("C71.1",), CERTAIN, id="possible, 78814"),
        pytest.param(("C71.1",), "78816", ("C71.1",), CERTAIN, id="possible, 78816"),
        pytest.param(("C71.1",), "G0235", ("C71.1",), CERTAIN, id="possible, G0235"),
        pytest.param(("C71.1",), "78816", (), NO, id="possible, no diagnosis"),
        pytest.param(("C71.1",), "78816", ("C71",), NO, id="possible, no valid diagnosis"),
        pytest.param(("C71.1",), "78816", ("C34.11",), NO, id="possible, another disease"),
        pytest.param(
            ("C71.1",), "78816", ("C71.1", "C34.11"), PERHAPS, id="possible, more diseases"
        ),
        pytest.param(("C71.1",), "78816", ("C71.1", "C79.31"), CERTAIN, id="possible, one group"),
        pytest.param(
            ("C71.1",), "78816", ("C71.1", "G40.209"), PERHAPS, id="possible, tumour and seizures"
        ),
        pytest.param(
            ("C71.1",), "78816", ("C71.1", "G06.0"), PERHAPS, id="possible, tumour and infection"
        ),
        pytest.param(
            ("C71.1",), "78816", ("C71.1", "E75.25"), PERHAPS, id="possible, tumour and metabolic"
        ),
        pytest.param(
            ("C71.1",), "78816", ("C71.1", "R51.9"), CERTAIN, id="possible, with a symptom"
        ),
        pytest.param(
            ("C71.1",), "78816", ("C71.1", "Z79.01", "Y92.9"), CERTAIN, id="possible, with factors"
        ),
        pytest.param(
            ("C71.1",), "78816", ("C71.1", "R56.9"), PERHAPS, id="possible, a symptom that is one"
        ),
        pytest.param(("C71.1",), "78816", ("R90.0",), CERTAIN, id="possible, suggested symptom"),
        pytest.param(
            ("C71.1",), "78816", ("C71.1", "G37.4"), PERHAPS, id="possible, listed without one"
        ),
        pytest.param(
            ("C71.1",), "78816", ("C71.1", "C71"), CERTAIN, id="possible, invalid left out"
        ),
        pytest.param(
            ("C71.1",), "78816", ("C71.1", "U07.1"), PERHAPS, id="possible, U is no symptom"
        ),
        pytest.param(("R56.9",), "78816", ("G40.209",), CERTAIN, id="possible, seizures both"),
    ],
)
def test_the_question_of_a_pet_and_of_a_spectroscopy(
    of_mrs: tuple[str, ...],
    procedure: str,
    of_pet: tuple[str, ...],
    expected: tuple[str, str | None],
) -> None:
    earlier_pet = decide_line(
        claim(diagnoses=of_mrs), pet_report(procedure=procedure, diagnoses=of_pet), LIMITED_MRI
    )
    earlier_mrs = decide_line(
        report("S-7", "76390", on=-10, result="unknown", diagnoses=of_mrs),
        pet(procedure=procedure, diagnoses=of_pet),
        of="P-1",
    )

    assert [expected, expected] == [
        answer(decided, "pet_exclusivity") for decided in (earlier_pet, earlier_mrs)
    ]


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
        using=library(exclusive_indications=(5,)),
    )

    assert expected == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize("procedure", ["78812", "78815"])
@pytest.mark.parametrize(
    ("counts", "of_mrs", "of_pet"),
    [
        pytest.param(False, NO, NO, id="does not count"),
        pytest.param(True, CERTAIN, CERTAIN, id="counts"),
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


def test_a_pet_from_the_skull_base_that_counts_is_possible() -> None:
    using = library(skull_base_pet_counts=True)
    mixed = pet_report(procedure="78815", diagnoses=("C71.1", "C34.11"))

    decided = decide_line(claim(), mixed, LIMITED_MRI, using=using)

    assert PERHAPS == answer(decided, "pet_exclusivity")


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
