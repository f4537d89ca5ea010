"""The shipped library is proved whole, and the witnesses of every ending are those on record."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from rules.library_files import SHIPPED, load_library
from tests.support.sources import ROOT
from worker.comparing import compare
from worker.deciding import decide_all
from worker.scenario_libraries import ScenarioLibraries
from worker.scenarios import Scenario, read_scenarios

WITNESSES = Path(__file__).parent / "witnesses.jsonl"


class Proved(NamedTuple):
    """What `adjudicator library check` said, how long it worked, and what it wrote."""

    exit_code: int
    said: str
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
        env=others,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = os.times().children_user - before.children_user
    return Proved(ran.returncode, ran.stdout + ran.stderr, seconds, folder / "witnesses.jsonl")


def scenarios() -> list[Scenario]:
    return list(read_scenarios([str(WITNESSES)]))


@pytest.mark.timeout(900)
def test_everything_that_can_be_proved_of_the_shipped_library_holds(proved: Proved) -> None:
    assert 0 == proved.exit_code, proved.said
    assert "FAULT" not in proved.said
    assert "warning: version 2025-03-17 is stale" in proved.said


@pytest.mark.timeout(900)
def test_the_proof_takes_less_than_a_minute(proved: Proved) -> None:
    assert proved.seconds < 60


@pytest.mark.timeout(900)
def test_the_witnesses_on_record_are_those_of_the_library(proved: Proved) -> None:
    """To mend: `adjudicator library check --witnesses tests/scenarios`, and read what changed."""
    assert proved.written.read_text() == WITNESSES.read_text()


@pytest.fixture(scope="module")
def libraries() -> Iterator[ScenarioLibraries]:
    with ScenarioLibraries(SHIPPED, None) as chosen:
        yield chosen


@pytest.mark.parametrize("scenario", scenarios(), ids=[one.name for one in scenarios()])
def test_a_witness_is_decided_as_it_expects(
    scenario: Scenario, libraries: ScenarioLibraries
) -> None:
    decided = decide_all(map(bytes, scenario.events), libraries.choose(scenario).library)

    assert () == compare(scenario, "given", decided, None).differences


def test_every_reason_of_the_library_has_a_witness() -> None:
    reached = {scenario.expect[0]["reason"] for scenario in scenarios()}

    assert set(load_library(SHIPPED).reasons) == reached


def test_a_witness_is_small() -> None:
    assert max(len(scenario.events) for scenario in scenarios()) <= 2
