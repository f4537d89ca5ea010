"""
Where knowing less turns an approval or a pend into a denial: the exceptions, each by name.

A limited result holds a conclusive one open and weakens a first study; a study that stands more
firmly denies another; only a complete history proves that there was no imaging; and a reviewer's
denial waits for a person only where what was against the line then no longer is.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from rules.facts import Event
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    attestation,
    authorization,
    claim,
    coverage,
    events,
    pet,
    pet_report,
    report,
    review,
    sent,
)
from tests.rules.knowing_less import (
    Change,
    Decision,
    changed,
    without_plan,
    without_provider,
    without_result,
)


def outcomes(told: Iterable[Event]) -> dict[str, str]:
    return {one.claim_id: one.outcome for one in Decision(told).lines.values()}


CONTRADICTED: list[Sending] = [
    claim(),
    report("S-1", on=-20),
    report("S-2", on=-10, result="conclusive"),
]


@pytest.mark.parametrize(
    ("told", "withdraw", "of", "before"),
    [
        pytest.param(
            CONTRADICTED,
            without_result("S-1"),
            "C-1",
            "pended",
            id="an earlier limited result no longer contradicts the conclusive one",
        ),
        pytest.param(
            [claim(), LIMITED_MRI, pet_report("S-9", result="limited")],
            without_result("S-9"),
            "C-1",
            "pended",
            id="a first study whose result was limited stands as any other",
        ),
        pytest.param(
            [
                claim(on=-5),
                report("S-1", on=-20),
                report("S-2", on=-10, result="conclusive"),
                pet(),
            ],
            without_result("S-2"),
            "P-1",
            "pended",
            id="a spectroscopy that the conclusive result held back stands against the PET",
        ),
        pytest.param(
            [
                claim("C-1", on=-10, received=1),
                claim("C-2", on=-10, received=2),
                review("C-2"),
                report(result="unknown"),
                pet(),
            ],
            without_provider("C-2"),
            "P-1",
            "pended",
            id="a person may resolve what is no longer a certain duplicate",
        ),
        pytest.param(
            [pet(on=-10), review("P-1", decision="denied"), claim(), LIMITED_MRI],
            without_plan("P-1"),
            "C-1",
            "approved",
            id="no review counts of a PET of an unknown plan",
        ),
        pytest.param(
            [
                claim("C-1", on=-10, received=1, diagnoses=("D43.0",)),
                claim("C-2", on=-10, received=2, attestations=(attestation(),)),
                pet(),
            ],
            without_plan("C-1"),
            "P-1",
            "pended",
            id="a line of an unknown plan makes no other a duplicate",
        ),
        pytest.param(
            [
                claim(),
                LIMITED_MRI,
                report("S-2", on=-5, result="conclusive"),
                sent(review("C-1", decision="denied"), 40, "e-review"),
                sent(authorization(), 41, "e-authorization"),
            ],
            without_result("S-2"),
            "C-1",
            "pended",
            id="a reviewer's denial stands where nothing was against the line when it was made",
        ),
    ],
)
def test_where_knowing_less_denies(
    told: list[Sending], withdraw: Change, of: str, before: str
) -> None:
    whole = events(*told)
    less = changed(whole, withdraw)

    assert (before, "denied") == (outcomes(whole)[of], outcomes(less)[of])


def test_a_withdrawn_word_may_leave_an_earlier_one_that_completes_the_history() -> None:
    wide = sent(coverage(-400), 20, "e-1")
    narrow = sent(coverage(-10), 21, "e-2")

    corrected = outcomes(events(claim(received=30), wide, narrow))
    as_before = outcomes(events(claim(received=30), wide))

    assert ({"C-1": "pended"}, {"C-1": "denied"}) == (corrected, as_before)


def test_a_study_that_is_withdrawn_whole_leaves_a_complete_history_without_one() -> None:
    known: list[Sending] = [claim(received=30), coverage()]

    with_study = outcomes(events(*known, LIMITED_MRI))
    without = outcomes(events(*known))

    assert ({"C-1": "approved"}, {"C-1": "denied"}) == (with_study, without)
