"""Tells a way through the states as a story: who did what, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from tests.faults.resp import take_command
from tests.model.actors import BROKER, MEMORY, ROOM, THREAD, Spot
from tests.model.keyspaces import KEYS
from tests.model.others import Look, Send, Submit
from tests.model.start import Stage
from tests.model.world import Action, State
from worker.store.keys import DOOR

_DOES: Final = {
    "xadd": "sends its next event",
    "take": "asks for the lease",
    "head": "reads the head",
    "route": "moves what it read to the lanes",
    "load": "reads the records of the members",
    "commit": "commits",
    "release": "gives the lease back",
    "xread": "looks whether more has come",
    "try": "writes down that it tries an entry alone",
    "untry": "takes that trial back",
    "count": "writes counts",
    "add_commands": "orders that a member is decided again",
    "xrange": "looks at the dead letters",
    "redrive": "puts a dead letter back to the door",
    "xdel": "removes an entry",
    "agree": "compares its settings with those in Redis",
    "present": "says in Redis whether it is ready",
    BROKER: "finds its broker",
    THREAD: "sees its main thread turn",
    ROOM: "looks at its time and at the room in Redis",
    MEMORY: "decodes or decides",
}
_FATES: Final = {
    "": "",
    "yes": "",
    "answer lost": "; it is done, but no answer comes",
    "request lost": "; it is never done, and no answer comes",
    "late": "; no answer comes, and it is still under way",
    "full": "; Redis is full",
    "rights": "; its login may not remove or count",
    "stopped, done": "; it is done, and the command is stopped before the answer",
    "stopped, not done": "; the command is stopped before it is done",
    "forgotten": "; Redis answers, restarts, and has lost it",
}
_NOT: Final = {
    ROOM: ": that has ended",
    MEMORY: ": its memory is used up",
    BROKER: " away",
    THREAD: " no more",
}


def story(stage: Stage, way: Sequence[tuple[Action, State]]) -> list[str]:
    """A sentence for each step."""
    return [f"{number:3}. {said}" for number, said in enumerate(_told(stage, way), 1)]


def deeds(stage: Stage, way: Sequence[tuple[Action, State]]) -> list[tuple[str, str, str, str]]:
    """The same for `real_replay`: who, what, place and fate of each step."""
    told = []
    state = stage.first
    names = list("ABCDEFGH"[: len(state.workers)])
    for action, after in way:
        who = ""
        if 0 <= action.who < len(names):
            who = names[action.who]
        elif action.who >= 0:
            number = state.others[action.who - len(names)]
            sends = isinstance(stage.world.actors.spots[number].unit, Send)
            who = "producer" if sends else "operator"
        told.append((who, action.what, action.place, action.fate))
        names = _names_after(names, state.workers, after.workers, action.who)
        state = after
    return told


def _told(stage: Stage, way: Sequence[tuple[Action, State]]) -> Iterator[str]:
    state = stage.first
    names = [f"worker {letter}" for letter in "ABCDEFGH"[: len(state.workers)]]
    for action, after in way:
        if action.who < 0:
            yield action.what + (f": {_place(action.place)}" if action.place else "")
        else:
            yield f"{_name(stage, state, names, action.who)} {_deed(stage, state, action)}"
            names = _names_after(names, state.workers, after.workers, action.who)
        state = after


def _name(stage: Stage, state: State, names: Sequence[str], who: int) -> str:
    if who < len(state.workers):
        return names[who]
    unit = stage.world.actors.spots[state.others[who - len(state.workers)]].unit
    names = {Send: "the producer", Submit: "`submit`", Look: "a worker's main process"}
    return names.get(type(unit), "the operator")


def _deed(stage: Stage, state: State, action: Action) -> str:
    if action.what == "dies":
        return "dies"
    world = stage.world
    if action.place:
        spot = world.starts(state, action.who, action.place)
    else:
        spot = world.actors.spots[(*state.workers, *state.others)[action.who]]
    where = _where(spot, action.place)
    came_of_it = "" if action.fate else _came_of_it(stage, state, spot)
    fate = _NOT[action.what] if action.fate == "no" else _FATES[action.fate]
    return f"{_done(spot, action)}{where}{fate}{came_of_it}"


def _done(spot: Spot, action: Action) -> str:
    if action.what == "xrange" and KEYS.door.encode() in spot.request:
        return "reads the door"
    return _DOES.get(action.what, action.what)


def _where(spot: Spot, place: str) -> str:
    if place:
        return f" of {_place(place)}"
    for word in (take_command(bytearray(spot.request)) or [])[3:5]:
        for beginning in (KEYS.lease(""), KEYS.stream("")):
            if word.startswith(beginning.encode()):
                return f", {_place(word.decode().removeprefix(beginning))}"
    return ""


def _came_of_it(stage: Stage, state: State, spot: Spot) -> str:
    if not spot.request.startswith(b"*"):
        return ""
    before = stage.world.keyspaces.known[state.keyspace]
    answer = stage.world.keyspaces.step(before, spot.request).answer
    if answer.startswith(b"-"):
        return f": refused, {answer[1:].split()[0].decode()}"
    if spot.name == "take":
        return ": in vain" if answer == b":0\r\n" else ": it has it"
    return ": nothing is there" if spot.name == "head" and answer == b"*0\r\n" else ""


def _place(place: str) -> str:
    return "the door" if place == DOOR else f"lane {place}"


def _names_after(
    names: Sequence[str], before: Sequence[int], after: Sequence[int], who: int
) -> list[str]:
    """Workers stand in the order of their spots; the names go with them."""
    if not 0 <= who < len(before):
        return list(names)
    rest = list(zip(before, names, strict=True))
    _, mover = rest.pop(who)
    (spot,) = (Counter(after) - Counter(number for number, _ in rest)).elements()
    return [name for _, name in sorted([*rest, (spot, mover)])]
