"""The exploration finds what is wrong: a defect that is put in leads to a story."""

from __future__ import annotations

import pytest

from tests.defects.worker_code import WORKER
from tests.model.configurations import SMALL
from tests.model.real_replay import Deed, replay
from tests.model.teeth import FOUND_IN, bite, on_real_processes

FENCE = "no fence: whoever held the lease once may write"


@pytest.mark.timeout(600)
def test_without_the_fence_the_shortest_way_to_harm_is_told(tmp_path):
    (defect,) = (one for one in WORKER if one.name == FENCE)

    found = bite(defect, tmp_path / "copy", FOUND_IN[FENCE])

    assert "something was written for a holder whose lease was another's or had run out" == (
        found.wrong
    )
    assert [
        "  1. the producer sends its next event",
        "  2. worker A asks for the lease of the door: it has it",
        "  3. worker A reads the head",
        "  4. lease runs out: the door",
        "  5. worker A moves what it read to the lanes, the door",
    ] == found.story
    assert "Redis answers ':1'; the judge says nothing" == on_real_processes(
        found, tmp_path / "copy"
    )


@pytest.mark.timeout(600)
def test_with_the_fence_the_same_way_on_real_processes_is_refused():
    (bounds,) = (one for one in SMALL if one.name == FOUND_IN[FENCE])
    way = [
        Deed("producer", "xadd", "", ""),
        Deed("A", "take", "door", ""),
        Deed("A", "head", "", ""),
        Deed("", "lease runs out", "door", ""),
        Deed("A", "route", "", ""),
    ]

    assert ("", b"-ERR FENCED\r\n") == replay(way, bounds)


def test_each_defect_of_the_worker_has_a_configuration_that_finds_it():
    assert {one.name for one in WORKER} == set(FOUND_IN)
