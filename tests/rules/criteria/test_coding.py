"""Criterion 4: whether the codes of a line can be used on its date of service."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.builders import LIMITED_MRI, Sending, authorization, claim, line, review
from tests.rules.deciding import answer, codes, decide_line, with_version_since

MET = ("met", None)
INVALID, MODIFIER = ("not_met", "DIAGNOSIS_INVALID"), ("not_met", "MODIFIER_INVALID")
UNVERIFIED = ("unknown", "DIAGNOSIS_UNVERIFIED")


@pytest.mark.parametrize(
    ("procedure", "modifiers", "expected"),
    [
        pytest.param("76390", (), MET, id="none"),
        pytest.param("76390", ("26",), MET, id="professional"),
        pytest.param("76390", ("TC",), MET, id="technical"),
        pytest.param("76390", ("26", "TC"), MODIFIER, id="professional and technical"),
        pytest.param("76390", ("50",), MODIFIER, id="bilateral"),
        pytest.param("76390", ("RT", "52", "59", "KX"), MET, id="others"),
        pytest.param("76390", ("53",), MET, id="discontinued"),
        pytest.param("0609T", (), MET, id="disc, none"),
        pytest.param("0609T", ("26",), MODIFIER, id="disc, professional"),
        pytest.param("0610T", ("TC",), MODIFIER, id="disc, technical"),
        pytest.param("0611T", ("50",), MODIFIER, id="disc, bilateral"),
        pytest.param("0612T", ("26", "TC"), MODIFIER, id="disc, both"),
    ],
)
def test_some_modifiers_cannot_stand_on_spectroscopy(
    procedure: str, modifiers: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(procedure=procedure, modifiers=modifiers), LIMITED_MRI)

    assert expected == answer(decided, "coding")


@pytest.mark.parametrize(
    ("on", "diagnoses", "expected"),
    [
        pytest.param(0, ("C71.1",), MET, id="billable"),
        pytest.param(0, ("C71",), INVALID, id="heading"),
        pytest.param(0, ("C71.99",), INVALID, id="no such code"),
        pytest.param(0, (), INVALID, id="none"),
        pytest.param(0, ("C71.1", "C71.99"), MET, id="billable beside one that does not exist"),
        pytest.param(0, ("C71", "C71.1"), MET, id="billable beside a heading"),
        pytest.param(0, ("G35",), MET, id="before it was split"),
        pytest.param(date(2025, 9, 30), ("G35",), MET, id="the day before it was split"),
        pytest.param(date(2025, 10, 1), ("G35",), INVALID, id="the day it was split"),
        pytest.param(date(2025, 9, 30), ("G35.A",), INVALID, id="the day before it was added"),
        pytest.param(date(2025, 10, 1), ("G35.A",), MET, id="the day it was added"),
        pytest.param(date(2026, 9, 30), ("C71",), INVALID, id="heading, last day known"),
        pytest.param(date(2026, 10, 1), ("C71",), UNVERIFIED, id="heading, first day not known"),
        pytest.param(date(2026, 10, 1), ("C71.99",), UNVERIFIED, id="no such code, not known"),
        pytest.param(date(2026, 10, 1), ("C71.1",), MET, id="billable without an end, not known"),
        pytest.param(date(2026, 10, 1), (), INVALID, id="none, whatever the table knows"),
        pytest.param(date(2024, 10, 1), ("C71",), INVALID, id="heading, first day known"),
        pytest.param(date(2024, 9, 30), ("C71",), UNVERIFIED, id="heading, before it"),
        pytest.param(date(2024, 9, 30), ("G35.A",), UNVERIFIED, id="added later, before it"),
        pytest.param(date(2024, 9, 30), ("C71.1",), MET, id="billable without a start, before it"),
    ],
)
def test_one_diagnosis_must_be_billable_on_the_date_of_service(
    on: int | date, diagnoses: tuple[str, ...], expected: tuple[str, str | None]
) -> None:
    using = with_version_since(date(2024, 1, 1))

    decided = decide_line(claim(on=on, diagnoses=diagnoses, received=400), using=using)

    assert expected == answer(decided, "coding")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param(claim(modifiers=("50",)), ("CO", "4", ("N519",)), id="modifier"),
        pytest.param(claim(diagnoses=("C71",)), ("CO", "16", ("M81",)), id="heading"),
        pytest.param(
            claim(diagnoses=("C71", "C71.99")), ("CO", "16", ("M81",)), id="heading among others"
        ),
        pytest.param(claim(diagnoses=("C71.99",)), ("CO", "16", ("M76",)), id="no such code"),
        pytest.param(claim(diagnoses=()), ("CO", "16", ("M76",)), id="no diagnosis"),
        pytest.param(
            claim(modifiers=("50",), diagnoses=()), ("CO", "4", ("N519",)), id="modifier first"
        ),
    ],
)
def test_a_coding_error_denies_with_its_codes_whatever_a_person_or_an_authorization_says(
    changed: Sending, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    decided = decide_line(changed, LIMITED_MRI, review(), authorization())

    assert ("denied", expected) == (decided.outcome, codes(decided))
    assert ["not_asked"] * 5 == [found.answer for found in decided.findings[4:]]


def test_an_unverified_diagnosis_is_pended_and_the_rest_is_asked() -> None:
    late = claim(on=date(2026, 10, 1), diagnoses=("C71",), received=400)

    decided = decide_line(late)

    assert ("pended", "DIAGNOSIS_UNVERIFIED", (None, "16", ("M76",))) == (
        decided.outcome,
        decided.reason,
        codes(decided),
    )
    assert "not_asked" not in [found.answer for found in decided.findings]


def test_a_person_resolves_an_unverified_diagnosis() -> None:
    late = claim(on=date(2026, 10, 1), diagnoses=("C71",), received=400)

    decided = decide_line(late, review())

    assert ("approved", "REVIEWED") == (decided.outcome, decided.reason)


@pytest.mark.parametrize(
    ("pointers", "expected"),
    [
        pytest.param((1,), MET, id="to the billable one"),
        pytest.param((2,), INVALID, id="to the heading"),
        pytest.param((2, 1), MET, id="to both"),
        pytest.param((), MET, id="to none: all of the claim's"),
    ],
)
def test_the_diagnoses_of_a_line_are_those_it_points_to(
    pointers: tuple[int, ...], expected: tuple[str, str | None]
) -> None:
    pointed = claim(diagnoses=("C71.1", "C71"), lines=(line(pointers=pointers),))

    decided = decide_line(pointed, LIMITED_MRI)

    assert expected == answer(decided, "coding")
