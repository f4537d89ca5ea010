"""Reads all that an installation holds, when it is at rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from redis import Redis

from rules.member.member import Member
from worker.metrics.snapshot import QueueSnapshot, SnapshotReader
from worker.store.arguments import STAMP_BYTES
from worker.store.keys import DOOR, Keys, lane_name
from worker.store.member_state import decode_member

Entries = Sequence[tuple[str, Mapping[bytes, bytes]]]


class Observed(NamedTuple):
    """What stands in Redis."""

    survey: QueueSnapshot
    queue: Entries
    """Door and lanes."""
    determinations: Entries
    letters: Entries
    members: Mapping[str, Member]
    indexes: Mapping[str, Sequence[str]]
    claims: Mapping[str, set[str]]
    pends: Mapping[tuple[str, str], Mapping[bytes, int]]
    attempts: int
    """Trials that are remembered."""
    takes: Mapping[str, int]
    leases: int


def observe(client: Any, keys: Keys, lanes: int) -> Observed:
    """Reads everything; nobody may be at work."""
    places = [DOOR, *map(lane_name, range(lanes))]
    return Observed(
        survey=survey(client, keys),
        queue=[entry for place in places for entry in _entries(client, keys.stream(place))],
        determinations=_entries(client, keys.determinations),
        letters=_entries(client, keys.dead_letters),
        members={
            member_id: decode_member(client.get(key)[STAMP_BYTES:])
            for member_id, key in _keys(client, keys.record(""))
        },
        indexes={
            member_id: [each.decode() for each in client.lrange(key, 0, -1)]
            for member_id, key in _keys(client, keys.index(""))
        },
        claims={
            claim_id: {each.decode() for each in client.zrange(key, 0, -1)}
            for claim_id, key in _keys(client, keys.claim(""))
        },
        pends={
            tuple(name.split(":")): {
                line: int(score) for line, score in client.zrange(key, 0, -1, withscores=True)
            }
            for name, key in _keys(client, f"{keys.prefix}:pends:")
        },
        attempts=sum(client.hlen(keys.attempts(place)) for place in places),
        takes={k.decode(): int(v) for k, v in client.hgetall(keys.takes).items()},
        leases=client.exists(*(keys.lease(place) for place in places)),
    )


def survey(client: Redis, keys: Keys) -> QueueSnapshot:
    """What the metrics say of this instant."""
    return SnapshotReader(client, keys, []).look()


def _entries(client: Any, stream: str) -> Entries:
    return [(entry_id.decode(), fields) for entry_id, fields in client.xrange(stream)]


def _keys(client: Any, beginning: str) -> list[tuple[str, bytes]]:
    pattern = "".join(f"\\{letter}" if letter in "*?[]^\\" else letter for letter in beginning)
    found = client.scan_iter(f"{pattern}*", count=1000)
    return sorted((key.decode().removeprefix(beginning), key) for key in found)
