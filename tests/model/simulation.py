"""What is too large to be gone through: many workers and events, one schedule for each seed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from rules.library_model import Library
from tests.faults.checker import Sent, judge
from tests.faults.fates import key_of
from tests.faults.observed import Observed
from tests.faults.workload import Fields, entries_of, event_in
from tests.model.memory_observed import WatchedStore, observed_in
from tests.model.quiet import quiet
from tests.model.shift import Shift, ShiftedStore, in_hand
from tests.model.weather import weather_of
from worker.config.settings import Settings
from worker.intake.route import lane_of
from worker.intake.runtime import Runtime
from worker.intake.spans import NO_SPANS
from worker.metrics.counters import Tally
from worker.store.compatibility import Compatibility
from worker.store.installation import KnownInstallation
from worker.store.keys import DOOR, Place, lane_name
from worker.store.protocol import Command

LEASE_SECONDS: Final = 10.0
STARTS_AT: Final = 1_790_000_000_000
HOUR: Final = 3_600_000
TURNS_MAX: Final = 200_000
GROW_FIRST: Final = frozenset({"send", "untry", "count"})
"""What a full Redis refuses: all other scripts begin with a write that needs no memory, after which
it runs the rest."""


class Result(NamedTuple):
    """What became of a seed."""

    seed: int
    steps: int
    crashes: int
    cuts: int
    """How often Redis lost its last moments."""
    refused: int
    """Requests, events and orders that a full Redis did not take."""
    memory: int
    """How often a worker's memory was used up."""
    set_aside: int
    """Entries that were tried too often."""
    wrong: str


class _Process:
    """One worker process at a time."""

    def __init__(self, weight: float, skew: float) -> None:
        self.weight = weight
        self.skew = skew
        self.tally = Tally()
        self.place: Place | None = None
        self.shift: Shift | None = None
        """What it is at."""


