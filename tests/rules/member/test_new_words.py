"""What a treatment, a reviewer's role, or evidence after a review publishes of a line."""

from __future__ import annotations

import pytest

from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    pet_report,
    report,
    review,
    sent,
    treatment,
)
from tests.rules.member_steps import history_of, tell

PET_BEFORE: list[Sending] = [LIMITED_MRI, pet_report(on=-60), claim()]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        pytest.param(
            [*PET_BEFORE, treatment()],
            [("denied", "initial", 1), ("approved", "favourable", 2)],
            id="a treatment between a PET and a spectroscopy",
        ),
        pytest.param(
            [
                *PET_BEFORE,
                sent(treatment(), 40, "e-a"),
                sent(treatment(status="voided"), 41, "e-b"),
            ],
            [
                ("denied", "initial", 1),
                ("approved", "favourable", 2),
                ("denied", "adverse", 3),
            ],
            id="that is taken back",
        ),
        pytest.param(
            [
                *PET_BEFORE,
                sent(treatment(on=-70), 40, "e-a"),
                sent(treatment(on=-30), 41, "e-b"),
            ],
            [("denied", "initial", 1), ("approved", "favourable", 2)],
            id="that is moved into the span",
        ),
        pytest.param(
            [report(on=-14, result="conclusive"), claim(), treatment(on=-5)],
            [("denied", "initial", 1), ("pended", "favourable", 2)],
            id="a treatment after a conclusive MRI",
        ),
        pytest.param(
            [claim(diagnoses=("I67.89",)), treatment(on=-2000), LIMITED_MRI],
            [
                ("pended", "initial", 1),
                ("pended", "neutral", 2),
                ("approved", "favourable", 3),
            ],
            id="a treatment of years ago that names the tumour",
        ),
        pytest.param(
            [sent(claim(), 10, "e-0"), sent(review(decision="denied"), 20, "e-1"), LIMITED_MRI],
            [
                ("pended", "initial", 1),
                ("denied", "adverse", 2),
                ("pended", "favourable", 3),
            ],
            id="evidence after a reviewer's denial",
        ),
        pytest.param(
            [
                sent(claim(), 10, "e-0"),
                sent(review(decision="denied"), 20, "e-1"),
                sent(LIMITED_MRI, 19, "e-2"),
            ],
            [("pended", "initial", 1), ("denied", "adverse", 2), ("denied", "neutral", 3)],
            id="evidence of before it that came late",
        ),
        pytest.param(
            [
                claim(plan="sample-ny-commercial", diagnoses=("C61",)),
                review(decision="denied", role="nurse"),
            ],
            [("pended", "initial", 1), ("pended", "neutral", 2)],
            id="a review that does not count is told of",
        ),
    ],
)
def test_each_new_kind_of_word_publishes_what_it_changes(
    events: list[Sending], expected: list[tuple[str, str, int]]
) -> None:
    told = tell(*events)

    assert expected == history_of(told)
