"""Criterion 9: how firmly a study stands by its status and its result."""

from __future__ import annotations

import pytest

from tests.rules.builders import (
    LIMITED_MRI,
    OTHER_NPI,
    Sending,
    claim,
    finalization,
    pet,
    pet_report,
    report,
    sent,
)
from tests.rules.deciding import answer, codes, decide_line, library

MET = ("met", None)
DENIED = ("not_met", "PET_EXCLUSIVE")
UNCLEAR = ("unknown", "PET_EXCLUSIVITY_UNCLEAR")


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        pytest.param(["performed"], DENIED, id="performed"),
        pytest.param(["allowed"], DENIED, id="allowed"),
        pytest.param(["paid"], DENIED, id="paid"),
        pytest.param(["pending"], UNCLEAR, id="pending"),
        pytest.param(["other_payer"], UNCLEAR, id="other payer"),
        pytest.param(["denied"], MET, id="denied"),
        pytest.param(["voided"], MET, id="voided"),
        pytest.param(["denied", "paid"], DENIED, id="the best of two: paid"),
        pytest.param(["denied", "pending"], UNCLEAR, id="the best of two: pending"),
        pytest.param(["pending", "performed"], DENIED, id="the best of two: performed"),
        pytest.param(["denied", "denied"], MET, id="denied twice"),
    ],
)
def test_a_pet_known_from_reports_stands_by_the_best_of_their_statuses(
    statuses: list[str], expected: tuple[str, str | None]
) -> None:
    reports = [pet_report(f"S-{n + 2}", status=status) for n, status in enumerate(statuses)]

    decided = decide_line(claim(), *reports, LIMITED_MRI)

    assert expected == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("standing", "status", "expected"),
    [
        pytest.param(("paid", "allowed"), "performed", MET, id="performed no longer stands"),
        pytest.param(("paid", "allowed"), "allowed", DENIED, id="allowed stands"),
        pytest.param(("paid", "allowed"), "pending", UNCLEAR, id="pending may stand all the same"),
        pytest.param(("paid",), "allowed", MET, id="allowed no longer stands"),
    ],
)
def test_which_statuses_stand_is_a_parameter(
    standing: tuple[str, ...], status: str, expected: tuple[str, str | None]
) -> None:
    using = library(standing_statuses=standing)

    decided = decide_line(claim(), pet_report(status=status), LIMITED_MRI, using=using)

    assert expected == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param([], DENIED, id="nothing said: performed"),
        pytest.param([finalization("P-1", status="paid")], DENIED, id="paid"),
        pytest.param([finalization("P-1", status="allowed")], DENIED, id="allowed"),
        pytest.param([finalization("P-1", status="denied")], MET, id="denied"),
        pytest.param([finalization("P-1", 2, "denied")], DENIED, id="another line denied"),
        pytest.param([finalization("P-2", 1, "denied")], DENIED, id="another claim denied"),
        pytest.param(
            [
                sent(finalization("P-1", status="paid"), 21, "e-a"),
                sent(finalization("P-1", status="denied"), 20, "e-b"),
            ],
            DENIED,
            id="denied, then paid",
        ),
        pytest.param(
            [
                sent(finalization("P-1", status="paid"), 20, "e-a"),
                sent(finalization("P-1", status="denied"), 20, "e-b"),
            ],
            MET,
            id="at one instant the greater event id",
        ),
    ],
)
def test_a_line_with_us_is_performed_until_the_core_system_says_otherwise(
    words: list[Sending], expected: tuple[str, str | None]
) -> None:
    decided = decide_line(claim(), pet(on=-10), *words, LIMITED_MRI)

    assert expected == answer(decided, "pet_exclusivity")


def test_one_component_that_the_core_system_did_not_deny_keeps_the_study_standing() -> None:
    parts = [
        pet("P-1", on=-10, modifiers=("26",)),
        pet("P-2", on=-10, modifiers=("TC",), npi=OTHER_NPI),
    ]

    decided = decide_line(claim(), *parts, finalization("P-1", status="denied"), LIMITED_MRI)

    assert DENIED == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param("pend", UNCLEAR, id="pend"),
        pytest.param("stands", DENIED, id="stands"),
        pytest.param("ignore", MET, id="ignore"),
    ],
)
def test_a_first_study_of_limited_result_is_a_choice(
    choice: str, expected: tuple[str, str | None]
) -> None:
    using = library(limited_first_study=choice)
    limited = report("S-7", "76390", on=-20, result="limited", diagnoses=("C71.1",))

    of_mrs = decide_line(claim(), pet_report(result="limited"), LIMITED_MRI, using=using)
    of_pet = decide_line(pet(on=0), limited, of="P-1", using=using)

    assert [expected, expected] == [
        answer(decided, "pet_exclusivity") for decided in (of_mrs, of_pet)
    ]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param("pend", UNCLEAR, id="pend"),
        pytest.param("stands", UNCLEAR, id="stands: as any other"),
        pytest.param("ignore", MET, id="ignore"),
    ],
)
def test_a_first_study_of_limited_result_may_stand_no_more_than_another(
    choice: str, expected: tuple[str, str | None]
) -> None:
    pending = pet_report(result="limited", status="pending")

    decided = decide_line(claim(), pending, LIMITED_MRI, using=library(limited_first_study=choice))

    assert expected == answer(decided, "pet_exclusivity")


@pytest.mark.parametrize(
    ("rivals", "expected"),
    [
        pytest.param([pet_report(status="paid")], ("M86",), id="paid"),
        pytest.param([pet_report(status="allowed")], ("M86",), id="allowed"),
        pytest.param([pet_report(status="performed")], (), id="performed"),
        pytest.param(
            [pet_report("S-8", on=-20, status="performed"), pet_report(status="paid")],
            ("M86",),
            id="one of two paid",
        ),
        pytest.param(
            [pet_report(status="performed"), pet_report("S-8", "78816", on=-20, status="denied")],
            (),
            id="the other denied",
        ),
        pytest.param(
            [
                pet_report(status="performed"),
                pet_report("S-8", "78816", on=-20, diagnoses=("C71.1", "C34.11")),
            ],
            (),
            id="the paid one only perhaps for the same question",
        ),
        pytest.param([pet(on=-10), finalization("P-1")], ("M86",), id="a line of ours paid"),
        pytest.param([pet(on=-10)], (), id="a line of ours not finalized"),
    ],
)
def test_the_remark_says_that_the_first_study_was_paid_only_if_it_was(
    rivals: list[Sending], expected: tuple[str, ...]
) -> None:
    decided = decide_line(claim(), *rivals, LIMITED_MRI)

    assert ("denied", ("CO", "272", expected)) == (decided.outcome, codes(decided))
