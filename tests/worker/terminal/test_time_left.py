"""The time left that a bar over several stages shows, by a clock of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pytest

from worker.audit.extent import AuditExtent
from worker.replay import in_parts, loads
from worker.terminal.progress import ProgressBars
from worker.terminal.stages import WeightedStages
from worker.whatif import run as whatif

PARTS = 500
MANY_BYTES = 4_000_000_000
YEAR = AuditExtent(determinations=5_000_000, events=10_000_000)


class Clock:
    """Seconds that pass only when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Told(NamedTuple):
    """What the bar says at one moment."""

    share: float
    """Of the time, that has passed."""
    stage: str
    part: float
    """Of the stage, that is done."""
    wrong: float
    """By what part of the time that is really left."""


def told(weights: Mapping[str, float], seconds: Mapping[str, float]) -> Iterator[Told]:
    """Works through the stages."""
    clock = Clock()
    bars = ProgressBars(clock)
    stages = WeightedStages(bars.begin_share("deciding"), weights, clock)
    whole = sum(seconds.values())
    for name, taken in seconds.items():
        done: Callable[[int], None] = stages.begin(name, PARTS)
        for number in range(PARTS):
            clock.now += taken / PARTS
            done(1)
            left, shown = whole - clock.now, bars.seconds_left()
            if shown is not None and left > 0.05 * whole:
                share = clock.now / whole
                yield Told(share, name, (number + 1) / PARTS, abs(shown - left) / left)


@pytest.mark.parametrize(
    "weights",
    [
        pytest.param(in_parts.weights(1), id="decide"),
        pytest.param(in_parts.weights(2), id="decide_with_two_processes"),
        pytest.param(in_parts.weights(16), id="decide_with_sixteen_processes"),
        pytest.param(in_parts.weights(2, MANY_BYTES), id="decide_what_has_to_be_divided_again"),
        pytest.param(in_parts.weights(2, 0, "compiled"), id="decide_compiled"),
        pytest.param(whatif.weights(2, 2), id="whatif_with_one_other_library"),
        pytest.param(whatif.weights(11, 2), id="a_sweep_of_ten"),
        pytest.param(YEAR.weights(2), id="audit_of_a_year"),
        pytest.param(YEAR.weights(2, "compiled"), id="audit_of_a_year_compiled"),
        pytest.param(AuditExtent().weights(2), id="audit_of_a_member"),
        pytest.param(loads.WEIGHTS, id="replay"),
    ],
)
def test_after_the_first_tenth_the_time_left_is_right_within_a_fifth(weights):
    seconds = {name: 100 * weight for name, weight in weights.items()}

    wrong = [each.wrong for each in told(weights, seconds) if each.share > 0.1]

    assert len(wrong) > PARTS // 2
    assert max(wrong) < 0.2


@pytest.mark.parametrize(
    ("stage", "factor"),
    [
        pytest.param(in_parts.READING, 4.0, id="a_slow_disk"),
        pytest.param(in_parts.READING, 0.2, id="a_file_that_is_in_memory"),
        pytest.param(in_parts.DECIDING, 0.5, id="deciding_twice_as_fast"),
        pytest.param(in_parts.DECIDING, 2.0, id="deciding_half_as_fast"),
    ],
)
def test_where_a_stage_takes_another_time_than_expected_the_longest_one_soon_shows_it(
    stage, factor
):
    weights = in_parts.weights(2, MANY_BYTES)
    seconds = {name: 100 * weight for name, weight in weights.items()}
    seconds[stage] *= factor

    wrong = [
        each.wrong
        for each in told(weights, seconds)
        if each.stage == in_parts.DECIDING and 0.05 <= each.part < 0.4
    ]

    assert max(wrong) < 0.2


def test_between_what_it_is_told_the_time_left_runs_down():
    clock = Clock()
    bars = ProgressBars(clock)
    done = WeightedStages(bars.begin_share("deciding"), {"deciding": 1.0}, clock).begin(
        "deciding", 10
    )
    clock.now = 10.0
    done(1)

    assert pytest.approx(90.0) == bars.seconds_left()
    clock.now = 40.0
    assert pytest.approx(60.0) == bars.seconds_left()


def test_a_stage_whose_size_is_not_known_takes_its_share_at_once_and_says_no_time():
    moved: list[tuple[float, float | None]] = []
    stages = WeightedStages(
        lambda more, left: moved.append((more, left)), {"reading": 1.0, "deciding": 3.0}
    )

    done = stages.begin("reading", 0)
    done(10)
    done(10)

    assert [(0.25, None)] == moved


def test_what_a_stage_left_undone_counts_as_done_with_the_next():
    moved: list[float] = []
    weights = {"reading": 1.0, "dividing": 1.0, "deciding": 2.0}
    stages = WeightedStages(lambda more, _: moved.append(more), weights)

    stages.begin("reading", 10)(5)
    stages.begin("deciding", 10)(1)

    assert pytest.approx([0.125, 0.425]) == moved


def test_all_stages_together_are_the_whole():
    moved: list[float] = []
    stages = WeightedStages(lambda more, _: moved.append(more), {"reading": 1.0, "deciding": 3.0})

    for name in ("reading", "deciding"):
        done = stages.begin(name, 9_999)
        for _ in range(9_999):
            done(1)

    assert pytest.approx(1.0) == sum(moved)
    assert len(moved) < 2_100
