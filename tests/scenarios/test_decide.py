"""Every open scenario is right by `decide`, in whatever order its events arrive."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rules.loading.files import SHIPPED
from worker.replay.comparison import compare
from worker.replay.in_memory import decide_all
from worker.replay.scenario_libraries import ScenarioLibraries
from worker.replay.scenarios import (
    ARRIVAL_ORDERS,
    Scenario,
    in_arrival_order,
    read_scenarios,
)

OPEN = Path(__file__).parent / "open.jsonl"
SCENARIOS = list(read_scenarios([str(OPEN)]))


@pytest.fixture(scope="module")
def libraries() -> Iterator[ScenarioLibraries]:
    with ScenarioLibraries(SHIPPED, None) as libraries:
        yield libraries


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario.name for scenario in SCENARIOS])
def test_a_scenario_is_decided_as_it_expects_in_every_order(
    scenario: Scenario, libraries: ScenarioLibraries
):
    library = libraries.choose(scenario).library
    events = [bytes(event) for event in scenario.events]

    differences = {
        order: compare(
            scenario,
            order,
            decide_all(in_arrival_order(events, order, scenario.name), library),
            None,
        ).differences
        for order in ARRIVAL_ORDERS
    }

    assert dict.fromkeys(ARRIVAL_ORDERS, ()) == differences


def test_the_scenarios_have_names_of_their_own():
    assert len(SCENARIOS) == len({scenario.name for scenario in SCENARIOS})


def test_there_are_as_many_scenarios_as_were_agreed():
    assert 391 == len(SCENARIOS)
