"""Larger worlds in memory, one schedule for each seed; `make simulate` has more of them."""

from __future__ import annotations

import pytest

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.model.simulation import simulated


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(6))
def test_no_seed_loses_or_doubles_an_event(seed, library, tmp_path):
    result = simulated(seed, library, tmp_path)

    assert "" == result.wrong
    assert result.steps > 50


def test_a_seed_is_the_same_each_time(library, tmp_path):
    told: list[list[str]] = [[], []]

    results = [simulated(1, library, tmp_path, each.append) for each in told]

    assert results[0] == results[1]
    assert told[0] == told[1]
    assert len(told[0]) > 10
