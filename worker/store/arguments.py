"""Packs a commit into the keys and arguments that `commit.lua` reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from worker.failures import TooLargeForStore
from worker.store.keys import Keys
from worker.store.protocol import Commit, DeadLetter, Lease
from worker.store.scripts import Argument

ARGUMENT_BYTES_MAX = 64 * 1024 * 1024
"""Far above any real record; below `proto-max-bulk-len` of the shipped Redis."""

STAMP_BYTES = 8

_pack = msgspec.msgpack.Encoder().encode


class Call(NamedTuple):
    """The keys and arguments of one call of `commit.lua`."""

    keys: list[str]
    arguments: list[Argument]


class _Pends(NamedTuple):
    """What changes among the pends of one key."""

    ended: list[msgspec.Raw]
    begun: list[str | msgspec.Raw]
    """Score and line, in turn."""


def commit_call(keys: Keys, lease: Lease, commit: Commit) -> Call:
    """The call that writes a commit; raises `TooLargeForStore`."""
    indexes = _positions(keys.index(each.member_id) for each in commit.announcements)
    claims = _claims(keys, commit)
    pends = _pends(keys, commit)
    received = _received(keys, commit)
    packed = _pack(
        {
            "done": commit.done,
            "stamps": [_text(stamped(each.stamp, b"")) for each in commit.records],
            "indexes": len(indexes),
            "determinations": [
                indexes[keys.index(each.member_id)] for each in commit.announcements
            ],
            "claims": list(claims.values()),
            "pends": list(pends.values()),
            "letters": [_letter(letter) for letter in commit.dead_letters],
            "counters": [
                part for field, count in commit.counters.items() for part in (field, str(count))
            ],
            "received": list(received.values()),
        }
    )
    records = [keys.record(record.member_id) for record in commit.records]
    states = [stamped(each.stamp + 1, _bounded(each.body)) for each in commit.records]
    events = [_bounded(each.event) for each in commit.announcements]
    return Call(
        [*_fixed_keys(keys, lease), *records, *indexes, *claims, *pends, *received],
        [
            *(lease.token, lease.milliseconds, commit.time, lease.place),
            *(_bounded(packed), *states, *events),
        ],
    )


def _positions(names: Iterable[str]) -> dict[str, int]:
    """Each key once, with its position, from 1."""
    return {name: position for position, name in enumerate(dict.fromkeys(names), 1)}


def _claims(keys: Keys, commit: Commit) -> Mapping[str, Sequence[str]]:
    by_key: dict[str, list[str]] = {}
    for claim in commit.claims:
        by_key.setdefault(keys.claim(claim.claim_id), []).append(claim.member_id)
    return by_key


def _pends(keys: Keys, commit: Commit) -> Mapping[str, _Pends]:
    """By key; of several changes of one line the last counts."""
    last = {
        (keys.pends(each.service, each.reason, each.policy), each.line): each.due_on
        for each in commit.pends
    }
    by_key: dict[str, _Pends] = {}
    for (key, line), due_on in last.items():
        changes = by_key.setdefault(key, _Pends([], []))
        if due_on is None:
            changes.ended.append(_text(line))
        else:
            changes.begun.extend((str(due_on), _text(line)))
    return by_key


def _received(keys: Keys, commit: Commit) -> Mapping[str, Sequence[msgspec.Raw]]:
    by_key: dict[str, list[msgspec.Raw]] = {}
    for event in commit.received:
        by_key.setdefault(keys.received(event.member_id), []).append(_text(event.packed))
    return by_key


def _letter(letter: DeadLetter) -> tuple[str, list[str | msgspec.Raw]]:
    """Its entry, and the values in the order of the script."""
    entry_id, *values = letter
    return entry_id, [_text(each) if isinstance(each, bytes) else str(each) for each in values]


def _text(value: bytes) -> msgspec.Raw:
    """Bytes as the only kind of text that Redis's MessagePack knows, whatever they are."""
    return msgspec.Raw(b"\xdb" + len(value).to_bytes(4) + value)


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


def _bounded(body: bytes) -> bytes:
    if len(body) > ARGUMENT_BYTES_MAX:
        raise TooLargeForStore(
            f"A record or determination has {len(body)} bytes; at most {ARGUMENT_BYTES_MAX} can be "
            "written."
        )
    return body
