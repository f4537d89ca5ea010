"""What must be true of every keyspace, however it came about, by the judge of `make faults`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from rules.library_model import Library
from tests.faults.checker import Sent, judge
from tests.faults.fates import Key, key_of_kept
from tests.faults.observed import Entries, Observed
from tests.faults.verdict import Verdict
from tests.faults.workload import entry_of
from tests.model.bounds import Bounds
from tests.model.keyspaces import KEYS, Keyspace, Keyspaces, hiredis_answer
from tests.model.recorded import Cut, Script, recorded_client
from worker.metrics.snapshot import SnapshotReader
from worker.store.arguments import STAMP_BYTES
from worker.store.keys import DOOR, lane_name
from worker.store.member_state import decode_member

_UNFINISHED: Final = b"$10\r\nunfinished\r\n"
"""Stands among the attempts of a place where a script was stopped in its middle."""


class Inspector:
    """Judges keyspaces; each is read as a whole, at rest or not."""

    def __init__(self, spaces: Keyspaces, libraries: Sequence[Library], bounds: Bounds) -> None:
        self._spaces = spaces
        self._libraries = libraries
        self._places = [DOOR, *map(lane_name, range(bounds.lanes))]
        # Nothing that is sent makes a worker fail. The first who fails had all entries at once, and
        # none of them has been tried alone.
        faults = bounds.faults
        fails = faults.crashes + faults.leases + faults.memory
        self._may_set_aside = bounds.kills or fails > bounds.attempts
        self._asks = bounds.asks
        # What is tried too often at the door goes to the lane of its bytes.
        self._keeps_order = not self._may_set_aside or bounds.lanes == 1
        self._script = Script()
        self._survey = SnapshotReader(recorded_client(self._script), KEYS, [])
        self._asked = self._request()

    def inspect(self, keyspaces: Sequence[Keyspace]) -> Iterator[tuple[Keyspace, Verdict]]:
        """What is wrong with each of them."""
        for one, answers in self._spaces.read_all(keyspaces, self._asked):
            if one.is_of_another:
                yield (
                    one,
                    Verdict(
                        wrong=["a place was taken in a Redis that lost everything"]
                        * bool(one.leases)
                    ),
                )
                continue
            observed = self._observed(*answers)
            if _UNFINISHED in answers[0] and (observed.queue or self._asks):
                # Whoever takes the place next does the rest first.
                stopped = ["a script was stopped in its middle"] * self._asks
                yield one, Verdict(wrong=stopped)
                continue
            if one.redriven and observed.queue:  # the judge looks at these when they are at rest
                verdict = Verdict()
                verdict.equal(0, observed.survey.conservation_difference, "conservation difference")
                yield one, verdict
            else:
                yield one, judge(observed, self._sent(one, observed), self._libraries)

    def _request(self) -> bytes:
        self._script.begin([])
        try:
            self._survey.look()
        except Cut as cut:
            return cut.request
        raise AssertionError("a survey asks Redis")

    def _observed(self, read: bytes, surveyed: bytes) -> Observed:
        held: dict[str, Any] = {name.decode(): content for name, _, content in hiredis_answer(read)}
        self._script.begin([surveyed])
        return Observed(
            survey=self._survey.look(),
            queue=[entry for place in self._places for entry in _entries(held, KEYS.stream(place))],
            determinations=_entries(held, KEYS.determinations),
            letters=_entries(held, KEYS.dead_letters),
            members=_each(held, KEYS.record(""), lambda it: decode_member(it[STAMP_BYTES:])),
            indexes=_each(held, KEYS.index(""), lambda it: [each.decode() for each in it]),
            claims=_each(held, KEYS.claim(""), lambda it: {each.decode() for each in it[::2]}),
            pends={
                tuple(name.split(":")): lines
                for name, lines in _each(
                    held,
                    f"{KEYS.prefix}:pends:",
                    lambda it: dict(zip(it[::2], map(int, it[1::2]), strict=True)),
                ).items()
            },
            attempts=sum(len(held.get(KEYS.attempts(place), ())) // 2 for place in self._places),
            takes={name.decode(): int(n) for name, n in _pairs(held.get(KEYS.takes, []))},
            leases=sum(KEYS.lease(place) in held for place in self._places),
        )

    def _sent(self, keyspace: Keyspace, observed: Observed) -> Sent:
        set_aside: Counter[Key] = Counter(
            key_of_kept(fields)
            for _, fields in observed.letters
            if fields[b"reason"] == b"ATTEMPTS_EXHAUSTED"
            and b"order" not in fields
            and self._may_set_aside
        )
        redriven = Counter[Key](keyspace.redriven)
        return Sent(
            entries=[entry_of(raw) for raw in keyspace.arrived],
            poison=set_aside + redriven,
            redriven=redriven,
            in_order=self._keeps_order,
        )


def _entries(held: Mapping[str, Any], stream: str) -> Entries:
    return [(entry_id.decode(), dict(_pairs(flat))) for entry_id, flat in held.get(stream, [])]


def _each(held: Mapping[str, Any], beginning: str, read: Callable[[Any], Any]) -> dict[str, Any]:
    return {
        name.removeprefix(beginning): read(content)
        for name, content in held.items()
        if name.startswith(beginning)
    }


def _pairs(flat: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)
