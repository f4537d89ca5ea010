"""Criterion 9: a study of the other technique that stands for the same question."""

from __future__ import annotations

from datetime import date

import pytest

from rules.determination import Determination
from tests.rules.builders import (
    LIMITED_MRI,
    OTHER_NPI,
    Sending,
    claim,
    pet,
    pet_report,
    report,
)
from tests.rules.deciding import answer, codes, decide, decide_line, finding, library

MET = ("met", None)
DENIED = ("not_met", "PET_EXCLUSIVE")
UNCLEAR = ("unknown", "PET_EXCLUSIVITY_UNCLEAR")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(-90, DENIED, id="90 days before"),
        pytest.param(-91, MET, id="91 days before"),
        pytest.param(-1, DENIED, id="the day before"),
        pytest.param(1, MET, id="the day after"),
    ],
)
def test_a_pet_before_a_spectroscopy(on: int, expected: tuple[str, str | None]) -> None:
    decided = decide_line(claim(), pet_report(on=on), LIMITED_MRI)

    assert expected == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(90, DENIED, id="90 days after"),
        pytest.param(91, MET, id="91 days after"),
        pytest.param(1, DENIED, id="the day after"),
        pytest.param(-1, MET, id="the day before"),
    ],
)
def test_a_pet_after_a_spectroscopy(on: int, expected: tuple[str, str | None]) -> None:
    later = pet(on=on, received=100)

    decided = decide_line(claim(), later, LIMITED_MRI, of="P-1")

    assert expected == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("days", "on", "expected"),
    [
        pytest.param(26, -26, DENIED, id="last day of a shorter window"),
        pytest.param(26, -27, MET, id="the day before it"),
        pytest.param(0, -1, MET, id="no window"),
    ],
)
def test_the_window_is_a_parameter(days: int, on: int, expected: tuple[str, str | None]) -> None:
    using = library(exclusivity_window_days=days)

    decided = decide_line(claim(), pet_report(on=on), LIMITED_MRI, using=using)

    assert expected == answer(decided, "pet_exclusivity")


def test_a_window_of_no_days_still_holds_the_day_itself() -> None:
    using = library(exclusivity_window_days=0)

    decided = decide_line(claim(), pet_report(on=0), LIMITED_MRI, using=using)

    assert "PET_EXCLUSIVE_SAME_DAY" == decided.reason


def test_dates_of_service_order_the_studies_and_not_their_receipt() -> None:
    first = pet(on=20, received=21)

    decided = decide(first, claim(received=60), LIMITED_MRI)

    assert ["CRITERIA_MET", "PET_EXCLUSIVE"] == [one.reason for one in decided.values()]


def test_an_unclear_exclusivity_is_pended_with_its_codes() -> None:
    decided = decide_line(claim(), pet_report(status="pending"), LIMITED_MRI)

    assert ("pended", "PET_EXCLUSIVITY_UNCLEAR") == (decided.outcome, decided.reason)
    assert (None, "252", ("N706",)) == codes(decided)


def test_one_certain_rival_denies_whatever_the_others_may_be() -> None:
    rivals = [pet_report("S-8", on=-20, status="pending"), pet_report("S-9", on=-30)]

    decided = decide_line(claim(), *rivals, LIMITED_MRI)

    assert DENIED == answer(decided, "pet_exclusivity")


def test_a_denial_points_to_what_stands_and_names_its_parameters() -> None:
    decided = decide_line(claim(), pet_report("S-9"), pet_report("S-8", on=-91), LIMITED_MRI)

    found = finding(decided, "pet_exclusivity")
    assert [("report", "S-9")] == [(one.kind, one.id) for one in found.evidence]
    assert 90 == found.parameters["exclusivity_window_days"]


def part(one: Determination) -> tuple[str, str | None]:
    return answer(one, "pet_exclusivity")


def test_all_lines_of_a_study_share_its_finding() -> None:
    parts = [
        claim("C-1", modifiers=("26",)),
        claim("C-2", modifiers=("TC",), npi=OTHER_NPI, diagnoses=("C61",)),
    ]

    decided = decide(*parts, pet_report(), LIMITED_MRI)

    assert [DENIED, DENIED] == [part(one) for one in decided.values()]


