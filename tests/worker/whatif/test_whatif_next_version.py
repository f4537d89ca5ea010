"""`adjudicator whatif` with a version of next year: the lines of its days flip, and no others."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from tests.rules.builders import claim, event, report, sent
from tests.rules.library_folders import copy_library
from tests.rules.loading.test_next_version import (
    ADDED,
    DROPPED,
    FIRST_DAY,
    LAST_DAY,
    write_next_version,
)
from tests.support.event_builders import encoded
from worker.cli import adjudicator
from worker.events.encode import as_cloudevent

CODES = ("C71.1", DROPPED, *ADDED)
OLD_MRI = 100
"""Days that the shorter window of next year leaves out."""


@pytest.fixture(scope="module")
def flips(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, str]]:
    """Of each line that flips its claim, and how it came out before and comes out now."""
    folder = tmp_path_factory.mktemp("next")
    library = copy_library(folder / "library")
    write_next_version(library)
    file, told = folder / "events.jsonl", folder / "flips.jsonl"
    file.write_bytes(b"".join(_events()))
    words = ["whatif", "--library", library, "--flips", told, file]
    result = CliRunner().invoke(adjudicator, list(map(str, words)))
    assert 1 == result.exit_code, result.output
    return {
        (flip["claim_id"], flip["before"]["reason"], flip["after"]["reason"])
        for flip in map(json.loads, told.read_text().splitlines())
    }


def _events() -> list[bytes]:
    """A member for each code and day, with an MRI of two weeks before; and one with an old MRI."""
    lines = [(code, on, 14) for code in CODES for on in (LAST_DAY, FIRST_DAY)]
    lines += [("C71.1", on, OLD_MRI) for on in (LAST_DAY, FIRST_DAY)]
    return [raw for one in lines for raw in _member(*one)]


def _member(code: str, on: date, days: int) -> list[bytes]:
    name = _name(code, on, days)
    asked = claim(name, on=on, received=on + timedelta(4), diagnoses=(code,))
    mri = report(on=on - timedelta(days), diagnoses=(code,))
    return [
        encoded(as_cloudevent(event(sent(fact, on + timedelta(4), f"e-{number}"), member_id=name)))
        + b"\n"
        for number, fact in enumerate((asked, mri), start=1)
    ]


def _name(code: str, on: date, days: int = 14) -> str:
    return f"{code} of {on}, {days}"


def test_exactly_what_the_new_version_changes_flips(flips: set[tuple[str, str, str]]) -> None:
    met, unclear = "CRITERIA_MET", "INDICATION_UNCLEAR"

    assert flips == {
        (_name(DROPPED, FIRST_DAY), met, unclear),
        *((_name(code, FIRST_DAY), unclear, met) for code in ADDED),
        (_name("C71.1", FIRST_DAY, OLD_MRI), met, "CONVENTIONAL_IMAGING_UNUSABLE"),
    }


def test_no_line_of_an_earlier_day_flips(flips: set[tuple[str, str, str]]) -> None:
    assert not any(str(LAST_DAY) in claim_id for claim_id, _, _ in flips)
