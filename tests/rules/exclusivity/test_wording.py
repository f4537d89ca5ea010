"""What a finding of exclusivity says of the study that stands, so that a provider can follow it."""

from __future__ import annotations

import pytest

from rules.facts import Fact
from tests.rules.builders import (
    LIMITED_MRI,
    OTHER_NPI,
    Sending,
    claim,
    day,
    finalization,
    pet,
    pet_report,
    report,
)
from tests.rules.deciding import decide_line, finding

PURPOSES = "I.A.1, I.A.3, I.A.4 (C71.1)"


def sentence(*facts: Sending, of: str = "C-1") -> str:
    return finding(decide_line(*facts, of=of), "pet_exclusivity").because


@pytest.mark.parametrize(
    ("rivals", "expected"),
    [
        pytest.param(
            [pet_report()],
            f"78608 of {day(-10)}, 10 days before, stands for the same question: "
            f"{PURPOSES}; paid, known from a report",
            id="a paid PET of a report",
        ),
        pytest.param(
            [pet(on=-10, plan="sample-essential"), finalization("P-1", status="allowed")],
            f"78608 of {day(-10)}, 10 days before, stands for the same question: "
            f"{PURPOSES}; allowed, billed to plan sample-essential",
            id="an allowed PET of a claim, under another plan",
        ),
        pytest.param(
            [pet_report(on=0, status="allowed")],
            f"78608 of the same day stands for the same question: "
            f"{PURPOSES}; allowed, known from a report",
            id="a PET of the same day",
        ),
        pytest.param(
            [pet_report(status="other_payer")],
            f"78608 of {day(-10)}, 10 days before, may stand for the same question: "
            f"{PURPOSES}; other payer, known from a report",
            id="a PET of another payer",
        ),
        pytest.param(
            [pet_report(diagnoses=())],
            f"78608 of {day(-10)}, 10 days before, may stand for the same question: "
            "no valid diagnosis says what it was made for; paid, known from a report",
            id="a PET that names nothing",
        ),
        pytest.param(
            [pet_report(diagnoses=("C79.32", "I10"))],
            f"78608 of {day(-10)}, 10 days before, may stand for the same question: "
            "I.A.3 (C79.32); paid, known from a report",
            id="only the purposes and codes that the two share",
        ),
        pytest.param(
            [pet_report("S-8", on=-20), pet_report("S-9", "78609", status="performed")],
            f"78608 of {day(-20)}, 20 days before, stands for the same question (and 1 more): "
            f"{PURPOSES}; paid, known from a report",
            id="the earliest of two",
        ),
        pytest.param(
            [
                pet("P-1", on=-10, modifiers=("26",)),
                pet("P-2", on=-10, modifiers=("TC",), npi=OTHER_NPI, plan="sample-essential"),
                finalization("P-2", status="paid"),
            ],
            f"78608 of {day(-10)}, 10 days before, stands for the same question: "
            f"{PURPOSES}; paid, performed, billed to plan sample-commercial, sample-essential",
            id="two components with two payers",
        ),
    ],
)
def test_it_names_day_purpose_diagnoses_status_and_payer(
    rivals: list[Sending], expected: str
) -> None:
    assert expected == sentence(claim(), LIMITED_MRI, *rivals)


def test_of_a_pet_it_names_the_spectroscopy() -> None:
    first: list[Fact] = [claim(on=-10), LIMITED_MRI]

    assert (
        f"76390 of {day(-10)}, 10 days before, stands for the same question: "
        f"{PURPOSES}; performed, billed to plan sample-commercial"
    ) == sentence(*first, pet(), of="P-1")


def test_another_s_question_is_not_named() -> None:
    seizures = pet_report(diagnoses=("C71.1", "G40.209"))
    mrs = report("S-7", "76390", on=-20, result="unknown", diagnoses=("R56.9",))

    assert "G40.209" not in sentence(claim(), LIMITED_MRI, seizures)
    assert "I.A.6 (R56.9)" in sentence(mrs, pet(diagnoses=("C71.1", "G40.209")), of="P-1")


def test_of_two_rivals_of_one_day_that_of_the_lower_code_is_named_first() -> None:
    """Though the other one, which is paid, counts as first."""
    said = sentence(claim(), LIMITED_MRI, pet("P-1"), pet_report("S-9", "78816", on=0))

    assert said.startswith("78608 of the same day")
    assert "(and 1 more)" in said
