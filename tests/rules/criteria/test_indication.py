"""Criterion 7: whether the line's diagnoses document one of the six indications."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.builders import LIMITED_MRI, authorization, claim, line
from tests.rules.deciding import answer, codes, decide_line, finding, library

MET = ("met", None)
UNCLEAR = ("unknown", "INDICATION_UNCLEAR")
NONE = ("not_met", "INVESTIGATIONAL_INDICATION")


@pytest.mark.parametrize(
    ("diagnoses", "expected"),
    [
        pytest.param(("C71.1",), MET, id="listed, tumour"),
        pytest.param(("C79.31",), MET, id="listed, metastasis"),
        pytest.param(("C79.32",), MET, id="listed, meninges"),
        pytest.param(("G06.0",), MET, id="listed, abscess"),
        pytest.param(("G04.90",), MET, id="listed, encephalitis"),
        pytest.param(("R56.9",), MET, id="listed, convulsions"),
        pytest.param(("C61", "C71.1"), MET, id="listed beside another disease"),
        pytest.param(("G40.209", "R56.9"), MET, id="listed beside a documented one"),
        pytest.param(("G40.209",), UNCLEAR, id="documented, epilepsy"),
        pytest.param(("E75.25",), UNCLEAR, id="documented, leukodystrophy"),
        pytest.param(("D43.0",), UNCLEAR, id="documented, uncertain behaviour"),
        pytest.param(("C61", "D43.0"), UNCLEAR, id="documented beside another disease"),
        pytest.param(("B20",), UNCLEAR, id="suggested, HIV disease"),
        pytest.param(("D49.6",), UNCLEAR, id="suggested, unspecified behaviour"),
        pytest.param(("R90.0",), UNCLEAR, id="suggested, lesion on imaging"),
        pytest.param(("C61", "R90.0"), UNCLEAR, id="suggested beside another disease"),
        pytest.param(("C79.49",), UNCLEAR, id="listed without an indication, metastasis"),
        pytest.param(("G37.4",), UNCLEAR, id="listed without an indication, myelitis"),
        pytest.param(("G46.3",), UNCLEAR, id="listed without an indication, stroke syndrome"),
        pytest.param(("C61", "I68.0"), UNCLEAR, id="listed without one, beside another disease"),
        pytest.param(("R51.9",), UNCLEAR, id="symptom alone"),
        pytest.param(("Z21",), UNCLEAR, id="factor alone"),
        pytest.param(("V00.01XA",), UNCLEAR, id="V external cause alone"),
        pytest.param(("W00.0XXA",), UNCLEAR, id="W external cause alone"),
        pytest.param(("X00.0XXA",), UNCLEAR, id="X external cause alone"),
        pytest.param(("Y84.2",), UNCLEAR, id="Y external cause alone"),
        pytest.param(("R51.9", "Z21", "Y92.9"), UNCLEAR, id="symptoms and factors alone"),
        pytest.param(("C61",), NONE, id="another disease"),
        pytest.param(("C61", "R51.9"), UNCLEAR, id="another disease with an open symptom"),
        pytest.param(("C61", "R10.9"), NONE, id="another disease with an unrelated symptom"),
        pytest.param(("S06.0X0A",), NONE, id="injury"),
        pytest.param(("U07.1",), NONE, id="U is no chapter of symptoms"),
        pytest.param(("F44.5",), NONE, id="psychogenic seizures"),
        pytest.param(("I67.82",), NONE, id="beside a listed code, ischemia"),
        pytest.param(("I68.2",), UNCLEAR, id="between listed codes, arteritis: on no list"),
        pytest.param(("C71", "C61"), NONE, id="a heading is no diagnosis here"),
    ],
)
def test_the_strongest_support_of_any_diagnosis_decides(
    diagnoses: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(diagnoses=diagnoses), LIMITED_MRI)

    assert expected == answer(decided, "indication")


@pytest.mark.parametrize(
    ("choice", "diagnoses", "expected"),
    [
        pytest.param("pend", ("G40.209",), UNCLEAR, id="pend, documented"),
        pytest.param("accept", ("G40.209",), MET, id="accept, documented"),
        pytest.param("accept", ("C61", "G40.209"), MET, id="accept, beside another disease"),
        pytest.param("accept", ("R90.0",), UNCLEAR, id="accept, only suggested"),
        pytest.param("accept", ("G37.4",), UNCLEAR, id="accept, listed without an indication"),
        pytest.param("accept", ("C61",), NONE, id="accept, another disease"),
    ],
)
def test_what_documents_an_indication_off_the_list_is_a_choice(
    choice: str, diagnoses: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    using = library(unlisted_but_documented=choice)

    decided = decide_line(claim(diagnoses=diagnoses), LIMITED_MRI, using=using)

    assert expected == answer(decided, "indication")


def test_the_finding_names_the_parameter_that_it_used() -> None:
    decided = decide_line(claim(diagnoses=("G40.209",)), LIMITED_MRI)

    assert {"unlisted_but_documented": "pend"} == finding(decided, "indication").parameters


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2025, 9, 30), UNCLEAR, id="the day before it was split"),
        pytest.param(date(2025, 10, 1), NONE, id="the day it was split"),
    ],
)
def test_a_diagnosis_counts_while_it_is_billable(
    on: date, expected: tuple[str, str | None]
) -> None:
    enteric = claim(on=on, diagnoses=("E72.53", "C61"), received=60)

    decided = decide_line(enteric)

    assert expected == answer(decided, "indication")


def test_a_line_whose_diagnoses_cannot_be_verified_is_unclear() -> None:
    late = claim(on=date(2026, 10, 1), diagnoses=("C71",), received=400)

    decided = decide_line(late)

    assert UNCLEAR == answer(decided, "indication")


@pytest.mark.parametrize(
    ("pointers", "expected"),
    [
        pytest.param((1,), NONE, id="the prostate cancer"),
        pytest.param((2,), MET, id="the brain tumour"),
        pytest.param((1, 2), MET, id="both"),
        pytest.param((), MET, id="nothing: all of the claim's"),
    ],
)
def test_only_what_the_line_points_to_is_looked_at(
    pointers: tuple[int, ...], expected: tuple[str, str | None]
) -> None:
    pointed = claim(diagnoses=("C61", "C71.1"), lines=(line(pointers=pointers),))

    decided = decide_line(pointed, LIMITED_MRI)

    assert expected == answer(decided, "indication")


@pytest.mark.parametrize(
    ("diagnoses", "outcome", "expected"),
    [
        pytest.param(("C61",), "denied", ("CO", "55", ("N623",)), id="investigational"),
        pytest.param(("G40.209",), "pended", (None, "252", ("N706",)), id="unclear"),
    ],
)
def test_it_denies_and_pends_with_its_codes(
    diagnoses: tuple[str, ...], outcome: str, expected: tuple[str | None, str, tuple[str, ...]]
) -> None:
    decided = decide_line(claim(diagnoses=diagnoses), LIMITED_MRI)

    assert (outcome, expected) == (decided.outcome, codes(decided))


def test_an_authorization_stands_in_for_it() -> None:
    decided = decide_line(claim(diagnoses=("C61",)), LIMITED_MRI, authorization())

    assert MET == answer(decided, "indication")


def test_what_documents_an_indication_is_named_with_its_support_and_section() -> None:
    decided = decide_line(claim(diagnoses=("G06.0",)), LIMITED_MRI)

    assert "G06.0 (listed) for I.A.5" == finding(decided, "indication").because
