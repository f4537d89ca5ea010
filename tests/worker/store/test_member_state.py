"""How a member's state stands in Redis: short as it is, long deflated, and read in both forms."""

from __future__ import annotations

import msgspec
import pytest

from rules.member.member import Member
from worker.bench.members import member_with, record_of
from worker.store.member_state import (
    DEFLATED_FROM_BYTES,
    decode_member,
    encode_member,
    member_of,
)
from worker.store.protocol import Stored

plain = msgspec.msgpack.encode


def state_of(length: int) -> Member:
    """A state that has this length as it is."""
    member = Member(library="x" * length)
    return member._replace(library="x" * (2 * length - len(plain(member))))


@pytest.mark.parametrize("claims", [0, 1, 40], ids=["short", "middle", "long"])
def test_what_is_stored_is_read_back(claims):
    member = Member(record_of(member_with(claims, 2 * claims)), chain=bytes(range(32)))

    assert member == decode_member(encode_member(member))


def test_a_state_of_some_length_is_deflated():
    longest = state_of(DEFLATED_FROM_BYTES - 1)
    shortest = state_of(DEFLATED_FROM_BYTES)

    assert DEFLATED_FROM_BYTES - 1 == len(plain(longest))
    assert plain(longest) == encode_member(longest)
    assert DEFLATED_FROM_BYTES == len(plain(shortest))
    assert 100 > len(encode_member(shortest))
    assert shortest == decode_member(encode_member(shortest))


def test_a_member_of_five_claims_and_eight_studies_takes_less_than_two_thirds():
    member = Member(record_of(member_with(5, 8)))

    assert len(encode_member(member)) < len(plain(member)) * 2 / 3


def test_a_long_state_that_an_earlier_release_wrote_is_read():
    member = state_of(10 * DEFLATED_FROM_BYTES)

    assert member == member_of(Stored(1, plain(member)))


def test_a_member_without_a_state_is_new():
    assert Member() == member_of(Stored(0, None))


WHOLE = encode_member(state_of(DEFLATED_FROM_BYTES))
DAMAGED = {
    "cut off": WHOLE[:-4],
    "with other bytes": WHOLE[:1] + bytes(40),
    "nothing behind its mark": WHOLE[:1],
    "another form": b"\x02" + WHOLE[1:],
    "no bytes": b"",
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_state_says_so(body):
    with pytest.raises(msgspec.DecodeError):
        decode_member(body)