class Simulation:
    """One seed, from the first event to the verdict."""

    def __init__(self, seed: int, library: Library, folder: Path) -> None:
        self.steps = self.crashes = self.cuts = self.refused = self.memory_ends = 0
        self._seed = seed
        self._lots = Random(f"simulation {seed}")
        self.weather = weather_of(self._lots)
        self._library = library
        self._milliseconds = STARTS_AT
        self._is_calm = self._is_full = False
        self._sent: dict[str, Fields] = {}
        """What came to the door, as Redis knows it, by its id there."""
        self._on_disk: tuple[Mapping[str, Any], dict[str, Fields]] | None = None
        self._store = WatchedStore(lambda: self._milliseconds)
        self._running: _Process = _Process(1, 0)
        self._shifted = ShiftedStore(self._store, self._shift_now, self._refuses)
        self._installation = KnownInstallation(folder / "installation")
        self._settings = _settings(self.weather.lanes, folder)
        self._places = [DOOR, *map(lane_name, range(self.weather.lanes))]
        self._installation.learn(
            self._store.agree(Compatibility(self.weather.lanes, library.generation, library.digest))
        )
        self._processes = [
            _Process(self._lots.choice((0.05, 1, 1, 2)), self._lots.uniform(-5000, 5000))
            for _ in range(self.weather.workers)
        ]

    def run(self, tell: Callable[[str], None] = lambda _: None) -> Result:
        """All turns; `tell` is given each of them in words."""
        to_send = deque(entries_of(self._seed, self.weather.events, self.weather.members))
        calm_from = 2 * len(to_send)
        names = (f"t{n}" for n in count())
        seconds = lambda: self._milliseconds / 1000 + self._running.skew  # noqa: E731
        weather = self.weather
        with quiet(), in_hand(seconds, names, weather.batch, weather.commit):
            for turn in range(TURNS_MAX):
                self._is_calm = not to_send and turn > calm_from
                self._is_full = not self._is_calm and self._is_full
                self._send(to_send)
                tell(f"{turn} {self._turn()}")
                if self._is_calm and self._is_done():
                    break
        return Result(
            *(self._seed, self.steps, self.crashes, self.cuts, self.refused, self.memory_ends),
            *(len(self._store.set_aside), self._verdict()),
        )

    def _send(self, to_send: deque[Fields]) -> None:
        """Now and then some events, or none of a flood if Redis is full; then they come later."""
        if not to_send or self._lots.random() >= 0.3 or self._refuses("send"):
            return
        for _ in range(min(len(to_send), self._lots.randint(1, self.weather.flood))):
            entry = to_send.popleft()
            self._sent[self._store.send(dict(entry))] = entry
            self.steps += 1

    def _is_done(self) -> bool:
        rests = all(process.shift is None for process in self._processes)
        return rests and not self._store.waiting(self._places)

    def _verdict(self) -> str:
        if not self._is_done():
            return "what waits is never done"
        # Of an event that came twice the judge takes the first to be set aside: it may be another.
        sent, set_aside = self._sent, self._store.set_aside
        aside = [sent[door_id] for door_id in sent if door_id in set_aside]
        others = [sent[door_id] for door_id in sent if door_id not in set_aside]
        observed = observed_in(self._store, self._places, len(sent))
        if not self._store.keeps_order:
            # Of two equal arrivals the one that was given up at the door may come second.
            recorded = _recorded(observed)
            others.sort(key=lambda entry: sha256(event_in(entry) or b"").digest() not in recorded)
        judged = Sent(
            entries=[*aside, *others],
            poison=Counter(map(key_of, aside)),
            in_order=self._store.keeps_order,
        )
        return str(judge(observed, judged, [self._library]))

    def _turn(self) -> str:
        lots, weather = self._lots, self.weather
        self._milliseconds += lots.choice((0, 0, 1, 5, 40))
        if lots.random() < weather.jump or self._is_calm:
            self._milliseconds += round(lots.uniform(0.2, 2.5) * 1000 * LEASE_SECONDS)
        if not self._is_calm:
            self._befall()
        weights = [process.weight for process in self._processes]
        (process,) = lots.choices(self._processes, weights)
        return f"worker {self._processes.index(process)} {self._go_on(process)}"

    def _befall(self) -> None:
        """What may go wrong between two turns, and an operator's orders."""
        lots, weather = self._lots, self.weather
        if lots.random() < weather.step:
            self._milliseconds += lots.choice((HOUR, -HOUR))
        if lots.random() < weather.full:
            self._is_full = not self._is_full
        if self._store.records and lots.random() < weather.order and not self._refuses("send"):
            self._order()
        if lots.random() < weather.cut:
            self._cut()

    def _cut(self) -> None:
        if self._on_disk is None:
            self._on_disk = self._store.copy(), dict(self._sent)
            return
        held, self._sent = self._on_disk
        self._store.restart(held)
        self._on_disk = None
        self.cuts += 1

    def _order(self) -> None:
        member_id = self._lots.choice(sorted(self._store.records))
        lane = lane_of(member_id, self.weather.lanes)
        self._store.add_commands(self.weather.lanes, [(lane, Command("readjudicate", member_id))])
        self.steps += 1

    def _go_on(self, process: _Process) -> str:
        """Some more calls of one worker; what it does in words."""
        self._running = process
        if process.shift is None:
            place = self._dispatched()
            if place is None:
                return "gets no dispatch"
            process.place = place
            faults = (0.0, 0.0) if self._is_calm else (self.weather.crash, self.weather.lost)
            process.shift = Shift(partial(self._work, process), self._lots, *faults)
        shift, before = process.shift, process.shift.calls
        end = shift.go_on(self._lots.choice((1, 2, 3, 5, 8, 40)))
        if end != "pauses":
            process.shift = None
        if end == "dies":
            self.crashes += 1
            process.tally = Tally()
        self.steps += shift.calls - before
        return f"at {process.place}: {shift.calls - before} calls, then {end}"

    def _work(self, process: _Process) -> None:
        turn = Runtime(
            settings=self._settings,
            library=self._library,
            store=self._shifted,  # type: ignore[arg-type]  # what it is asked is the protocol
            headroom=self._has_room,  # type: ignore[arg-type]  # as above
            tally=process.tally,
            guard=self._memory,
            installation=self._installation,
            spans=NO_SPANS,
        )
        turn.route() if process.place == DOOR else turn.drain(int(process.place or 0))

    def _dispatched(self) -> Place | None:
        if not self._is_calm and self._lots.random() < 0.5:
            return self._lots.choice(self._places)
        due = self._store.ring(self._places, 1000).places
        return self._lots.choice(due) if due else None

    def _has_room(self) -> bool:
        """Redis is asked once a second at most: that it is full may come out later."""
        chance = max(self.weather.no_room, 0.5 * self._is_full)
        return self._is_calm or self._lots.random() >= chance

    @contextmanager
    def _memory(self) -> Iterator[None]:
        if not self._is_calm and self._lots.random() < self.weather.memory:
            self.memory_ends += 1
            raise MemoryError
        yield

    def _refuses(self, request: str) -> bool:
        refuses = self._is_full and request in GROW_FIRST
        self.refused += refuses
        return refuses

    def _shift_now(self) -> Shift:
        shift = self._running.shift
        assert shift is not None
        return shift


def simulated(
    seed: int, library: Library, folder: Path, tell: Callable[[str], None] = lambda _: None
) -> Result:
    """What becomes of a seed; the same each time."""
    return Simulation(seed, library, folder).run(tell)


def _recorded(observed: Observed) -> frozenset[bytes]:
    """Digests of all events that some member's record has."""
    records = (member.record for member in observed.members.values())
    return frozenset(origin.digest for record in records for origin, _ in record.entries())


@lru_cache
def _settings(lanes: int, folder: Path) -> Settings:
    return Settings(lanes=lanes, lease_seconds=LEASE_SECONDS, state_dir=folder)
