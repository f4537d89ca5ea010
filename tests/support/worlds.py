"""Stores to test, each with a way to look at what it holds and to disturb it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from redis import Redis

from tests.support.memory_store import MemoryStore
from worker.store.compatibility import Compatibility
from worker.store.keys import DOOR, Keys, lane_name
from worker.store.protocol import Lease, Store
from worker.store.redis import RedisStore

TERMS = Compatibility(lanes=4, generation=1, digest="sha256:one")
LEASE_MILLISECONDS = 60_000


class World(Protocol):
    """A store, looked at from outside."""

    store: Store

    def send(self, fields: Mapping[bytes, bytes]) -> str: ...
    def send_to_lane(self, lane: int, fields: Mapping[bytes, bytes]) -> str: ...
    def lose_lease(self, place: str) -> None: ...
    def step_back(self, milliseconds: int) -> None: ...
    def now(self) -> int: ...
    def entries(self, place: str) -> list[tuple[str, dict[bytes, bytes]]]: ...
    def determinations(self) -> list[bytes]: ...
    def letters(self) -> list[dict[bytes, bytes]]: ...
    def counters(self) -> dict[str, int]: ...
    def pends(self, service: str, reason: str, *policy: str) -> dict[bytes, int]: ...
    def index(self, member_id: str) -> list[str]: ...
    def received(self, member_id: str) -> list[bytes]: ...
    def members_of(self, claim_id: str) -> set[str]: ...
    def attempts(self, place: str) -> dict[str, int]: ...
    def takes(self, place: str) -> int: ...


class MemoryWorld:
    """The store in memory, with a clock that stands still unless it is moved."""

    def __init__(self) -> None:
        self.milliseconds = 1_790_000_000_000  # after every event that tests send
        self.store = MemoryStore(self.now)

    def send(self, fields: Mapping[bytes, bytes]) -> str:
        return self.store.send(dict(fields))

    def send_to_lane(self, lane: int, fields: Mapping[bytes, bytes]) -> str:
        entry_id = self.store.send(dict(fields))
        entry = self.store.streams[DOOR].pop(entry_id)
        self.store.streams[lane_name(lane)][entry_id] = entry
        return entry_id

    def lose_lease(self, place: str) -> None:
        del self.store.leases[place]

    def step_back(self, milliseconds: int) -> None:
        self.milliseconds -= milliseconds

    def now(self) -> int:
        return self.milliseconds

    def entries(self, place: str) -> list[tuple[str, dict[bytes, bytes]]]:
        return list(self.store.streams[place].items())

    def determinations(self) -> list[bytes]:
        return [determination.event for determination in self.store.determinations]

    def letters(self) -> list[dict[bytes, bytes]]:
        return list(self.store.letters.values())

    def counters(self) -> dict[str, int]:
        return dict(self.store.counters)

    def pends(self, service: str, reason: str, *policy: str) -> dict[bytes, int]:
        return self.store.pends[service, reason, *policy]

    def index(self, member_id: str) -> list[str]:
        return self.store.indexes[member_id]

    def received(self, member_id: str) -> list[bytes]:
        return self.store.received[member_id]

    def members_of(self, claim_id: str) -> set[str]:
        return self.store.claims[claim_id]

    def attempts(self, place: str) -> dict[str, int]:
        return self.store.attempts[place]

    def takes(self, place: str) -> int:
        return self.store.takes[place]


class RedisWorld:
    """The store in Redis."""

    def __init__(self, client: Redis, prefix: str = "mrs") -> None:
        self.client: Any = client
        self.keys = Keys(prefix)
        self.store = RedisStore(client, self.keys)

    def send(self, fields: Mapping[bytes, bytes]) -> str:
        return self.client.xadd(self.keys.door, fields).decode()

    def send_to_lane(self, lane: int, fields: Mapping[bytes, bytes]) -> str:
        return self.client.xadd(self.keys.stream(lane_name(lane)), fields).decode()

    def lose_lease(self, place: str) -> None:
        self.client.delete(self.keys.lease(place))

    def step_back(self, milliseconds: int) -> None:
        """What the clock's stepping back does to all that runs out."""
        for kind in ("lease", "mark"):
            for key in self.client.scan_iter(f"{self.keys.prefix}:{kind}:*"):
                self.client.pexpire(key, self.client.pttl(key) + milliseconds)

    def now(self) -> int:
        seconds, microseconds = self.client.time()
        return seconds * 1000 + microseconds // 1000

    def entries(self, place: str) -> list[tuple[str, dict[bytes, bytes]]]:
        found = self.client.xrange(self.keys.stream(place))
        return [(entry_id.decode(), fields) for entry_id, fields in found]

    def determinations(self) -> list[bytes]:
        return [fields[b"event"] for _, fields in self.client.xrange(self.keys.determinations)]

    def letters(self) -> list[dict[bytes, bytes]]:
        return [fields for _, fields in self.client.xrange(self.keys.dead_letters)]

    def counters(self) -> dict[str, int]:
        return {k.decode(): int(v) for k, v in self.client.hgetall(self.keys.counters).items()}

    def pends(self, service: str, reason: str, *policy: str) -> dict[bytes, int]:
        found = self.client.zrange(
            self.keys.pends(service, reason, *policy), 0, -1, withscores=True
        )
        return {line: int(score) for line, score in found}

    def index(self, member_id: str) -> list[str]:
        return [each.decode() for each in self.client.lrange(self.keys.index(member_id), 0, -1)]

    def received(self, member_id: str) -> list[bytes]:
        return self.client.lrange(self.keys.received(member_id), 0, -1)

    def members_of(self, claim_id: str) -> set[str]:
        return {each.decode() for each in self.client.zrange(self.keys.claim(claim_id), 0, -1)}

    def attempts(self, place: str) -> dict[str, int]:
        found = self.client.hgetall(self.keys.attempts(place))
        return {entry_id.decode(): int(count) for entry_id, count in found.items()}

    def takes(self, place: str) -> int:
        return int(self.client.hget(self.keys.takes, place) or 0)

    def everything(self) -> dict[bytes, bytes]:
        """All keys with what they hold, to see that nothing has changed; leases' ends aside."""
        return {key: self.client.dump(key) for key in self.client.scan_iter(count=1000)}


def take(world: World, place: str, terms: Compatibility = TERMS, token: str = "token") -> Lease:
    """A lease of a place where something waits."""
    lease = world.store.take(place, token, LEASE_MILLISECONDS, terms)
    assert lease is not None
    return lease


def lane_lease(world: World, events: Sequence[bytes] = (b"event",), lane: int = 0) -> Lease:
    """A lease of a lane into which events were moved before."""
    for event in events:
        world.send_to_lane(lane, {b"door": b"1700000000000-0", b"event": event})
    return take(world, lane_name(lane))
