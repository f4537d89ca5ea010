"""
The bytes of a member's state, as they stand in Redis behind the stamp.

A long state is deflated: half of it is ids and words that come again. A short one is not, as most
are: it would cost more time than its memory is worth.
"""

from __future__ import annotations

import zlib
from typing import Final

import msgspec

from rules.member.member import Member
from worker.store.protocol import Stored
from worker.store.short_facts import short_member

DEFLATED_FROM_BYTES: Final = 1536
"""About ten events. One in nine records that are written in a plan is longer."""

_DEFLATED: Final = b"\x01"
"""Begins what is deflated; a state by itself is an array, which begins otherwise."""
_LEVEL: Final = 1
_WINDOW_BITS: Final = -15
"""No header: what is damaged is found when it is decoded."""

_decode = msgspec.msgpack.Decoder(Member).decode
_encode = msgspec.msgpack.Encoder().encode
_deflater: Final = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS)


def encode_member(member: Member) -> bytes:
    """The state as it is stored."""
    state = _encode(short_member(member))
    if len(state) < DEFLATED_FROM_BYTES:
        return state
    deflater = _deflater.copy()
    return _DEFLATED + deflater.compress(state) + deflater.flush()


def decode_member(body: bytes) -> Member:
    """The state that was stored, deflated or not; raises `msgspec.DecodeError`."""
    if not body.startswith(_DEFLATED):
        return _decode(body)
    try:
        return _decode(zlib.decompress(memoryview(body)[len(_DEFLATED) :], _WINDOW_BITS))
    except zlib.error as error:
        raise msgspec.DecodeError("It is damaged.") from error


def member_of(stored: Stored) -> Member:
    """The state that was loaded; a new member's if nothing is stored yet."""
    return Member() if stored.body is None else decode_member(stored.body)
