"""Criterion 9: a PET and a spectroscopy of one day."""

from __future__ import annotations

import pytest

from rules.facts import Fact
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    finalization,
    pet,
    pet_report,
    report,
)
from tests.rules.deciding import codes, decide_line, reasons

MRS, PET = claim("C-1"), pet("P-1")
STANDS, FREE = "CRITERIA_MET", "NO_CONFLICT"
SECOND, UNCLEAR = "PET_EXCLUSIVE_SAME_DAY", "PET_EXCLUSIVITY_UNCLEAR"


def words(of_mrs: str, of_pet: str) -> list[Fact]:
    """What the core system said of the spectroscopy and of the PET."""
    said = [("C-1", of_mrs), ("P-1", of_pet)]
    return [finalization(claim_id, status=one) for claim_id, one in said if one != "nothing"]


@pytest.mark.parametrize(
    ("of_mrs", "of_pet", "expected"),
    [
        ("nothing", "nothing", {"C-1": UNCLEAR, "P-1": UNCLEAR}),
        ("nothing", "paid", {"C-1": SECOND, "P-1": FREE}),
        ("nothing", "allowed", {"C-1": SECOND, "P-1": FREE}),
        ("nothing", "denied", {"C-1": STANDS, "P-1": UNCLEAR}),
        ("paid", "nothing", {"C-1": STANDS, "P-1": SECOND}),
        ("paid", "paid", {"C-1": UNCLEAR, "P-1": UNCLEAR}),
        ("paid", "allowed", {"C-1": UNCLEAR, "P-1": UNCLEAR}),
        ("paid", "denied", {"C-1": STANDS, "P-1": SECOND}),
        ("allowed", "nothing", {"C-1": STANDS, "P-1": SECOND}),
        ("allowed", "paid", {"C-1": UNCLEAR, "P-1": UNCLEAR}),
        ("allowed", "allowed", {"C-1": UNCLEAR, "P-1": UNCLEAR}),
        ("allowed", "denied", {"C-1": STANDS, "P-1": SECOND}),
        ("denied", "nothing", {"C-1": UNCLEAR, "P-1": FREE}),
        ("denied", "paid", {"C-1": SECOND, "P-1": FREE}),
        ("denied", "allowed", {"C-1": SECOND, "P-1": FREE}),
        ("denied", "denied", {"C-1": STANDS, "P-1": FREE}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_exactly_one_that_is_paid_or_allowed_counts_as_first(
    of_mrs: str, of_pet: str, expected: dict[str, str]
) -> None:
    actual = reasons(MRS, PET, LIMITED_MRI, *words(of_mrs, of_pet))

    assert expected == actual


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param("performed", UNCLEAR, id="performed"),
        pytest.param("allowed", SECOND, id="allowed"),
        pytest.param("paid", SECOND, id="paid"),
        pytest.param("pending", UNCLEAR, id="pending"),
        pytest.param("other_payer", UNCLEAR, id="other payer"),
        pytest.param("denied", STANDS, id="denied"),
        pytest.param("voided", STANDS, id="voided"),
    ],
)
def test_a_pet_of_the_day_known_from_a_report(status: str, expected: str) -> None:
    decided = decide_line(MRS, pet_report(on=0, status=status), LIMITED_MRI)

    assert expected == decided.reason


def test_a_report_may_say_that_a_line_with_us_was_paid() -> None:
    actual = reasons(MRS, PET, pet_report(on=0, status="paid"), LIMITED_MRI)

    assert {"C-1": SECOND, "P-1": FREE} == actual


def test_the_second_of_a_day_is_denied_with_codes_of_its_own() -> None:
    decided = decide_line(MRS, pet_report(on=0), LIMITED_MRI)

    assert ("denied", ("CO", "231", ("M80",))) == (decided.outcome, codes(decided))


CONCLUSIVE = report(result="conclusive")


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param(
            [MRS, PET, CONCLUSIVE],
            {"C-1": "CONVENTIONAL_IMAGING_CONCLUSIVE", "P-1": FREE},
            id="a spectroscopy that its other criteria deny does not stand",
        ),
        pytest.param(
            [MRS, PET, report(result="unknown")],
            {"C-1": "CONVENTIONAL_RESULT_UNKNOWN", "P-1": UNCLEAR},
            id="one that they pend may stand",
        ),
        pytest.param(
            [MRS, PET, LIMITED_MRI, pet_report("S-9", on=-10)],
            {"C-1": "PET_EXCLUSIVE", "P-1": FREE},
            id="a spectroscopy that an earlier PET denies does not stand",
        ),
        pytest.param(
            [MRS, PET, LIMITED_MRI, pet_report("S-9", on=-10, status="pending")],
            {"C-1": UNCLEAR, "P-1": UNCLEAR},
            id="one that an earlier PET leaves open may stand",
        ),
        pytest.param(
            [MRS, PET, LIMITED_MRI, claim("C-0", on=-10)],
            {"C-0": STANDS, "C-1": STANDS, "P-1": "PET_EXCLUSIVE"},
            id="a PET that an earlier spectroscopy denies does not stand",
        ),
        pytest.param(
            [MRS, PET, LIMITED_MRI, pet("P-2", "78609"), finalization("P-2")],
            {"C-1": SECOND, "P-1": FREE, "P-2": FREE},
            id="a spectroscopy that a paid PET of the day denies stands against no other",
        ),
        pytest.param(
            [MRS, PET, LIMITED_MRI, pet("P-2", "78816")],
            {"C-1": UNCLEAR, "P-1": UNCLEAR, "P-2": UNCLEAR},
            id="of three equals each may stand against those of the other technique",
        ),
        pytest.param(
            [
                MRS,
                PET,
                LIMITED_MRI,
                pet("P-2", "78816"),
                finalization("P-2"),
                finalization("C-1"),
            ],
            {"C-1": UNCLEAR, "P-1": UNCLEAR, "P-2": UNCLEAR},
            id="a paid spectroscopy that a paid PET leaves open may stand against the third",
        ),
        pytest.param(
            [
                MRS,
                PET,
                LIMITED_MRI,
                pet("P-2", "78816", diagnoses=("R56.9",)),
                finalization("P-2"),
                finalization("C-1"),
            ],
            {"C-1": STANDS, "P-1": SECOND, "P-2": FREE},
            id="one that it does not concern stands against the third",
        ),
        pytest.param(
            [MRS, pet("P-1", diagnoses=("R56.9",)), LIMITED_MRI],
            {"C-1": STANDS, "P-1": FREE},
            id="another question",
        ),
        pytest.param(
            [
                MRS,
                pet("P-1", "78816", diagnoses=("C71.1", "C34.11")),
                LIMITED_MRI,
                finalization("P-1"),
            ],
            {"C-1": UNCLEAR, "P-1": FREE},
            id="perhaps the same question as that of a paid PET",
        ),
        pytest.param(
            [
                MRS,
                PET,
                LIMITED_MRI,
                finalization("P-1"),
                pet_report("S-9", "78816", on=-10),
            ],
            {"C-1": SECOND, "P-1": FREE},
            id="of a PET of the day and an earlier one the same day gives the reason",
        ),
        pytest.param(
            [
                MRS,
                PET,
                LIMITED_MRI,
                finalization("P-1"),
                report("S-7", "76390", on=-10, result="unknown", diagnoses=("C71.1",)),
            ],
            {"C-1": STANDS, "P-1": "PET_EXCLUSIVE"},
            id="a paid PET that an earlier spectroscopy denies does not stand",
        ),
    ],
)
def test_each_stands_as_it_would_without_its_equals(
    history: list[Sending], expected: dict[str, str]
) -> None:
    actual = reasons(*history)

    assert expected == actual


@pytest.mark.parametrize(
    ("of_mrs", "of_pet", "expected"),
    [
        ("nothing", "nothing", {"P-3": UNCLEAR, "C-3": UNCLEAR}),
        ("paid", "nothing", {"P-3": "PET_EXCLUSIVE", "C-3": STANDS}),
        ("nothing", "paid", {"P-3": FREE, "C-3": "PET_EXCLUSIVE"}),
        ("paid", "paid", {"P-3": UNCLEAR, "C-3": UNCLEAR}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_day_decided_stands_against_later_days(
    of_mrs: str, of_pet: str, expected: dict[str, str]
) -> None:
    day = [MRS, PET, LIMITED_MRI, *words(of_mrs, of_pet)]

    later_pet = reasons(*day, pet("P-3", on=10, received=20))
    later_mrs = reasons(*day, claim("C-3", on=10, received=20))

    assert expected == {"P-3": later_pet["P-3"], "C-3": later_mrs["C-3"]}
