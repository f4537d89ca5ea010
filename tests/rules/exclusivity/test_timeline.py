"""Criterion 9, day after day: what was decided of one study says how it stands against the next."""

from __future__ import annotations

import pytest

from rules.facts import Report
from tests.rules.builders import (
    LIMITED_MRI,
    OTHER_NPI,
    Sending,
    claim,
    coverage,
    pet,
    pet_report,
    replacement,
    report,
    review,
)
from tests.rules.deciding import answer, decide_line, library, reasons, with_plan

STANDS, FREE = "CRITERIA_MET", "NO_CONFLICT"
EXCLUSIVE, UNCLEAR = "PET_EXCLUSIVE", "PET_EXCLUSIVITY_UNCLEAR"


def mrs_report(
    on: int = -20, status: str = "performed", diagnoses: tuple[str, ...] = ("C71.1",)
) -> Report:
    """A spectroscopy that is known from a report alone."""
    return report("S-7", "76390", on=on, status=status, result="unknown", diagnoses=diagnoses)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param(
            [pet("P-1", on=-20), claim("C-1", on=-10), pet("P-2"), LIMITED_MRI],
            {"P-1": FREE, "C-1": EXCLUSIVE, "P-2": FREE},
            id="a denied spectroscopy between two PETs does not stand",
        ),
        pytest.param(
            [claim("C-1", on=-10), pet("P-1", on=-5), claim("C-2"), LIMITED_MRI],
            {"C-1": STANDS, "P-1": EXCLUSIVE, "C-2": STANDS},
            id="a denied PET between two spectroscopies does not stand",
        ),
        pytest.param(
            [pet("P-1", on=-95), claim("C-1", on=-10), pet("P-2"), LIMITED_MRI],
            {"P-1": FREE, "C-1": EXCLUSIVE, "P-2": FREE},
            id="though its own rival is outside the window of the third",
        ),
        pytest.param(
            [claim("C-1", on=-10), pet("P-2"), report(result="unknown")],
            {"C-1": "CONVENTIONAL_RESULT_UNKNOWN", "P-2": UNCLEAR},
            id="a pended spectroscopy may stand",
        ),
        pytest.param(
            [claim("C-1", on=-10), pet("P-2"), report(result="conclusive")],
            {"C-1": "CONVENTIONAL_IMAGING_CONCLUSIVE", "P-2": FREE},
            id="one denied for its imaging does not",
        ),
        pytest.param(
            [claim("C-1", on=-10, plan="sample-no-mrs"), pet("P-2")],
            {"C-1": "NON_COVERED_BENEFIT", "P-2": FREE},
            id="one that is no benefit does not",
        ),
        pytest.param(
            [claim("C-1", on=-10, plan="nobody-knows"), pet("P-2")],
            {"C-1": "PLAN_UNKNOWN", "P-2": UNCLEAR},
            id="one of an unknown plan may",
        ),
        pytest.param(
            [replacement("C-1", "C-0", on=-10), pet("P-2")],
            {"C-1": "ORIGINAL_NOT_FOUND", "P-2": UNCLEAR},
            id="one that waits for its original may",
        ),
        pytest.param(
            [pet("P-1", frequency="7", replaces="P-0", on=-10), claim("C-1"), LIMITED_MRI],
            {"P-1": "ORIGINAL_NOT_FOUND", "C-1": UNCLEAR},
            id="a PET that waits for its original may",
        ),
        pytest.param(
            [LIMITED_MRI, claim("C-1", on=-10), review(decision="denied"), pet("P-2")],
            {"C-1": "REVIEWED", "P-2": FREE},
            id="a spectroscopy that a person denied does not",
        ),
        pytest.param(
            [claim("C-1", on=-10), review(decision="approved"), pet("P-2")],
            {"C-1": "REVIEWED", "P-2": EXCLUSIVE},
            id="one that a person approved does",
        ),
        pytest.param(
            [pet("P-1", on=-10), review("P-1", decision="denied"), claim("C-1"), LIMITED_MRI],
            {"P-1": "REVIEWED", "C-1": STANDS},
            id="a PET that a person denied does not",
        ),
        pytest.param(
            [
                claim("C-0", on=-20),
                pet("P-1", on=-10),
                review("P-1", decision="approved"),
                claim("C-1"),
                LIMITED_MRI,
                report("S-2", on=-30),
            ],
            {"C-0": STANDS, "P-1": FREE, "C-1": EXCLUSIVE},
            id="one that a person freed does",
        ),
        pytest.param(
            [
                claim("C-1", on=-10, diagnoses=("C61", "C71.1"), plan="sample-ny-commercial"),
                report(result="conclusive"),
                pet("P-2"),
            ],
            {"C-1": "PEER_REVIEW", "P-2": UNCLEAR},
            id="a spectroscopy that waits for a peer reviewer may",
        ),
        pytest.param(
            [
                claim("C-1", on=-10, modifiers=("26",), diagnoses=("C71.1",)),
                claim("C-2", on=-10, modifiers=("TC",), npi=OTHER_NPI, diagnoses=("C61",)),
                pet("P-2"),
                LIMITED_MRI,
            ],
            {"C-1": STANDS, "C-2": "INVESTIGATIONAL_INDICATION", "P-2": EXCLUSIVE},
            id="of two components the better one stands for the study",
        ),
        pytest.param(
            [pet("P-1", plan="sample-medicare", on=-10), claim("C-1"), LIMITED_MRI],
            {"P-1": FREE, "C-1": EXCLUSIVE},
            id="a PET that another rule governs stands",
        ),
    ],
)
def test_a_study_with_us_stands_as_its_lines_are_published(
    history: list[Sending], expected: dict[str, str]
) -> None:
    actual = reasons(*history)

    assert expected == actual


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param([mrs_report()], EXCLUSIVE, id="met: it stands"),
        pytest.param(
            [pet_report("S-6", on=-30), mrs_report()], FREE, id="not met: it does not stand"
        ),
        pytest.param(
            [pet_report("S-6", on=-30, status="pending"), mrs_report()],
            UNCLEAR,
            id="unknown: it may stand",
        ),
        pytest.param(
            [pet_report("S-6", on=-30, status="denied"), mrs_report()],
            EXCLUSIVE,
            id="met again where the first was denied",
        ),
        pytest.param([mrs_report(diagnoses=())], FREE, id="without a diagnosis no question"),
        pytest.param([mrs_report(status="denied")], FREE, id="denied elsewhere"),
        pytest.param([mrs_report(status="pending")], UNCLEAR, id="pending elsewhere"),
    ],
)
def test_a_spectroscopy_known_from_reports_stands_by_its_own_finding(
    history: list[Sending], expected: str
) -> None:
    decided = decide_line(*history, pet(), of="P-1")

    assert expected == decided.reason


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param("deny", STANDS, id="deny: the PET does not stand"),
        pytest.param("pend", UNCLEAR, id="pend: it may stand"),
        pytest.param("ignore", EXCLUSIVE, id="ignore: it stands"),
    ],
)
def test_a_pet_known_from_a_report_stands_as_the_policy_lets_it_follow(
    choice: str, expected: str
) -> None:
    history: list[Sending] = [
        claim("C-0", on=-20),
        pet_report("S-8", on=-10),
        LIMITED_MRI,
        report("S-2", on=-30),
    ]

    decided = decide_line(*history, claim("C-1"), using=library(pet_after_mrs=choice))

    assert expected == decided.reason


def test_a_report_of_a_study_with_us_adds_its_status_and_not_a_study() -> None:
    history: list[Sending] = [
        pet("P-1", on=-10),
        pet_report("S-8", on=-10, status="denied"),
        LIMITED_MRI,
    ]

    decided = decide_line(*history, claim())

    assert EXCLUSIVE == decided.reason


def test_a_denial_for_missing_imaging_frees_a_later_pet() -> None:
    using = library(imaging_claim_lag_days=0)

    actual = reasons(claim("C-1", on=-10), coverage(), pet("P-1"), using=using)

    assert {"C-1": "CONVENTIONAL_IMAGING_ABSENT", "P-1": FREE} == actual


def test_a_spectroscopy_of_a_plan_with_peer_review_denied_by_a_gate_does_not_stand() -> None:
    using = with_plan("sample-ny-commercial", excluded_procedures=frozenset({"76390"}))

    decided = decide_line(claim(on=-10, plan="sample-ny-commercial"), pet(), of="P-1", using=using)

    assert ("met", None) == answer(decided, "pet_exclusivity")
