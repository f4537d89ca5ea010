"""What would change a line that another policy decides, as whoever asks for it is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.support.example_claims import OPEN_CLAIMS, OpenClaim, written
from tests.support.libraries import EXAMPLES, with_examples
from worker.cli import adjudicator

TOLD = {
    "a PET without an MRI before it": (
        "the report of an MRI of the brain of 2025-03-19 to 2025-09-15 that gave limited",
        "The report of an MRI of the brain made before the PET",
    ),
    "a PET for dementia of a member whose age is not known": (
        "the member's record with a birth date (here: 50 years old)",
        "The birth date of the member",
    ),
    "a second initial PET": ("a void of claim C-0", "A prior authorization of the service"),
    "an initial PET where another is pending": (
        "a report that the 78815 of 2025-09-01 (S-9) was not done",
        "A prior authorization of the service",
    ),
    "a spectroscopy for none of the purposes": (
        "clinical records that show one of the policy's purposes",
        "What the record says of the question that the study was made for",
    ),
    "a spectroscopy after an MRI whose result is not known": (
        "a report that the 70553 of 2025-09-01 gave limited information",
        "The report of an MRI or CT of the head made before the spectroscopy",
    ),
    "a spectroscopy that is never covered": (
        "a prior authorization of 76390 for 2026-01-15",
        "A prior authorization of the service",
    ),
    "exercise for the heart without a plan of it": (
        "the claim again, attesting exercise_plan",
        "A statement on a corrected claim that the record has a plan of exercise",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    names = [each.name for each in (EXAMPLES / "policies").iterdir()]
    return with_examples(tmp_path_factory.mktemp("examples") / "library", *names)


@pytest.mark.parametrize("name", OPEN_CLAIMS)
def test_what_would_change_is_told_to_the_examiner_and_to_the_requester(
    name: str, folder: Path, tmp_path: Path
) -> None:
    known = OPEN_CLAIMS[name]
    examiner, requester = TOLD[name]

    said = explained(known, folder, tmp_path)

    assert known.outcome in said
    assert known.reason in said
    assert examiner in said
    assert requester in said


def explained(known: OpenClaim, folder: Path, tmp_path: Path) -> str:
    """The whole answer on one line."""
    events = str(written(known, tmp_path))
    words = ["explain", "C-1", "--what-would-change", "--events", events, "--library", str(folder)]
    result = CliRunner().invoke(adjudicator, words, env={"COLUMNS": "400"})
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())
