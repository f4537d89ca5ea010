"""The bytes of a member's state, as they stand in Redis behind the stamp."""

from __future__ import annotations

import msgspec

from rules.member.member import Member
from worker.store.protocol import Stored

_decode = msgspec.msgpack.Decoder(Member).decode
_encode = msgspec.msgpack.Encoder().encode


def encode_member(member: Member) -> bytes:
    """The state as it is stored."""
    return _encode(member)


def decode_member(body: bytes) -> Member:
    """The state that was stored; raises `msgspec.DecodeError`."""
    return _decode(body)


def member_of(stored: Stored) -> Member:
    """The state that was loaded; a new member's if nothing is stored yet."""
    return Member() if stored.body is None else _decode(stored.body)
