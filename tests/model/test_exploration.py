"""Every interleaving of the real code on a real Redis, within small bounds."""

from __future__ import annotations

import pytest

from tests.model.bounds import Bounds
from tests.model.configurations import SMALL
from tests.model.run import explore

STATES_MAX = 50_000
SHORT = [each for each in SMALL if each.name in {"set aside", "an order", "a Redis cut off"}]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("bounds", SHORT, ids=lambda bounds: bounds.name)
def test_no_schedule_loses_or_doubles_an_event_and_every_one_drains(bounds: Bounds):
    found, told = explore(bounds, STATES_MAX, seconds_max=600)

    assert ("", []) == (found.violation, told)
    assert found.is_whole
    assert found.states == found.drained > 1000
