"""The shipped library is proved whole by the command itself, as whoever changes it would do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.sources import ROOT

# One run is all that any of these needs: of several processes, in one.
pytestmark = [pytest.mark.timeout(900), pytest.mark.xdist_group("shipped library proved")]

WITNESSES = Path(__file__).parent / "witnesses.jsonl"
SECONDS_MAX = 120


class Proved(NamedTuple):
    """What `adjudicator library check` said, how long it worked, and what it wrote."""

    exit_code: int
    said: str
    checks: Mapping[str, list[str]]
    """Name of a check -> its lines, the first with what was found of it."""
    seconds: float
    written: Path


@pytest.fixture(scope="module")
def proved(tmp_path_factory: pytest.TempPathFactory) -> Proved:
    """One run of the command; how far it is covered is measured on small libraries elsewhere."""
    folder = tmp_path_factory.mktemp("witnesses")
    others = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    before = os.times()
    ran = subprocess.run(
        [
            *(sys.executable, "-c", "from worker.cli import main; main()"),
            *("library", "check", "--as-of", "2026-02-01", "--witnesses", str(folder)),
        ],
        cwd=ROOT,
        env={**others, "COLUMNS": "1000"},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = os.times().children_user - before.children_user
    said = ran.stdout + ran.stderr
    written = folder / "witnesses.jsonl"
    return Proved(ran.returncode, said, dict(_by_check(said)), seconds, written)


def _by_check(said: str) -> Iterator[tuple[str, list[str]]]:
    """A check begins where a line is not indented."""
    blocks = said.replace("\n         ", "\t").splitlines()
    for block in blocks:
        first, *more = block.split("\t")
        found, _, asked = first.partition("  ")
        yield asked.partition(":")[0], [found, *(line.strip() for line in more)]


def test_everything_that_can_be_proved_of_the_shipped_library_holds(proved: Proved) -> None:
    assert 0 == proved.exit_code, proved.said
    assert "FAULT" not in proved.said
    assert "23 checks, 0 faults, 1 warning, " in proved.said


def test_the_proof_takes_less_than_two_minutes_of_a_processor(proved: Proved) -> None:
    assert proved.seconds < SECONDS_MAX


def test_the_witnesses_on_record_are_those_of_the_library(proved: Proved) -> None:
    """To mend: `adjudicator library check --witnesses tests/scenarios`, and read what changed."""
    assert proved.written.read_text() == WITNESSES.read_text()


@pytest.mark.parametrize(
    ("check", "told"),
    [
        pytest.param(
            "dates", "gap: before 2025-03-17: no version of the policy", id="days_before_any_policy"
        ),
        pytest.param(
            "dates",
            "gap: from 2026-10-01: the diagnosis table does not know the days of version "
            "2025-03-17",
            id="days_that_the_diagnosis_table_does_not_know",
        ),
        pytest.param(
            "listed_codes",
            "32 listed codes of 2025-03-17",
            id="as_many_codes_as_the_policy_lists",
        ),
        pytest.param(
            "remittance_codes",
            "the published lists are of 2024: as of mid-2024; the newest change in it is of "
            "November 2022",
            id="the_date_of_the_remittance_lists",
        ),
        pytest.param(
            "review_dates",
            "warning: version 2025-03-17 is stale: its review was due in 2026-01",
            id="a_version_past_its_review",
        ),
        pytest.param(
            "parameters",
            "exclusive_indications = (1, 3, 6) decides nothing otherwise",
            id="an_answer_that_makes_no_difference",
        ),
        pytest.param("reasons", "35 reasons, 52 endings, 11 needs", id="every_reason_reached"),
        pytest.param(
            "needs",
            "244 ways to be open, each by the smallest sets of facts that help",
            id="what_is_asked_for",
        ),
    ],
)
def test_what_was_found_is_told(proved: Proved, check: str, told: str) -> None:
    assert told in proved.checks[check]


def test_each_other_answer_of_each_parameter_decides_some_line_otherwise(proved: Proved) -> None:
    """Neighbours of every number too; of lists not all that could be left out or added."""
    told = proved.checks["parameters"]
    idle = {line.split(" = ")[0] for line in told if "decides nothing otherwise" in line}

    assert {"exclusive_indications", "standing_statuses"} == idle
