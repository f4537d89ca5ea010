"""The store in Redis: each method is one call of a script, or one plain read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from redis import Redis

from worker.failures import Risk
from worker.store.arguments import STAMP_BYTES, commit_call
from worker.store.compatibility import Compatibility, compatibility_in
from worker.store.installation import new_installation_id
from worker.store.keys import DOOR, Keys, Place, lane_name
from worker.store.protocol import (
    Backlog,
    Command,
    Commit,
    KeptDeadLetter,
    Lease,
    Loaded,
    Move,
    QueueEntry,
    Stored,
)
from worker.store.redis_info import memory_ratio, redis_facts, risks_in
from worker.store.reply_size import ReplySize
from worker.store.rights import require_rights
from worker.store.scripts import Argument, Scripts, failures_in_our_words, wrong_type_named
from worker.store.shard_rings import ShardRings, backlog_in, rung_keys
from worker.store.stream_ids import milliseconds_of

_ALL_OF_THEM = ""
_EVENT, _DOOR_ID, _COMMAND, _MEMBER = b"event", b"door", b"order", b"member"


class RedisStore:
    """
    `Store` over a client that answers with bytes.

    Pipelines and transactions are not used: a full Redis refuses MULTI, and one script is enough.
    """

    def __init__(self, client: Redis, keys: Keys, replicas: int = 0) -> None:
        self._client = client
        self._keys = keys
        self._scripts = Scripts(client, replicas)
        self._heads, self._records = ReplySize(client), ReplySize(client)

    @property
    def prefix(self) -> str:
        """Of its keys."""
        return self._keys.prefix

    @property
    def node(self) -> int:
        """Tells whether two shards are on one node now; raises `StoreUnavailable`."""
        with failures_in_our_words(self._client):
            return id(self._client.connection_pool)

    def agree(self, terms: Compatibility, *, may_say_shards: bool = True) -> str:
        """See `Store`."""
        keys = self._keys
        require_rights(self._client, self._scripts, keys)
        names = [keys.meta, keys.counters, keys.determinations, keys.dead_letters]
        names += [keys.dead_letters_by_member, keys.door, keys.takes]
        said: list[Any] = [*terms[:4], new_installation_id(), terms.shards, int(may_say_shards)]
        found: bytes = self._scripts.run("agree", names, *said)
        return found.decode()

    def agreed(self) -> Compatibility | None:
        """See `Store`."""
        with failures_in_our_words(self._client):
            meta: Any = self._client.hgetall(self._keys.meta)
        return compatibility_in({name.decode(): value.decode() for name, value in meta.items()})

    def ring(self, places: Sequence[Place], mark_milliseconds: int) -> Backlog:
        """See `Store`."""
        answer = self._scripts.run("ring", rung_keys(self._keys, places), mark_milliseconds)
        return backlog_in(answer, places)

    @property
    def rings(self) -> ShardRings:
        """The same for several shards of this node."""
        return ShardRings(self._client, self._scripts)

    def waiting(self, places: Sequence[Place]) -> int:
        """See `Store`."""
        with failures_in_our_words(self._client):
            return sum(self._client.xlen(self._keys.stream(place)) for place in places)

    def fullness(self) -> float:
        """See `Store`; counts memory the way Redis does for its limit."""
        with failures_in_our_words(self._client):
            return memory_ratio(self._client.info("memory"))

    def risks(self) -> tuple[Risk, ...]:
        """See `Store`."""
        return tuple(risks_in(redis_facts(self._client)))

    def take(
        self, place: Place, token: str, milliseconds: int, terms: Compatibility
    ) -> Lease | None:
        """See `Store`."""
        keys = self._keys
        takes = self._scripts.run(
            "take",
            [
                *(keys.lease(place), keys.stream(place), keys.takes, keys.mark(place)),
                *(keys.meta, keys.attempts(place)),
            ],
            token,
            milliseconds,
            place,
            *terms[:4],
        )
        return Lease(place, token, milliseconds, takes) if takes else None

    def release(
        self, lease: Lease, *, rest_milliseconds: int = 0, newer_generation: str = ""
    ) -> None:
        """See `Store`."""
        keys, place = self._keys, lease.place
        self._scripts.run(
            "release",
            [keys.lease(place), keys.takes, keys.meta, keys.mark(place)],
            lease.token,
            place,
            newer_generation,
            rest_milliseconds,
        )

    def head(self, place: Place, count: int, size: int) -> tuple[QueueEntry, ...]:
        """See `Store`."""
        keys = [self._keys.stream(place), self._keys.attempts(place)]
        with failures_in_our_words(self._client):
            found = self._heads.read(
                size, lambda fits: self._scripts.run_raw("head", keys, count, fits)
            )
        read = _entry_at_the_door if place == DOOR else _entry_in_a_lane
        return tuple(read(*each) for each in found)

    def wait_for_entry(self, place: Place, after: str, milliseconds: int) -> bool:
        """See `Store`."""
        with failures_in_our_words(self._client):
            found = self._client.xread({self._keys.stream(place): after}, 1, milliseconds)
        return bool(found)

    def try_alone(self, lease: Lease, entry: QueueEntry) -> None:
        """See `Store`."""
        keys, place = self._keys, lease.place
        self._scripts.run(
            "try",
            [keys.lease(place), keys.attempts(place), keys.stream(place)],
            lease.token,
            lease.milliseconds,
            entry.id,
            entry.attempts + 1,
        )

    def untry(self, lease: Lease, entry: QueueEntry) -> None:
        """See `Store`."""
        key = self._keys.attempts(lease.place)
        self._scripts.run("untry", [key], entry.id, entry.attempts + 1)

    def move(
        self, lease: Lease, lanes: int, moves: Sequence[Move], mark_milliseconds: int = 0
    ) -> None:
        """See `Store`."""
        keys = self._keys
        positions: dict[int, int] = {}
        flat: list[Argument] = []
        for move in moves:
            flat += (move.entry_id, positions.setdefault(move.lane, len(positions) + 1))
        fixed = [keys.lease(DOOR), keys.door, keys.meta, keys.counters]
        fixed += [keys.attempts(DOOR), keys.takes]
        reached = map(lane_name, positions)
        targets = [name for lane in reached for name in (keys.stream(lane), keys.mark(lane))]
        numbers = lease.milliseconds, lanes, mark_milliseconds
        self._scripts.run("route", [*fixed, *targets], lease.token, *numbers, *flat)

    def load(self, member_ids: Sequence[str], size: int) -> Loaded:
        """See `Store`."""
        records = [self._keys.record(member_id) for member_id in member_ids]
        keys = [self._keys.determinations, *records]
        with failures_in_our_words(self._client):
            now, *found = self._records.read(
                size, lambda fits: self._scripts.run_raw("load", keys, fits)
            )
        return Loaded(now, tuple(map(_stored, found)))

    def commit(self, lease: Lease, commit: Commit) -> None:
        """See `Store`."""
        call = commit_call(self._keys, lease, commit)
        self._scripts.run_durably("commit", call.keys, *call.arguments)

    def count(self, counters: Mapping[str, int]) -> None:
        """See `Store`."""
        flat = [argument for counter in counters.items() for argument in counter]
        self._scripts.run("count", [self._keys.counters], *flat)

    def keep_exemplars(self, exemplars: Mapping[str, str]) -> None:
        """See `Store`."""
        flat = [part for exemplar in exemplars.items() for part in exemplar]
        with failures_in_our_words(self._client), wrong_type_named("exemplars"):
            self._client.hset(self._keys.exemplars, items=flat)

    def add_commands(self, lanes: int, commands: Sequence[tuple[int, Command]]) -> None:
        """See `Store`."""
        positions: dict[int, int] = {}
        flat: list[Argument] = []
        for lane, command in commands:
            flat += (positions.setdefault(lane, len(positions) + 1), *command)
        targets = [self._keys.stream(lane_name(lane)) for lane in positions]
        self._scripts.run(
            "add_commands", [self._keys.meta, self._keys.counters, *targets], lanes, *flat
        )

    def dead_letters(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """See `Store`."""
        return self._page(self._keys.dead_letters, after, count)

    def dead_letter(self, dead_letter_id: str) -> KeptDeadLetter | None:
        """See `Store`."""
        with failures_in_our_words(self._client):
            found: Any = self._client.xrange(
                self._keys.dead_letters, min=dead_letter_id, max=dead_letter_id, count=1
            )
        return KeptDeadLetter(dead_letter_id, found[0][1]) if found else None

    def dead_letter_ids(self, member_hashes: Sequence[str]) -> Mapping[str, Sequence[str]] | None:
        """See `Store`."""
        key = self._keys.dead_letters_by_member
        with failures_in_our_words(self._client):
            pipeline = self._client.pipeline(transaction=False)
            pipeline.zscore(key, _ALL_OF_THEM)
            pipeline.exists(self._keys.dead_letters)
            for each in member_hashes:
                pipeline.zrangebylex(key, f"[{each}:", f"({each};")
            all_of_them, there_are_any, *found = pipeline.execute()
        if all_of_them is None and there_are_any:
            return None
        return {
            each: [name.decode().removeprefix(f"{each}:") for name in names]
            for each, names in zip(member_hashes, found, strict=True)
        }

    def redrive(self, dead_letter_id: str) -> bool:
        """See `Store`."""
        names = self._keys
        keys = [names.dead_letters, names.door, names.counters, names.dead_letters_by_member]
        return cast("int", self._scripts.run("redrive", keys, dead_letter_id)) == 1

    def discard(self, dead_letter_id: str, because: str) -> bool:
        """See `Store`."""
        names = self._keys
        keys = [names.dead_letters, names.counters, names.discarded, names.dead_letters_by_member]
        return cast("int", self._scripts.run("discard", keys, dead_letter_id, because)) == 1

    def discarded(self, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        """See `Store`."""
        return self._page(self._keys.discarded, after, count)

    def _page(self, stream: str, after: str | None, count: int) -> tuple[KeptDeadLetter, ...]:
        start = f"({after}" if after else "-"
        with failures_in_our_words(self._client):
            found: Any = self._client.xrange(stream, min=start, count=count)
        return tuple(KeptDeadLetter(entry_id.decode(), fields) for entry_id, fields in found)


def _stored(found: bytes | None) -> Stored:
    if found is None:
        return Stored(0, None)
    return Stored(int.from_bytes(found[:STAMP_BYTES], "big"), found[STAMP_BYTES:])


def _entry_at_the_door(entry_id: bytes, fields: list[bytes], attempts: int) -> QueueEntry:
    event = None
    for name, value in zip(fields[::2], fields[1::2], strict=True):
        if name == _EVENT:
            event = value
    loose = b"" if event is not None else b"".join(fields)
    return QueueEntry(entry_id.decode(), milliseconds_of(entry_id), event, attempts, loose=loose)


def _entry_in_a_lane(entry_id: bytes, fields: list[bytes], attempts: int) -> QueueEntry:
    named = dict(zip(fields[::2], fields[1::2], strict=True))
    command = None
    if _COMMAND in named and _MEMBER in named:
        command = Command(*(named[name].decode(errors="replace") for name in (_COMMAND, _MEMBER)))
    return QueueEntry(
        entry_id.decode(),
        milliseconds_of(named.get(_DOOR_ID, entry_id)),
        named.get(_EVENT),
        attempts,
        command,
    )
