"""Every ending of the shipped library has a witness on record, which is decided as it expects."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.loading.files import SHIPPED, load_library
from worker.replay.comparison import compare
from worker.replay.in_memory import decide_all
from worker.replay.scenario_libraries import ScenarioLibraries
from worker.replay.scenarios import Scenario, read_scenarios

WITNESSES = Path(__file__).parent / "witnesses.jsonl"


def scenarios() -> list[Scenario]:
    return list(read_scenarios([str(WITNESSES)]))


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


def test_each_way_of_waiting_for_a_peer_has_a_witness() -> None:
    waiting = {name for name in (one.name for one in scenarios()) if "PEER_REVIEW" in name}

    assert waiting == {
        f"{service}: pended, PEER_REVIEW of {said}"
        for service in ("spectroscopy", "PET")
        for said in ("a recommendation", "the findings alone")
    }


def test_a_witness_is_small() -> None:
    """What came after a denial by a reviewer needs the denial, and what was known before it."""
    sizes = {scenario.name: len(scenario.events) for scenario in scenarios()}

    assert {"PET: pended, REVIEW_OUTDATED"} == {name for name in sizes if sizes[name] > 3}
    assert max(sizes.values()) == 4
