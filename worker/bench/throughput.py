"""Measures events per second: ours, a task per event, and a plain loop, in turn each round."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Final, NamedTuple

from rules.library_model import Library
from worker.bench.contenders import VOLATILE, ours, peer
from worker.bench.floor import floor
from worker.bench.plan import plan_events
from worker.bench.processes import Running
from worker.bench.spread import Spread, spread_of

EVENTS: Final = 20_000
"""Per round, for contenders that take batches; a full queue has to last some seconds."""

ONE_BY_ONE: Final = 10
"""Contenders that take one event at a time get this many times fewer, from the same plan."""

SEED: Final = "bench"
_WARM_UP: Final = 500


class Contender(NamedTuple):
    """A contender and its share of the events."""

    start: Callable[[Library], AbstractContextManager[Running]]
    share: int = 1
    """It gets one in this many events."""


CONTENDERS: Final[Mapping[str, Contender]] = {
    "peer": Contender(lambda _: peer(), ONE_BY_ONE),
    "ours_2": Contender(lambda _: ours(2)),
    "floor": Contender(floor),
    "ours_1": Contender(lambda _: ours(1)),
    "peer_without_persistence": Contender(lambda _: peer(VOLATILE), ONE_BY_ONE),
    "ours_2_without_persistence": Contender(lambda _: ours(2, VOLATILE)),
    "floor_one_at_a_time": Contender(lambda library: floor(library, 1), ONE_BY_ONE),
}
"""All contenders, in the order of a round."""

RATIOS: Final[Mapping[str, tuple[str, str]]] = {
    "ours_2_to_peer": ("ours_2", "peer"),
    "ours_2_to_peer_without_persistence": (
        "ours_2_without_persistence",
        "peer_without_persistence",
    ),
    "ours_2_to_floor": ("ours_2", "floor"),
    "ours_2_to_ours_1": ("ours_2", "ours_1"),
}


class Throughput(NamedTuple):
    """Events per second of each contender, and the ratios by round."""

    rates: Mapping[str, Spread]
    ratios: Mapping[str, Spread]


def throughput(
    library: Library,
    rounds: int,
    events: int,
    tell: Callable[[], object],
) -> Throughput:
    """Measures the contenders in turn each round, on a fresh Redis; raises `NotStarted`."""
    plan = list(plan_events(SEED, events))
    measured: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for _ in range(rounds):
        for name, contender in CONTENDERS.items():
            measured[name].append(_rate(contender, library, plan))
            tell()
    return Throughput(
        {name: spread_of(rates) for name, rates in measured.items()},
        {name: _ratio(measured[one], measured[other]) for name, (one, other) in RATIOS.items()},
    )


def rate_max(library: Library, events: int) -> float:
    """Returns events per second of two processes, measured once."""
    return _rate(CONTENDERS["ours_2"], library, list(plan_events(SEED, events)))


def warm_up() -> list[bytes]:
    """Returns events of members other than the measured ones."""
    return [event.replace(b'"M-', b'"W-') for event in plan_events("warm-up", _WARM_UP)]


def _rate(contender: Contender, library: Library, plan: Sequence[bytes]) -> float:
    """Returns events per second after warming up."""
    events = plan[: max(len(plan) // contender.share, 1)]
    with contender.start(library) as running:
        running.work_off(warm_up())
        return len(events) / running.work_off(events)


def _ratio(one: Sequence[float], other: Sequence[float]) -> Spread:
    return spread_of(mine / its for mine, its in zip(one, other, strict=True))
