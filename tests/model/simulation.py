"""What is too large to be gone through: many workers and events, one schedule for each seed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from rules.library_model import Library
from tests.faults.checker import Sent, judge
from tests.faults.fates import key_of
from tests.faults.workload import Fields, entries_of
from tests.model.memory_observed import WatchedStore, observed_in
from tests.model.quiet import quiet
from tests.model.shift import Shift, ShiftedStore, in_hand
from worker.config.settings import Settings
from worker.intake.route import lane_of
from worker.intake.runtime import Runtime
from worker.intake.spans import NO_SPANS
from worker.metrics.counters import Tally
from worker.processes.deadline import NO_DEADLINE
from worker.store.installation import KnownInstallation
from worker.store.keys import DOOR, Place, lane_name
from worker.store.protocol import Command, Compatibility

LEASE_SECONDS: Final = 10.0
STARTS_AT: Final = 1_790_000_000_000
HOUR: Final = 3_600_000
TURNS_MAX: Final = 200_000


class Weather(NamedTuple):
    """How a seed's world is."""

    workers: int
    lanes: int
    events: int
    members: int
    crash: float
    """The share of calls after which a process dies."""
    lost: float
    """The share of calls whose answer or request is lost."""
    jump: float
    """The share of turns after which time has gone on for longer than a lease."""
    step: float
    """The share of turns after which Redis's clock steps an hour on or back."""
    cut: float
    """The share of turns after which Redis's disk gets nothing more, and those after which it then
    restarts without the rest."""
    no_room: float
    """The share of questions for room that are denied."""
    order: float
    """The share of turns in which a member is ordered to be decided again."""
    flood: int
    """The most events that are sent in one turn."""
    batch: int
    """The most entries of a batch."""
    commit: int
    """Once it has so many determinations, a commit is written."""


class Result(NamedTuple):
    """What became of a seed."""

    seed: int
    steps: int
    crashes: int
    cuts: int
    """How often Redis lost its last moments."""
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
        self.steps = self.crashes = self.cuts = 0
        self._seed = seed
        self._lots = Random(f"simulation {seed}")
        self.weather = _weather(self._lots)
        self._library = library
        self._milliseconds = STARTS_AT
        self._is_calm = False
        self._sent: dict[str, Fields] = {}
        """What came to the door, as Redis knows it, by its id there."""
        self._on_disk: tuple[Mapping[str, Any], dict[str, Fields]] | None = None
        self._store = WatchedStore(lambda: self._milliseconds)
        self._running: _Process = _Process(1, 0)
        self._shifted = ShiftedStore(self._store, self._shift_now)
        self._installation = KnownInstallation(folder / "installation")
        self._settings = Settings(
            lanes=self.weather.lanes, lease_seconds=LEASE_SECONDS, state_dir=folder
        )
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
                if to_send and self._lots.random() < 0.3:
                    for _ in range(min(len(to_send), self._lots.randint(1, weather.flood))):
                        entry = to_send.popleft()
                        self._sent[self._store.send(dict(entry))] = entry
                        self.steps += 1
                tell(f"{turn} {self._turn()}")
                if self._is_calm and self._is_done():
                    break
        return Result(self._seed, self.steps, self.crashes, self.cuts, self._verdict())

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
        judged = Sent(
            entries=[*aside, *others],
            poison=Counter(map(key_of, aside)),
            in_order=self._store.keeps_order,
        )
        return str(
            judge(observed_in(self._store, self._places, len(sent)), judged, [self._library])
        )

    def _turn(self) -> str:
        lots, weather = self._lots, self.weather
        self._milliseconds += lots.choice((0, 0, 1, 5, 40))
        if lots.random() < weather.jump or self._is_calm:
            self._milliseconds += round(lots.uniform(0.2, 2.5) * 1000 * LEASE_SECONDS)
        if not self._is_calm and lots.random() < weather.step:
            self._milliseconds += lots.choice((HOUR, -HOUR))
        if not self._is_calm and self._store.records and lots.random() < weather.order:
            self._order()
        if not self._is_calm and lots.random() < weather.cut:
            self._cut()
        weights = [process.weight for process in self._processes]
        (process,) = lots.choices(self._processes, weights)
        return f"worker {self._processes.index(process)} {self._go_on(process)}"

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
            guard=NO_DEADLINE,
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
        return self._is_calm or self._lots.random() >= self.weather.no_room

    def _shift_now(self) -> Shift:
        shift = self._running.shift
        assert shift is not None
        return shift


def simulated(
    seed: int, library: Library, folder: Path, tell: Callable[[str], None] = lambda _: None
) -> Result:
    """What becomes of a seed; the same each time."""
    return Simulation(seed, library, folder).run(tell)


def _weather(lots: Random) -> Weather:
    return Weather(
        workers=lots.randint(2, 6),
        lanes=lots.randint(1, 5),
        events=lots.randint(20, 120),
        members=lots.randint(2, 12),
        crash=lots.choice((0, 0.002, 0.02)),
        lost=lots.choice((0, 0.005, 0.05)),
        jump=lots.choice((0, 0.005, 0.05)),
        step=lots.choice((0, 0, 0.01)),
        cut=lots.choice((0, 0, 0.01, 0.05)),
        no_room=lots.choice((0, 0.02, 0.3)),
        order=lots.choice((0, 0.01, 0.05)),
        flood=lots.choice((1, 3, 60)),
        batch=lots.choice((1, 2, 5, 500)),
        commit=lots.choice((1, 3, 300)),
    )
