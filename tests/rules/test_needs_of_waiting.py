"""What is asked of a claim that a reviewer settled while it waited for its original."""

from __future__ import annotations

import pytest
from hypothesis import given

from rules.adjudicate import adjudicate
from rules.analysis.needs_proved import needs_proved
from rules.facts import Claim, Event
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    attestation,
    record_of,
    replacement,
    review,
    sent,
)
from tests.rules.deciding import decide_line, library
from tests.rules.nasty_members import effort
from tests.rules.waiting_members import waiting_members

IMAGING = ["conventional_imaging_report", "conventional_imaging_attestation"]
DENIED = sent(review(decision="denied"), 5, "e-denied")


@pytest.mark.parametrize(
    ("waiting", "others", "expected"),
    [
        pytest.param(
            replacement("C-1", "C-0"),
            [],
            [*IMAGING, "original_claim", "authorization", "review"],
            id="an attestation, and so the original",
        ),
        pytest.param(
            replacement("C-1", "C-0", modifiers=("50",)),
            [LIMITED_MRI],
            ["modifier_or_provider", "original_claim", "review"],
            id="a modifier, and so the original or a person",
        ),
        pytest.param(
            replacement("C-1", "C-0", plan="sample-no-mrs"),
            [LIMITED_MRI],
            ["original_claim", "plan_enrollment", "review"],
            id="another plan, and so the original or a person",
        ),
        pytest.param(
            replacement("C-1", "C-0", plan="nobody-knows"),
            [LIMITED_MRI],
            ["plan_enrollment"],
            id="a plan file, which leaves the claim as it is",
        ),
        pytest.param(
            replacement("C-1", "C-0", attestations=(attestation(-1),), procedure="78608"),
            [],
            ["review"],
            id="a person alone, who needs no original",
        ),
    ],
)
def test_what_is_sent_again_takes_the_original_with_it(
    waiting: Claim, others: list[Sending], expected: list[str]
) -> None:
    one = decide_line(sent(waiting, 4, "e-waiting"), *others, DENIED)

    assert expected == [need.code for need in one.needs]


def test_where_the_original_is_known_it_is_not_asked_for() -> None:
    waited = sent(replacement("C-1", "C-0"), 1, "e-2")

    one = decide_line(sent(replacement("C-0", "C-00"), 0, "e-1"), waited, DENIED, of="C-1")

    assert "original_claim" not in [need.code for need in one.needs]


@given(waiting_members())
@effort(60)
def test_it_asks_for_all_that_would_help_and_for_nothing_else(events: list[Event]) -> None:
    known, using = record_of(events), library()
    (one,) = adjudicate(known, using)
    asked = frozenset(need.code for need in one.needs)

    assert one.outcome == "not_applicable" or needs_proved(known, using, ("C-1", 1)).explain(asked)
