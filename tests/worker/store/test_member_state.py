"""How a member's state stands in Redis: short as it is, long deflated, and read in both forms."""

from __future__ import annotations

import zlib
from base64 import b85decode
from datetime import date
from decimal import Decimal

import msgspec
import pytest

from rules.history.record import Record
from rules.member.member import Member
from rules.member.published import UNNAMED_POLICY
from tests.rules.builders import (
    Sending,
    attestation,
    authorization,
    claim,
    coverage,
    finalization,
    line,
    person,
    record,
    report,
    review,
    treatment,
)
from tests.worker.determinations.test_publish import publication
from worker.bench.members import member_with, record_of
from worker.store.member_state import (
    DEFLATED_FROM_BYTES,
    decode_member,
    encode_member,
    member_of,
)
from worker.store.protocol import Stored
from worker.store.short_facts import short_member


def plain(member: Member) -> bytes:
    """The state as it is, not deflated."""
    return msgspec.msgpack.encode(short_member(member))


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


OF_AN_EARLIER_RELEASE = zlib.decompress(
    b85decode(
        "c-n=LyH3L}7=;tAuhEgk#ZKy6*ic6nB#;;@t8rUPNgTzY;voPfR8<9ADJi8wqU;PA@(er$5-)%R&8=lX!iz2W{NF"
        "h~9*v@#;rn;*^YSaE074Y+2UG-dD&0+*0F6=d?D@Pyg<#wz_NyR{XH(GTjzj%6BlcW@3I@;w$c*Bqj_N47m1A8~O"
        "&G54a5zR&1H(FmbEK#Ztm%fSCie(MgSR$!`_v6`gBEj0m$}`R%^Vg`YlVPldVF>SbiK@bW#oC4BJV~j4YIuQgGZQ"
        "ENrGIW7Lv_W8cj|Bigk#w8vX)5dDQQ4-=WrH=^9pqMNViGgsr8?-vu-PGyp<LHTIE@;bLq%m4=hU%s4A$?Tc4O1<"
        "#1LthrCC=+}EWK`RJ5<!{I<*^8jmtpz<=%le{X;nH)T`@~}0=3OR&B#ArB&-RLF<wU(8?q-=zff;KEqbk$#3EH}g"
        "@;Ae@CjGPIndlJ(YX=u$@&gSm+=u"
    )
)
"""One fact of each kind, as a release stored them that knew nothing of persons and orders."""

ONE_OF_EACH: list[Sending] = [
    claim(attestations=(attestation(),)),
    finalization(),
    report(),
    coverage(),
    authorization(),
    review(),
    treatment(),
]


def told(*facts: Sending) -> Member:
    """A member of whom some facts are known."""
    kinds = [
        tuple((origin._replace(digest=b""), fact) for origin, fact in kind)
        for kind in record(*facts)
    ]
    return Member(Record(*kinds), chain=bytes(32), generation=1, library="sha256:x")


def test_what_an_earlier_release_stored_is_read_and_stored_as_the_same_bytes():
    member = told(*ONE_OF_EACH)

    assert member == decode_member(OF_AN_EARLIER_RELEASE)
    assert OF_AN_EARLIER_RELEASE == encode_member(member)


ADDED: dict[str, Sending] = {
    "a person": person(),
    "a person of whom nothing is known": person(born=None, sex="unknown"),
    "the provider who ordered": claim(lines=(line()._replace(ordering_npi="1"),)),
    "a specialty alone": claim(lines=(line()._replace(ordering_specialty="2084N0400X"),)),
    "a measure": claim(attestations=(attestation()._replace(value=Decimal("0.5")),)),
    "a unit alone": claim(attestations=(attestation()._replace(unit="mm"), attestation())),
    "the end of a treatment": treatment()._replace(ended_on=date(2025, 9, 1)),
    "how a treatment ended": treatment()._replace(outcome="failed"),
    "a therapy": treatment()._replace(procedure="", therapy="N03AX09"),
}


@pytest.mark.parametrize("fact", ADDED.values(), ids=ADDED)
def test_what_a_later_release_added_is_stored_where_it_is_said(fact):
    member = told(fact, *ONE_OF_EACH)

    assert member == decode_member(encode_member(member))


@pytest.mark.parametrize(
    ("policy", "length"), [(UNNAMED_POLICY, 11), ("second", 12)], ids=["unnamed", "another"]
)
def test_a_line_is_stored_with_its_policy_where_that_is_not_the_unnamed_one(policy, length):
    published = publication().now._replace(policy=policy)
    member = told(*ONE_OF_EACH)._replace(published=(published,))

    assert length == len(short_member(member)[1][0])
    assert member == decode_member(encode_member(member))


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
