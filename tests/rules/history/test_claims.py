"""Replacements, voids and what waits for its original: which claims are in force."""

from __future__ import annotations

import pytest

from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    replacement,
    sent,
    void,
)
from tests.rules.deciding import decide_line, reasons

STANDS, SECOND = "CRITERIA_MET", "DUPLICATE"


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param(
            [claim("C-1"), replacement("C-2", "C-1")],
            {"C-1": "SUPERSEDED", "C-2": STANDS},
            id="a replacement takes the place of its original",
        ),
        pytest.param(
            [claim("C-1"), void("C-2", "C-1")],
            {"C-1": "VOIDED", "C-2": "VOID_PROCESSED"},
            id="a void takes its original back",
        ),
        pytest.param(
            [claim("C-1"), replacement("C-2", "C-1"), replacement("C-3", "C-2")],
            {"C-1": "SUPERSEDED", "C-2": "SUPERSEDED", "C-3": STANDS},
            id="of a chain the last stands",
        ),
        pytest.param(
            [claim("C-1"), replacement("C-2", "C-1"), void("C-3", "C-2")],
            {"C-1": "SUPERSEDED", "C-2": "VOIDED", "C-3": "VOID_PROCESSED"},
            id="voiding a replacement does not bring the original back",
        ),
        pytest.param(
            [
                claim("C-1"),
                replacement("C-2", "C-1", received=5),
                void("C-3", "C-1", received=6),
            ],
            {"C-1": "VOIDED", "C-2": "VOIDED", "C-3": "VOID_PROCESSED"},
            id="a later void of the original reaches its replacement",
        ),
        pytest.param(
            [
                claim("C-1"),
                replacement("C-2", "C-1", received=6),
                void("C-3", "C-1", received=5),
            ],
            {"C-1": "SUPERSEDED", "C-2": STANDS, "C-3": "VOID_PROCESSED"},
            id="a replacement later than the void is in effect",
        ),
        pytest.param(
            [
                claim("C-1"),
                replacement("C-2", "C-1", received=5),
                replacement("C-3", "C-2", received=6),
                void("C-4", "C-1", received=7),
            ],
            {"C-1": "VOIDED", "C-2": "SUPERSEDED", "C-3": STANDS, "C-4": "VOID_PROCESSED"},
            id="a void reaches no further than the replacements of what it names",
        ),
        pytest.param(
            [claim("C-1"), void("C-2", "C-1"), void("C-3", "C-2")],
            {"C-1": "VOIDED", "C-2": "VOID_PROCESSED", "C-3": "VOID_PROCESSED"},
            id="a void is never voided",
        ),
        pytest.param(
            [claim("C-1"), void("C-2", "C-1"), replacement("C-3", "C-2")],
            {"C-1": "VOIDED", "C-2": "VOID_PROCESSED", "C-3": STANDS},
            id="a void is never replaced and what replaces it is active",
        ),
        pytest.param(
            [replacement("C-1", "C-2"), replacement("C-2", "C-1")],
            {"C-1": "SUPERSEDED", "C-2": "SUPERSEDED"},
            id="a circle of two is inactive",
        ),
        pytest.param(
            [replacement("C-1", "C-3"), replacement("C-2", "C-1"), replacement("C-3", "C-2")],
            {"C-1": "SUPERSEDED", "C-2": "SUPERSEDED", "C-3": "SUPERSEDED"},
            id="a circle of three is inactive",
        ),
        pytest.param(
            [
                replacement("C-1", "C-2"),
                replacement("C-2", "C-1"),
                void("C-3", "C-1", received=9),
            ],
            {"C-1": "VOIDED", "C-2": "SUPERSEDED", "C-3": "VOID_PROCESSED"},
            id="of a circle only what the void names is voided",
        ),
        pytest.param(
            [
                claim("C-1"),
                replacement("C-2", "C-1", received=5),
                replacement("C-3", "C-2", received=6),
                replacement("C-4", "C-1", received=7),
            ],
            {"C-1": "SUPERSEDED", "C-2": "SUPERSEDED", "C-3": STANDS, "C-4": SECOND},
            id="a second replacement of the original is active beside the newest version",
        ),
    ],
)
def test_what_names_a_claim_resolves_whether_it_is_in_force(
    claims: list[Sending], expected: dict[str, str]
) -> None:
    actual = reasons(*claims, LIMITED_MRI)

    assert expected == actual


@pytest.mark.parametrize(
    ("second", "third", "in_effect"),
    [
        pytest.param(
            sent(replacement("C-2", "C-1", received=5), 20, "e-b"),
            sent(replacement("C-3", "C-1", received=6), 19, "e-c"),
            "C-3",
            id="received later, whatever the event's time",
        ),
        pytest.param(
            sent(replacement("C-2", "C-1", received=6), 19, "e-b"),
            sent(replacement("C-3", "C-1", received=5), 20, "e-c"),
            "C-2",
            id="received later, whatever the claim id",
        ),
        pytest.param(
            sent(replacement("C-2", "C-1"), 20, "e-b"),
            sent(replacement("C-3", "C-1"), 19, "e-c"),
            "C-2",
            id="received on one day, the later event",
        ),
        pytest.param(
            sent(replacement("C-2", "C-1"), 20, "e-z"),
            sent(replacement("C-3", "C-1"), 20, "e-c"),
            "C-3",
            id="received on one day at one instant, the greater claim id",
        ),
    ],
)
def test_of_several_replacements_the_last_in_claim_order_is_in_effect(
    second: Sending, third: Sending, in_effect: str
) -> None:
    actual = reasons(claim("C-1"), second, third, LIMITED_MRI)

    expected = {"C-1": "SUPERSEDED", "C-2": "SUPERSEDED", "C-3": "SUPERSEDED"}
    assert {**expected, in_effect: STANDS} == actual


def test_the_lines_of_an_inactive_claim_leave_the_history_and_its_report_stays() -> None:
    mri = claim("C-7", "70553", on=-14)
    voided = [mri, void("C-8", "C-7", procedure="70553", on=-14)]

    without_report = decide_line(claim("C-1"), *voided)
    with_report = decide_line(claim("C-1"), *voided, LIMITED_MRI)

    assert "CONVENTIONAL_IMAGING_UNKNOWN" == without_report.reason
    assert STANDS == with_report.reason
