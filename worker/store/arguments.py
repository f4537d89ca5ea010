"""Flattens a commit into the keys and arguments that `commit.lua` reads."""

from __future__ import annotations

from typing import NamedTuple

from worker.failures import TooLargeForStore
from worker.store.keys import Keys
from worker.store.protocol import Commit, Lease
from worker.store.scripts import Argument

ARGUMENT_BYTES_MAX = 64 * 1024 * 1024
"""Far above any real record; below `proto-max-bulk-len` of the shipped Redis."""

STAMP_BYTES = 8

_Positions = dict[str, int]
"""Key -> its position among those of its kind, from 1."""


class Call(NamedTuple):
    """The keys and arguments of one call of `commit.lua`."""

    keys: list[str]
    arguments: list[Argument]


class _OwnKeys(NamedTuple):
    """The keys of one commit that others do not have, each kind with its positions."""

    indexes: _Positions
    claims: _Positions
    pends: _Positions
    received: _Positions


def commit_call(keys: Keys, lease: Lease, commit: Commit) -> Call:
    """The call that writes a commit; raises `TooLargeForStore`."""
    own = _OwnKeys({}, {}, {}, {})
    flat = _flat(keys, commit, own)
    records = [keys.record(record.member_id) for record in commit.records]
    counts = (
        len(commit.done),
        len(records),
        len(own.indexes),
        len(commit.announcements),
        len(own.claims),
        len(commit.claims),
        len(own.pends),
        len(commit.pends),
        len(commit.dead_letters),
        len(commit.counters),
        len(own.received),
        len(commit.received),
    )
    return Call(
        keys=[*_fixed_keys(keys, lease), *records, *(key for kind in own for key in kind)],
        arguments=[lease.token, lease.milliseconds, commit.time, lease.place, *counts, *flat],
    )


def _flat(keys: Keys, commit: Commit, own: _OwnKeys) -> list[Argument]:
    """All that is written, in the order in which the script reads it; notes the keys it needs."""
    flat: list[Argument] = list(commit.done)
    for record in commit.records:
        flat += (stamped(record.stamp, b""), stamped(record.stamp + 1, _bounded(record.body)))
    for announced in commit.announcements:
        index = _position(own.indexes, keys.index(announced.member_id))
        flat += (index, _bounded(announced.event))
    for claim in commit.claims:
        flat += (_position(own.claims, keys.claim(claim.claim_id)), claim.member_id)
    for pend in commit.pends:
        score = "" if pend.due_on is None else pend.due_on
        flat += (_position(own.pends, keys.pends(pend.service, pend.reason)), score, pend.line)
    for letter in commit.dead_letters:
        flat += letter
    for field, increment in commit.counters.items():
        flat += (field, increment)
    for event in commit.received:
        flat += (_position(own.received, keys.received(event.member_id)), event.packed)
    return flat


def stamped(stamp: int, body: bytes) -> bytes:
    """A record as it is stored: the write stamp, then the state."""
    return stamp.to_bytes(STAMP_BYTES, "big") + body if stamp else b""


def _fixed_keys(keys: Keys, lease: Lease) -> tuple[str, ...]:
    return (
        keys.lease(lease.place),
        keys.stream(lease.place),
        keys.determinations,
        keys.dead_letters,
        keys.counters,
        keys.attempts(lease.place),
        keys.takes,
        keys.dead_letters_by_member,
    )


def _position(positions: _Positions, key: str) -> int:
    return positions.setdefault(key, len(positions) + 1)


def _bounded(body: bytes) -> bytes:
    if len(body) > ARGUMENT_BYTES_MAX:
        raise TooLargeForStore(
            f"A record or determination has {len(body)} bytes; at most {ARGUMENT_BYTES_MAX} can be "
            "written."
        )
    return body
