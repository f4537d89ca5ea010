"""
Actors: the real code of workers, producer and operator, cut at each request to Redis.

What an actor does next is a function of the answers that it has got. So its code is run again from
the start of its unit of work with these answers, up to the first request without one. Each such
place is reached once and remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Final, Protocol
from unittest.mock import patch

from rules.library_model import Library
from tests.faults.resp import command_bytes, take_command
from tests.model.bounds import Bounds
from tests.model.dispatches import Dispatches
from tests.model.keyspaces import KEYS, PREFIX
from tests.model.recorded import Cut, Script, recorded_client
from tests.model.witness import Witness
from worker.config.settings import Settings
from worker.intake import consumer, lane_handler, runtime
from worker.intake.runtime import Runtime
from worker.intake.spans import NO_SPANS
from worker.metrics.counters import Tally
from worker.processes.deadline import deadline
from worker.store.installation import KnownInstallation
from worker.store.keys import Place
from worker.store.redis import RedisStore

LEASE_SECONDS: Final = 10.0
ROOM: Final = "has room"
"""What a worker asks before each batch; not a request to Redis."""
MEMORY: Final = "has memory"
"""What it finds out when it decodes or decides; not a request either."""
BROKER: Final = "reaches its broker"
THREAD: Final = "main thread turns"
"""What a worker finds out when it looks whether it is ready."""
INNER: Final = (ROOM, MEMORY, BROKER, THREAD)
YES, NO = b"yes", b"no"

_STANDS_AT: Final = 1000.0


class Spot:
    """A place in the code of an actor, reached by the answers that it has got."""

    __slots__ = ("following", "id", "name", "request", "token", "unit")

    def __init__(self, number: int, unit: Unit, request: bytes, name: str, token: str) -> None:
        self.id = number
        self.unit = unit
        self.request = request
        """What it asks next; empty: it is at rest."""
        self.name = name
        """The script or command of the request."""
        self.token = token
        """Begins the tokens of its leases; empty: it takes none."""
        self.following: dict[bytes, Spot] = {}


class Unit(Protocol):
    """What an actor does from one rest to the next."""

    wrong: str
    """What it has done wrong, besides what it asks Redis; empty: nothing."""

    def play(self, script: Script) -> Unit | None:
        """Does it by a script; the unit that it rests at in the end. Raises `Cut`."""


class Idle:
    """A worker that waits for a dispatch, with the counts that it has not written yet."""

    wrong = ""

    def __init__(self, worker: Worker, tally: Tally) -> None:
        self.worker = worker
        self.tally = tally

    def play(self, script: Script) -> Unit | None:
        """Nothing."""
        del script
        return None


class Worker:
    """One kind of worker process: those of a kind are alike."""

    def __init__(self, number: int, library: Library, bounds: Bounds, folder: Path) -> None:
        self.number = number
        self.library = library
        self.script = Script()
        self.settings = Settings(
            lanes=bounds.lanes,
            lease_seconds=LEASE_SECONDS,
            max_attempts=bounds.attempts,
            prefix=PREFIX,
            state_dir=folder,
        )
        self.client = recorded_client(self.script)
        self.store = RedisStore(self.client, KEYS)
        self.dispatches = Dispatches(self.settings)
        self.installation = KnownInstallation(folder / f"installation-{number}")
        self._may_go_wrong = bounds.faults

    def runtime(self, tally: Tally) -> Runtime:
        """What a process of this kind works with."""
        headroom: Callable[[], bool] = self._has_room if self._may_go_wrong.ends else lambda: True
        return Runtime(
            settings=self.settings,
            library=self.library,
            store=self.store,
            headroom=headroom,  # type: ignore[arg-type]  # a stand-in for memory and clock
            tally=tally,
            guard=self._memory if self._may_go_wrong.memory else deadline(LEASE_SECONDS),
            installation=self.installation,
            spans=NO_SPANS,
        )

    def _has_room(self) -> bool:
        return self.script.answer(ROOM.encode()) == YES

    @contextmanager
    def _memory(self) -> Iterator[None]:
        if self.script.answer(MEMORY.encode()) == NO:
            raise MemoryError
        yield


class Dispatch:
    """A worker carries out one dispatch."""

    wrong = ""

    def __init__(self, idle: Idle, place: Place, token: str, actors: Actors) -> None:
        self.idle = idle
        self.place = place
        self.token = token
        self._actors = actors

    def play(self, script: Script) -> Unit | None:
        """The real task, from its start."""
        worker = self.idle.worker
        tally = Tally()
        tally.add(self.idle.tally)
        self._actors.tokens = iter(f"{self.token}.{n}" for n in range(1000))
        worker.dispatches.carry_out_with(worker.runtime(tally), self.place)
        return self._actors.idle(worker, tally)


class Actors:
    """Every place that an actor can be at, made when it is first reached."""

    def __init__(self, scripts: dict[bytes, str]) -> None:
        self.spots: list[Spot] = []
        self.tokens: Iterator[str] = iter(())
        self.plays = 0
        """How often code of actors was run."""
        self.wrong: dict[int, str] = {}
        """What is wrong with a place that the code reached, by the number of the spot."""
        self.witness = Witness()
        self._scripts = scripts
        self._idle: dict[object, Idle] = {}
        self._rests: dict[int, Spot] = {}
        self._starts: dict[tuple[int, Place, str], Spot] = {}
        self._answers: dict[int, tuple[bytes, ...]] = {}

    def idle(self, worker: Worker, tally: Tally) -> Idle:
        """A worker at rest; two with the same counts to write are one."""
        key = worker.number, frozenset(tally.fields().items())
        return self._idle.setdefault(key, Idle(worker, tally))

    def rest(self, unit: Unit, script: Script, token: str = "") -> Spot:
        """Where a unit begins."""
        spot = self._rests.get(id(unit))
        if spot is None:
            spot = self._rests[id(unit)] = self._reach(unit, script, (), token)
        return spot

    def fresh(self, worker: Worker) -> Spot:
        """A worker process that was just started."""
        return self.rest(self.idle(worker, Tally()), worker.script)

    def start(self, idle: Idle, place: Place, token: str) -> Spot:
        """Where a worker begins a dispatch."""
        spot = self._starts.get((id(idle), place, token))
        if spot is None:
            unit = Dispatch(idle, place, token, self)
            spot = self._reach(unit, idle.worker.script, (), token)
            self._starts[id(idle), place, token] = spot
        return spot

    def after(self, spot: Spot, answer: bytes, script: Script) -> Spot:
        """Where an actor goes on from a spot with an answer."""
        following = spot.following.get(answer)
        if following is None:
            answers = (*self._answers[spot.id], answer)
            following = self._reach(spot.unit, script, answers, spot.token)
            spot.following[answer] = following
        return following

    def _reach(self, unit: Unit, script: Script, answers: tuple[bytes, ...], token: str) -> Spot:
        self.plays += 1
        script.begin(answers)
        request, rest = b"", None
        with self.witness.watching():
            try:
                rest = unit.play(script)
            except Cut as cut:
                request = _without_waiting(cut.request)
        wrong = self.witness.wrong or unit.wrong
        if rest is not None and not wrong:
            return self.rest(rest, script)
        spot = Spot(len(self.spots), unit, request, self._name(request), token)
        self._answers[spot.id] = answers
        self.spots.append(spot)
        if wrong:
            self.wrong[spot.id] = wrong
        return spot

    def _name(self, request: bytes) -> str:
        words = request.split(b"\r\n", 5)
        if len(words) < 5:
            return request.decode()
        if words[2] == b"EVALSHA":
            return self._scripts[words[4]]
        return words[2].decode().lower()


def _without_waiting(request: bytes) -> bytes:
    """Who waits for an entry is a step that the scheduler takes later."""
    if not request.startswith(b"*") or b"XREAD" not in request[:32]:
        return request
    words = take_command(bytearray(request)) or []
    at = words.index(b"BLOCK")
    return command_bytes(words[:at] + words[at + 2 :])


@contextmanager
def still_time(actors: Actors) -> Iterator[None]:
    """Takes clock, pauses and tokens of this process's worker code in hand."""
    with ExitStack() as patches:
        for module in (consumer, lane_handler, runtime):
            patches.enter_context(patch.object(module, "monotonic", lambda: _STANDS_AT))
        patches.enter_context(patch.object(consumer, "sleep", lambda _: None))
        named = lambda: SimpleNamespace(hex=next(actors.tokens))  # noqa: E731
        patches.enter_context(patch.object(consumer, "uuid4", named))
        patches.enter_context(actors.witness.in_hand())
        yield
