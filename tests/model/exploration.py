"""Goes through all that can happen, breadth first: what is found is found by a shortest way."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from tests.model.drain import Drain
from tests.model.invariants import Inspector
from tests.model.keyspaces import FENCED
from tests.model.start import Stage
from tests.model.world import Action, State

_AT_ONCE: Final = 512
"""States that are gone through together: Redis is asked for all of them in one go."""


_TOLD_EVERY: Final = 50_000
_UNFENCED: Final = "something was written for a holder whose lease was another's or had run out"

Tell = Callable[[str], None]


@dataclass
class Found:
    """What an exploration has seen, and the shortest way to the first violation, if any."""

    states: int = 0
    transitions: int = 0
    depth: int = 0
    keyspaces: int = 0
    runs: int = 0
    """Requests that Redis has run."""
    plays: int = 0
    """How often the code of an actor was run."""
    drained: int = 0
    """States from which a fair schedule was followed to its end."""
    seconds: float = 0
    is_whole: bool = False
    """Whether there was nothing left to explore."""
    violation: str = ""
    way: list[tuple[Action, State]] = field(default_factory=list)


class Exploration:
    """One configuration, from its first state on."""

    def __init__(self, stage: Stage) -> None:
        self.found = Found()
        self._stage = stage
        self._world = stage.world
        self._spaces = stage.world.keyspaces
        self._inspector = Inspector(self._spaces, stage.libraries, stage.world.bounds)
        self._number: dict[State, int] = {stage.first: 0}
        self._states = [stage.first]
        self._from = array("l", [-1])
        self._by: list[Action] = [Action(-1, "")]
        self._shared: dict[Action, Action] = {}
        self._first_in: dict[int, int] = {stage.first.keyspace: 0}
        """Keyspace -> the first state that has it."""
        self._uninspected = [stage.first.keyspace]

    def run(self, states_max: int, seconds_max: float, tell: Tell = lambda _: None) -> Found:
        """Explores until nothing is left, something is wrong, or a bound is reached."""
        began_at = monotonic()
        found, layer_begins, at = self.found, 1, 0
        while at < len(self._states) and not found.violation:
            if len(self._states) >= states_max or monotonic() - began_at > seconds_max:
                break
            chunk = range(at, min(at + _AT_ONCE, len(self._states), max(layer_begins, at + 1)))
            self._go_on(chunk)
            if chunk.stop // _TOLD_EVERY > at // _TOLD_EVERY:
                tell(f"{len(self._states):,} states seen, depth {found.depth}")
            at = chunk.stop
            if at >= layer_begins:
                layer_begins = len(self._states)
                found.depth += 1
        found.is_whole = at == len(self._states)
        if not found.violation:
            tell(
                f"{len(self._states):,} states seen, nothing wrong; now each is followed to its end"
            )
            self._drain()
        self._count(began_at)
        return found

    def _go_on(self, chunk: range) -> None:
        world, states, unfenced = self._world, self._states, self._spaces.unfenced
        self._spaces.step_all(want for n in chunk for want in world.wants(states[n]))
        for number in chunk:
            for action, state in world.steps(states[number]):
                self.found.transitions += 1
                if (states[number].keyspace, state.keyspace) in unfenced and action.what in FENCED:
                    self._accuse(number, _UNFENCED, [(action, state)])
                if state not in self._number:
                    self._number[state] = len(states)
                    states.append(state)
                    self._from.append(number)
                    self._by.append(self._shared.setdefault(action, action))
                    if self._world.actors.wrong:
                        self._accuse_actors(len(states) - 1)
                    if state.keyspace not in self._first_in:
                        self._first_in[state.keyspace] = len(states) - 1
                        self._uninspected.append(state.keyspace)
        self._inspect()

    def _accuse_actors(self, number: int) -> None:
        state, wrong = self._states[number], self._world.actors.wrong
        for spot in (*state.workers, *state.others):
            if spot in wrong:
                self._accuse(number, wrong[spot])

    def _inspect(self) -> None:
        known = [self._spaces.known[number] for number in self._uninspected]
        self._uninspected.clear()
        for keyspace, verdict in self._inspector.inspect(known):
            if str(verdict):
                self._accuse(self._first_in[keyspace.id], str(verdict))

    def _drain(self) -> None:
        drain = Drain(self._world, self._inspector)
        for number, state in enumerate(self._states):
            wrong = drain.follow(state)
            if wrong:
                self._accuse(number, wrong, drain.way)
                return
            self.found.drained += 1

    def _accuse(self, number: int, wrong: str, last: Sequence[tuple[Action, State]] = ()) -> None:
        if self.found.violation:
            return
        self.found.violation = wrong
        self.found.way = [*self._way_to(number), *last]

    def _way_to(self, number: int) -> Sequence[tuple[Action, State]]:
        way = []
        while number > 0:
            way.append((self._by[number], self._states[number]))
            number = self._from[number]
        return way[::-1]

    def _count(self, began_at: float) -> None:
        found = self.found
        found.states = len(self._states)
        found.keyspaces = len(self._spaces.known)
        found.runs = self._spaces.runs
        found.plays = self._world.actors.plays
        found.seconds = monotonic() - began_at


def explored(
    stage: Stage, states_max: int, seconds_max: float, tell: Tell = lambda _: None
) -> Found:
    """What an exploration within these bounds finds; how far it is is told now and then."""
    return Exploration(stage).run(states_max, seconds_max, tell)