@pytest.mark.parametrize(
    "unwalked",
    [
        pytest.param(claim(modifiers=("53",)), id="discontinued"),
        pytest.param(claim(procedure="0609T"), id="disc spectroscopy"),
    ],
)
def test_a_line_that_is_not_walked_meets_exclusivity(unwalked: Sending) -> None:
    decided = decide_line(unwalked, pet_report(), LIMITED_MRI)

    assert MET == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    "no_rival",
    [
        pytest.param(claim(on=-10, modifiers=("53",)), id="a discontinued spectroscopy"),
        pytest.param(claim(procedure="0609T", on=-10), id="disc spectroscopy"),
        pytest.param(report("S-7", "0609T", on=-10, diagnoses=("C71.1",)), id="a report of it"),
        pytest.param(claim(on=-10, diagnoses=("C61",)), id="a spectroscopy that is denied"),
        pytest.param(claim(on=-10, plan="sample-no-mrs"), id="one that is no benefit"),
        pytest.param(claim("C-2", frequency="8", replaces="C-9", on=-10), id="the line of a void"),
    ],
)
def test_what_is_no_study_or_denied_stands_against_no_pet(no_rival: Sending) -> None:
    decided = decide_line(pet(), no_rival, LIMITED_MRI, of="P-1")

    assert MET == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    "no_rival",
    [
        pytest.param(pet(on=-10, modifiers=("74",)), id="a discontinued PET"),
        pytest.param(pet_report(modifiers=("53",)), id="a report of a discontinued PET"),
        pytest.param(pet_report(procedure="78459"), id="a cardiac PET"),
        pytest.param(pet_report(procedure="78803"), id="SPECT"),
        pytest.param(pet_report(procedure="0042T"), id="CT perfusion"),
        pytest.param(pet_report(procedure="A9552"), id="a tracer"),
        pytest.param(pet_report(procedure="G0219"), id="a PET for melanoma"),
        pytest.param(report("S-7", "76390", on=-10), id="another spectroscopy"),
        pytest.param(report("S-7", "76390", on=0, status="paid"), id="its own report"),
    ],
)
def test_what_is_no_pet_stands_against_no_spectroscopy(no_rival: Sending) -> None:
    decided = decide_line(claim(), no_rival, LIMITED_MRI)

    assert MET == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    "before_the_version",
    [
        pytest.param(pet(on=date(2025, 3, 16)), id="a claim"),
        pytest.param(pet_report(on=date(2025, 3, 16)), id="a report"),
    ],
)
def test_a_pet_of_a_day_without_a_version_stands(before_the_version: Sending) -> None:
    spectroscopy = claim(on=date(2025, 5, 1))
    mri = report(on=date(2025, 4, 1))

    decided = decide_line(spectroscopy, before_the_version, mri)

    assert DENIED == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("before_the_version", "expected"),
    [
        pytest.param(claim(on=date(2025, 3, 16)), UNCLEAR, id="a claim is pended: it may"),
        pytest.param(
            report("S-7", "76390", on=date(2025, 3, 16), result="unknown", diagnoses=("C71.1",)),
            DENIED,
            id="a report does",
        ),
    ],
)
def test_a_spectroscopy_of_a_day_without_a_version(
    before_the_version: Sending, expected: tuple[str, str | None]
) -> None:
    decided = decide_line(pet(on=date(2025, 5, 1)), before_the_version, of="P-1")

    assert expected == answer(decided, "pet_exclusivity")


def test_of_two_studies_of_one_day_the_lesser_procedure_is_named_first() -> None:
    paid = pet_report("P-1", "78816", on=-10, status="paid")
    performed = pet_report("P-2", "78608", on=-10, status="performed")

    decided = decide_line(claim(), paid, performed, LIMITED_MRI)

    assert finding(decided, "pet_exclusivity").because.startswith("78608 of ")
