"""All that may happen next: which actor steps, what goes wrong, which lease runs out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple, TypeVar

from tests.faults.resp import command_bytes, take_command
from tests.model.actors import BROKER, INNER, MEMORY, NO, ROOM, THREAD, YES, Actors, Idle, Spot
from tests.model.bounds import Bounds, Faults
from tests.model.keyspaces import FULL, KEYS, NO_RIGHT, Keyspace, Keyspaces, Outcome
from tests.model.recorded import LOST, STOPPED, Script
from worker.store.keys import DOOR, Place, lane_name

HOUR: Final = 3_600_000
"""Milliseconds."""
CUT_FROM: Final = "from here on nothing reaches Redis's disk"
CUT_OFF: Final = "Redis restarts without that"
EMPTIED: Final = "Redis comes back without any data"
_ENDS: Final = {ROOM: "ends", MEMORY: "memory", BROKER: "unreached", THREAD: "blocked"}
"""What a worker finds out, and the fault that it may find."""


class State(NamedTuple):
    """Redis and everybody who acts on it, as small numbers."""

    keyspace: int
    workers: tuple[int, ...]
    """The spot of each worker, in ascending order: those of a kind are alike."""
    others: tuple[int, ...]
    """The spots of producer and operators."""
    left: Faults
    """What may still go wrong."""
    late: tuple[bytes, ...]
    """Requests that are believed lost and have not been carried out."""
    on_disk: int = -1
    """The keyspace with which Redis would restart; -1: that which it holds."""


class Action(NamedTuple):
    """What happened from one state to the next."""

    who: int
    """The worker by its position, or an other after them; -1: nobody of them."""
    what: str
    """The script or command, or what befell."""
    place: Place = ""
    """Of a dispatch that begins, or of a lease."""
    fate: str = ""
    """What became of request and answer."""


_T = TypeVar("_T")


class World:
    """The transitions of one configuration."""

    def __init__(
        self, bounds: Bounds, keyspaces: Keyspaces, actors: Actors, scripts: dict[int, Script]
    ) -> None:
        self.bounds = bounds
        self.keyspaces = keyspaces
        self.actors = actors
        self.places: tuple[Place, ...] = (DOOR, *map(lane_name, range(bounds.lanes)))
        self._scripts = scripts
        """The scripts of the others, by position."""
        self._shared: dict[object, object] = {}

    def steps(self, state: State) -> Iterator[tuple[Action, State]]:
        """Everything that may happen in a state, and what it leads to."""
        keyspace = self.keyspaces.known[state.keyspace]
        before = -1
        for who, spot in enumerate(state.workers):
            if spot != before:
                yield from self._worker(state, keyspace, who)
            before = spot
        for position, number in enumerate(state.others):
            spot = self.actors.spots[number]
            if spot.request:
                yield from self._ask(state, keyspace, len(state.workers) + position, spot)
        yield from self._befall(state, keyspace)

    def wants(self, state: State) -> Iterator[tuple[Keyspace, bytes]]:
        """What Redis will be asked by the steps from a state."""
        keyspace = self.keyspaces.known[state.keyspace]
        for who, number in enumerate(state.workers):
            spot = self.actors.spots[number]
            for one in [spot] if spot.request else self._firsts(state, who):
                if one.name not in INNER:
                    yield keyspace, one.request
        for number in state.others:
            spot = self.actors.spots[number]
            if spot.request and spot.name not in INNER:
                yield keyspace, spot.request
        for place, token in keyspace.leases.items():
            if state.left.leases or not self.lives(state, token):
                yield keyspace, _without(place)
        for request in state.late:
            yield keyspace, request

    def script_of(self, state: State, who: int) -> Script:
        """By which an actor plays."""
        if who >= len(state.workers):
            return self._scripts[who - len(state.workers)]
        return self._idle(self.actors.spots[state.workers[who]]).worker.script

    def newest(self, state: State) -> int:
        """A worker of the newest generation that there is; all must be at rest."""
        spots = [self.actors.spots[number] for number in state.workers]
        return max(range(len(spots)), key=lambda who: self._idle(spots[who]).worker.number)

    def starts(self, state: State, who: int, place: Place) -> Spot:
        """Where a resting worker begins a dispatch."""
        idle = self._idle(self.actors.spots[state.workers[who]])
        return self.actors.start(idle, place, self._token(state))

    def is_resting(self, number: int) -> bool:
        """Whether an actor is between two units of work."""
        return not self.actors.spots[number].request

    def dead(self, state: State, who: int) -> State:
        """The state after a worker has died, with a new process in its place."""
        spot = self.actors.spots[state.workers[who]]
        return self._at(state, who, self.actors.fresh(self._idle(spot).worker))

    def answered(
        self, state: State, who: int, spot: Spot, place: Place = "", disturbance: bytes = b""
    ) -> State:
        """The state after an actor's request was carried out and answered."""
        keyspace = self.keyspaces.known[state.keyspace]
        if spot.name in INNER:
            return self._moved(state, who, spot, YES, keyspace)
        outcome = self.keyspaces.step(keyspace, disturbance + spot.request)
        return self._moved(state, who, spot, outcome.answer, outcome.after)

    def without_lease(self, state: State, place: Place) -> State:
        """The state once the lease of a place has run out."""
        keyspace = self.keyspaces.known[state.keyspace]
        after = self.keyspaces.step(keyspace, _without(place)).after
        return state._replace(keyspace=after.id)

    def lives(self, state: State, token: str) -> bool:
        """Whether the holder of a lease still works."""
        name = token.partition(".")[0]
        return any(self.actors.spots[number].token == name for number in state.workers)

    def _worker(self, state: State, keyspace: Keyspace, who: int) -> Iterator[tuple[Action, State]]:
        spot = self.actors.spots[state.workers[who]]
        if spot.request:
            yield from self._ask(state, keyspace, who, spot)
            if state.left.crashes:
                yield Action(who, "dies"), self.dead(self._fewer(state, "crashes"), who)
        else:
            for place in self.places:
                first = self.starts(state, who, place)
                yield from self._ask(state, keyspace, who, first, place)

    def _ask(
        self, state: State, keyspace: Keyspace, who: int, spot: Spot, place: Place = ""
    ) -> Iterator[tuple[Action, State]]:
        if spot.name in INNER:
            yield from self._find_out(state, keyspace, who, spot, place)
            return
        outcome = self.keyspaces.step(keyspace, spot.request)
        yield (
            Action(who, spot.name, place),
            self._moved(state, who, spot, outcome.answer, outcome.after),
        )
        for fate, fewer, answer, after in self._fates(state, keyspace, who, spot, outcome):
            yield Action(who, spot.name, place, fate), self._moved(fewer, who, spot, answer, after)

    def _find_out(
        self, state: State, keyspace: Keyspace, who: int, spot: Spot, place: Place
    ) -> Iterator[tuple[Action, State]]:
        yield Action(who, spot.name, place, "yes"), self._moved(state, who, spot, YES, keyspace)
        kind = _ENDS[spot.name]
        if getattr(state.left, kind):
            fewer = self._fewer(state, kind)
            yield Action(who, spot.name, place, "no"), self._moved(fewer, who, spot, NO, keyspace)

    def _fates(
        self, state: State, keyspace: Keyspace, who: int, spot: Spot, outcome: Outcome
    ) -> Iterator[tuple[str, State, bytes, Keyspace]]:
        """What else may become of a request: with the answer that comes, and what Redis holds."""
        left = state.left
        if left.lost:
            fewer = self._fewer(state, "lost")
            yield "answer lost", fewer, LOST, outcome.after
            yield "request lost", fewer, LOST, keyspace
        if left.stops and self.bounds.submits and spot.name == "xadd":
            fewer = self._fewer(state, "stops")
            yield "stopped, done", fewer, STOPPED, outcome.after
            yield "stopped, not done", fewer, STOPPED, keyspace
        for kind, disturbance in (("full", FULL), ("rights", NO_RIGHT)):
            if getattr(left, kind) and who < len(state.workers):
                disturbed = self.keyspaces.step(keyspace, disturbance.name + spot.request)
                yield kind, self._fewer(state, kind), disturbed.answer, disturbed.after
        if outcome.after is keyspace:
            return
        if left.late:
            late = self._one(tuple(sorted((*state.late, spot.request))))
            yield "late", self._fewer(state, "late")._replace(late=late), LOST, keyspace
        if left.forgotten:
            yield "forgotten", self._fewer(state, "forgotten"), outcome.answer, keyspace

    def _befall(self, state: State, keyspace: Keyspace) -> Iterator[tuple[Action, State]]:
        for place, token in keyspace.leases.items():
            lives = self.lives(state, token)
            if not lives:
                yield (
                    Action(-1, "lease of a dead worker runs out", place),
                    self.without_lease(state, place),
                )
            elif state.left.leases:
                fewer = self._fewer(state, "leases")
                yield Action(-1, "lease runs out", place), self.without_lease(fewer, place)
        for number, request in enumerate(state.late):
            rest = self._one(state.late[:number] + state.late[number + 1 :])
            after = self.keyspaces.step(keyspace, request).after
            yield (
                Action(-1, "a late request is carried out"),
                state._replace(keyspace=after.id, late=rest),
            )
        if state.left.emptied:
            after = self.keyspaces.emptied(keyspace)
            yield (
                Action(-1, EMPTIED),
                self._fewer(state, "emptied")._replace(keyspace=after.id),
            )
        if state.left.cut:
            yield from self._cut(state, keyspace)
        if state.left.clocks:
            fewer = self._fewer(state, "clocks")
            for what, hours in (("clock an hour on", 1), ("clock an hour back", -1)):
                after = self.keyspaces.at(keyspace, keyspace.clock + hours * HOUR)
                yield Action(-1, what), fewer._replace(keyspace=after.id)

    def _cut(self, state: State, keyspace: Keyspace) -> Iterator[tuple[Action, State]]:
        if state.on_disk < 0:
            yield (
                Action(-1, CUT_FROM),
                state._replace(on_disk=keyspace.id),
            )
        elif state.on_disk != keyspace.id:
            restarted = self._fewer(state, "cut")._replace(keyspace=state.on_disk, on_disk=-1)
            yield Action(-1, CUT_OFF), restarted

    def _moved(self, state: State, who: int, spot: Spot, answer: bytes, after: Keyspace) -> State:
        following = spot.following.get(answer) or self.actors.after(
            spot, answer, self.script_of(state, who)
        )
        return self._at(state, who, following)._replace(keyspace=after.id)

    def _at(self, state: State, who: int, spot: Spot) -> State:
        workers, others = state.workers, state.others
        if who < len(workers):
            moved = sorted((*workers[:who], spot.id, *workers[who + 1 :]))
            return state._replace(workers=self._one(tuple(moved)))
        who -= len(workers)
        return state._replace(others=self._one((*others[:who], spot.id, *others[who + 1 :])))

    def _firsts(self, state: State, who: int) -> list[Spot]:
        return [self.starts(state, who, place) for place in self.places]

    def _fewer(self, state: State, kind: str) -> State:
        """The same state when one thing has gone wrong that may."""
        left = state.left._replace(**{kind: getattr(state.left, kind) - 1})
        return state._replace(left=self._one(left))

    def _token(self, state: State) -> str:
        """The first that nobody has."""
        taken = {self.actors.spots[number].token for number in state.workers}
        leases = self.keyspaces.known[state.keyspace].leases.values()
        taken |= {token.partition(".")[0] for token in leases}
        if state.on_disk >= 0:
            leases = self.keyspaces.known[state.on_disk].leases.values()
            taken |= {token.partition(".")[0] for token in leases}
        taken |= {word.partition(b".")[0].decode() for word in self._words_of(state.late)}
        return next(name for n in range(100) if (name := f"t{n}") not in taken)

    @staticmethod
    def _words_of(requests: tuple[bytes, ...]) -> Iterator[bytes]:
        for request in requests:
            for word in take_command(bytearray(request)) or ():
                if word[:1] == b"t" and len(word) < 8:
                    yield word

    def _idle(self, spot: Spot) -> Idle:
        unit = spot.unit
        return unit if isinstance(unit, Idle) else unit.idle  # type: ignore[attr-defined]

    def _one(self, thing: _T) -> _T:
        """The same tuple each time, so that a state is small."""
        return self._shared.setdefault(thing, thing)  # type: ignore[return-value]


@cache
def _without(place: Place) -> bytes:
    return command_bytes([b"DEL", KEYS.lease(place).encode()])
