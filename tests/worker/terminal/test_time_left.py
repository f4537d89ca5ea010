"""The time left that a bar over several stages shows, by a clock of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from worker.replay import in_parts
from worker.terminal.progress import ProgressBars
from worker.terminal.stages import WeightedStages
from worker.whatif import run as whatif

PARTS = 500


class Clock:
    """Seconds that pass only when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def told(
    weights: Mapping[str, float], seconds: Mapping[str, float]
) -> Iterator[tuple[float, float, float]]:
    """Works through the stages; yields the share of the time passed, the bar's error, the rest."""
    clock = Clock()
    bars = ProgressBars(clock)
    stages = WeightedStages(bars.begin_share("deciding"), weights)
    whole = sum(seconds.values())
    for name, taken in seconds.items():
        done: Callable[[int], None] = stages.begin(name, PARTS)
        for _ in range(PARTS):
            clock.now += taken / PARTS
            done(1)
            left, shown = whole - clock.now, bars.seconds_left()
            if shown is not None and left > 1:
                yield clock.now / whole, abs(shown - left), left


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param(in_parts.weights(1), id="decide"),
        pytest.param(in_parts.weights(2), id="decide_with_two_processes"),
        pytest.param(in_parts.weights(16), id="decide_with_sixteen_processes"),
        pytest.param(whatif.weights(2, 2), id="whatif_with_one_other_library"),
        pytest.param(whatif.weights(11, 2), id="a_sweep_of_ten"),
    ],
)
def test_after_the_first_tenth_the_time_left_is_right_within_a_fifth(weights):
    seconds = {name: 100 * weight for name, weight in weights.items()}

    wrong = [error / left for share, error, left in told(weights, seconds) if 0.1 < share < 0.95]

    assert len(wrong) > PARTS // 2
    assert max(wrong) < 0.2


@pytest.mark.parametrize("factor", [0.7, 1.5], ids=["a_third_faster", "half_as_long_again"])
def test_where_deciding_takes_another_time_than_expected_the_bar_finds_out(factor):
    weights = in_parts.weights(2)
    seconds = {name: 100 * weight for name, weight in weights.items()}
    seconds[in_parts.DECIDING] *= factor
    whole = sum(seconds.values())

    wrong = [error / whole for share, error, _ in told(weights, seconds) if share > 0.25]

    assert max(wrong) < 0.2


def test_a_stage_whose_size_is_not_known_takes_its_share_at_once():
    moved: list[float] = []
    stages = WeightedStages(moved.append, {"reading": 1.0, "deciding": 3.0})

    done = stages.begin("reading", 0)
    done(10)
    done(10)

    assert [0.25] == moved


def test_all_stages_together_are_the_whole():
    moved: list[float] = []
    stages = WeightedStages(moved.append, {"reading": 1.0, "deciding": 3.0})

    for name in ("reading", "deciding"):
        done = stages.begin(name, 9_999)
        for _ in range(9_999):
            done(1)

    assert pytest.approx(1.0) == sum(moved)
    assert len(moved) < 2_100
