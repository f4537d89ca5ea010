"""A snapshot of an installation: what one script read at one instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from redis import Redis

from worker.metrics import counters
from worker.metrics.labels import PendPlace
from worker.store.keys import CONTESTED, Keys, lane_name
from worker.store.scripts import Scripts

LANES_MAX: Final = 100
"""The most lanes that can be configured; all are read, so that no lane is missed."""

DUE: Final = ("over_30_days", "overdue", "within_7_days", "later")
"""When a pend is due: more than 30 days ago, since then, in the next 7 days, or later."""


class Pends(NamedTuple):
    """The number of lines that pend in one place, by when they are due."""

    service: str
    reason: str
    policy: str
    """As it is stored."""
    by_due: Mapping[str, int]

    @property
    def open(self) -> int:
        """All of them."""
        return sum(self.by_due.values())

    @property
    def overdue(self) -> int:
        """Those due before today."""
        return self.by_due["over_30_days"] + self.by_due["overdue"]

    def plus(self, other: Pends) -> Pends:
        """Both together."""
        return self._replace(
            by_due={due: count + other.by_due[due] for due, count in self.by_due.items()}
        )


class QueueSnapshot(NamedTuple):
    """The state of the queue at one instant."""

    now: float
    """Redis's time, in seconds."""
    at_door: int
    ever_added: int | None
    """All entries that ever arrived at the door; None where Redis does not count them."""
    in_lanes: int
    """Events and internal commands."""
    oldest_arrival: float | None
    """When the oldest event in the queue arrived, in seconds."""
    dead_letters: int
    counters: Mapping[str, int]
    workers: Sequence[bytes]
    """The announcements of the ready workers."""
    pends: Sequence[Pends]
    contested: int = 0
    """Claim ids with several contents of which nobody has said which one is meant."""

    @property
    def today(self) -> date:
        """The day in UTC by Redis's time."""
        return datetime.fromtimestamp(self.now, UTC).date()

    @property
    def commands_added(self) -> int:
        """Internal commands ever given."""
        return self._term(counters.COMMANDS_ADDED)

    @property
    def commands_done(self) -> int:
        """Internal commands that have left their lanes."""
        return self._term(counters.COMMANDS_DONE)

    @property
    def events_in_lanes(self) -> int:
        """Entries of the lanes that are not internal commands."""
        return self.in_lanes - (self.commands_added - self.commands_done)

    @property
    def events(self) -> int:
        """Events in the queue."""
        return self.at_door + self.events_in_lanes

    @property
    def oldest_seconds(self) -> float:
        """Age of the oldest event in the queue; 0 without any."""
        return 0.0 if self.oldest_arrival is None else max(self.now - self.oldest_arrival, 0.0)

    @property
    def received(self) -> int:
        """Events ever received; a redriven one counts again."""
        if self.ever_added is not None:
            return self.ever_added
        return self._term(counters.ROUTED) + self.at_door

    @property
    def finished(self) -> int:
        """Events that have left the queue, with any result."""
        prefix = f"{counters.EVENTS}{counters.SEPARATOR}"
        return sum(count for field, count in self.counters.items() if field.startswith(prefix))

    @property
    def conservation_difference(self) -> int:
        """Events received, less those finished and those in the queue."""
        return self.received - self.finished - self.events

    def _term(self, field: str) -> int:
        return self.counters.get(field, 0)


def summed(shards: Sequence[QueueSnapshot]) -> QueueSnapshot:
    """All shards as one queue; a worker that is ready in several is one worker."""
    if len(shards) == 1:
        return shards[0]
    counts: Counter[str] = Counter()
    by_due: dict[PendPlace, Counter[str]] = {}
    for each in shards:
        counts.update(each.counters)
        for pends in each.pends:
            by_due.setdefault(PendPlace(*pends[:3]), Counter()).update(pends.by_due)
    added = [each.ever_added for each in shards]
    return QueueSnapshot(
        now=max(each.now for each in shards),
        at_door=sum(each.at_door for each in shards),
        ever_added=None if None in added else sum(filter(None, added)),
        in_lanes=sum(each.in_lanes for each in shards),
        oldest_arrival=min(
            (each.oldest_arrival for each in shards if each.oldest_arrival is not None),
            default=None,
        ),
        dead_letters=sum(each.dead_letters for each in shards),
        counters=counts,
        workers=sorted({worker for each in shards for worker in each.workers}),
        pends=[Pends(*place, due) for place, due in by_due.items()],
        contested=sum(each.contested for each in shards),
    )


class SnapshotReader:
    """Takes snapshots of an installation; it never writes."""

    def __init__(self, client: Redis, keys: Keys, pends: Sequence[PendPlace]) -> None:
        self._scripts = Scripts(client)
        self._pends = pends
        lanes = [keys.stream(lane_name(lane)) for lane in range(LANES_MAX)]
        waiting = [keys.pends(*place) for place in pends]
        fixed = [keys.door, keys.dead_letters, keys.counters, keys.workers]
        self._keys = [*fixed, *lanes, *waiting, keys.pends(*CONTESTED)]

    def look(self) -> QueueSnapshot:
        """A snapshot of this moment; raises `RetryableError`."""
        answer = self._scripts.run("survey", self._keys, LANES_MAX)
        seconds, millionths, at_door, added, in_lanes, oldest, *rest = answer
        letters, counters, workers, due = rest
        return QueueSnapshot(
            now=seconds + millionths / 1e6,
            at_door=at_door,
            ever_added=None if added < 0 else added,
            in_lanes=in_lanes,
            oldest_arrival=None if oldest < 0 else oldest / 1000,
            dead_letters=letters,
            counters=dict(_counters(counters)),
            workers=workers,
            pends=list(self._waiting(due[: -len(DUE)])),
            contested=sum(due[-len(DUE) :]),
        )

    def _waiting(self, due: Sequence[int]) -> Iterator[Pends]:
        counts = (due[i : i + len(DUE)] for i in range(0, len(due), len(DUE)))
        for place, by_due in zip(self._pends, counts, strict=True):
            yield Pends(*place, dict(zip(DUE, by_due, strict=True)))


def _counters(flat: Sequence[Any]) -> Iterator[tuple[str, int]]:
    for field, count in zip(flat[::2], flat[1::2], strict=True):
        yield field.decode(), int(count)
