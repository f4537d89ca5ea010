"""A fair schedule without further faults: all that waits is done, from whatever state."""

from __future__ import annotations

from typing import Final

from tests.faults.resp import take_command
from tests.model.actors import BROKER, INNER, Spot
from tests.model.invariants import Inspector
from tests.model.keyspaces import FULL, KEYS, hiredis_answer
from tests.model.recorded import Cut, Script, recorded_client
from tests.model.world import Action, State, World
from worker.intake.shard_watch import MARK_MILLISECONDS
from worker.store.redis import RedisStore

_STEPS_MAX: Final = 2000
_WATCHES: Final = ("xrange", "redrive", BROKER)
"""Who looks for dead letters need not find any, and who looks whether it is ready never ends."""
_ROUNDS_MAX: Final = 12
_ROUNDS_TOLD: Final = 2
_TOLD_MAX: Final = 60
"""Steps, where they go on for ever."""

Seen = tuple[int, tuple[int, ...], tuple[int, ...]]


class Drain:
    """Everybody who is at work ends it; then dispatches go where the dispatcher says."""

    def __init__(self, world: World, inspector: Inspector) -> None:
        self._world = world
        self._inspector = inspector
        self._good: set[Seen] = set()
        """From here it has been followed to a good end."""
        self.way: list[tuple[Action, State]] = []
        """What was done on the last way to an end, or as much as shows that there is none."""
        self._ring = _request_of_ring(world)

    def follow(self, state: State) -> str:
        """What is wrong with where it ends; empty: nothing."""
        if self._world.keyspaces.known[state.keyspace].is_of_another:
            return ""  # an operator has to say whether it is the right one
        self.way.clear()
        way: list[Seen] = []
        rounds: list[int] = []
        while (seen := (state.keyspace, state.workers, state.others)) not in self._good:
            way.append(seen)
            if len(way) > _STEPS_MAX:
                del self.way[_TOLD_MAX:]
                return "work never ends, although nothing more goes wrong"
            following = self._step(state)
            if following is None:
                rounds.append(len(self.way))
                following = self._dispatch(state)
            if isinstance(following, str):
                if following:
                    return following
                break
            if len(rounds) > _ROUNDS_MAX:
                del self.way[rounds[_ROUNDS_TOLD] :]
                return "what waits is never done, however long one waits"
            state = following
        self._good.update(way)
        return ""

    def _dispatch(self, state: State) -> State | str:
        """The state after a round of dispatches; where nothing waits, what is wrong with it."""
        waiting, due = self._look(state)
        if not waiting:
            return self._wrong_at_rest(state)
        if not due:
            return "something waits and no dispatch is ever sent for it"
        for place in due:
            state = self._dispatched(state, place)
        return state

    def _step(self, state: State) -> State | None:
        """Somebody's next step; None: all rest, and no lease stands."""
        world = self._world
        following = self._step_of_workers(state)
        if following is not None:
            return following
        for who, number in enumerate(state.others, len(state.workers)):
            if not world.is_resting(number) and world.actors.spots[number].name not in _WATCHES:
                spot = world.actors.spots[number]
                return self._did(Action(who, spot.name), world.answered(state, who, spot))
        for place in world.keyspaces.known[state.keyspace].leases:
            action = Action(-1, "lease runs out", place)
            return self._did(action, world.without_lease(state, place))
        return None

    def _look(self, state: State) -> tuple[int, list[str]]:
        world = self._world
        keyspace = world.keyspaces.known[state.keyspace]
        answer = world.keyspaces.step(keyspace, self._ring).answer
        waiting, due, _ = hiredis_answer(answer)
        return waiting, [world.places[position] for position in due]

    def _dispatched(self, state: State, place: str) -> State:
        """A worker that carries out a dispatch from beginning to end."""
        world = self._world
        who = world.newest(state)
        spot = world.starts(state, who, place)
        state = self._did(
            Action(who, spot.name, place, "yes" if spot.name in INNER else ""),
            world.answered(state, who, spot, place),
        )
        for _ in range(_STEPS_MAX):
            following = self._step_of_workers(state)
            if following is None:
                break
            state = following
        return state

    def _step_of_workers(self, state: State) -> State | None:
        world = self._world
        for who, number in enumerate(state.workers):
            if not world.is_resting(number):
                return self._answered(state, who, world.actors.spots[number])
        return None

    def _answered(self, state: State, who: int, spot: Spot) -> State:
        if self._world.bounds.kills and spot.name == "commit" and is_of_events(spot.request):
            return self._did(Action(who, "dies"), self._world.dead(state, who))
        if spot.name in INNER:
            fate, disturbance = "yes", b""
        elif self._world.bounds.stays_full:
            fate, disturbance = "full", FULL.name
        else:
            fate, disturbance = "", b""
        after = self._world.answered(state, who, spot, disturbance=disturbance)
        return self._did(Action(who, spot.name, "", fate), after)

    def _did(self, action: Action, after: State) -> State:
        self.way.append((action, after))
        return after

    def _wrong_at_rest(self, state: State) -> str:
        keyspace = self._world.keyspaces.known[state.keyspace]
        faults = self._world.bounds.faults
        if not (faults.forgotten or faults.cut or faults.emptied):
            unsent = set(self._world.bounds.events).difference(keyspace.arrived)
            if unsent:
                return f"{len(unsent)} events were never sent, and nobody will send them"
        return "; ".join(str(verdict) for _, verdict in self._inspector.inspect([keyspace]))


def is_of_events(commit: bytes) -> bool:
    """Whether a commit has records to write: that of a dead letter alone has none."""
    record = KEYS.record("").encode()
    return any(word.startswith(record) for word in take_command(bytearray(commit)) or [])


def _request_of_ring(world: World) -> bytes:
    script = Script()
    store = RedisStore(recorded_client(script), KEYS)
    script.begin([])
    try:
        store.ring(world.places, MARK_MILLISECONDS)
    except Cut as cut:
        return cut.request
    raise AssertionError("the dispatcher asks Redis")
