"""
The ends of all chains in one file, to be kept elsewhere, and held against what is there later.

Whoever can write everywhere can write every record, determination and digest anew. What was
anchored before that stays where they cannot write. Members stand in the file under a hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import IO, Final, NamedTuple

import msgspec

from worker.audit.discrepancies import Discrepancy
from worker.audit.evidence import MemberEvidence
from worker.audit.record_chain import chain_over
from worker.determinations.parse import named
from worker.failures import RefusedError

FORMAT: Final = "mrs-adjudicator anchor 1"


class NotAnAnchor(RefusedError):
    """A file that is something else, or damaged; the message says what."""


class AnchorHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of the file."""

    format: str
    made_at: str
    """By the clock of Redis."""
    prefix: str
    members: int


class ChainEnds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the two chains of one member ended; one line of the file."""

    member: str
    """SHA-256 of the member's id."""
    events: int
    chain: str
    """d(n) of so many events."""
    determinations: int
    last: str | None
    """SHA-256 of the last of so many determinations."""


class Anchor(NamedTuple):
    """What a file holds."""

    header: AnchorHeader
    ends: Mapping[str, ChainEnds]
    """By the hash of the member."""


_encode = msgspec.json.Encoder().encode


def hash_of(member_id: str) -> str:
    """What stands for a member."""
    return sha256(member_id.encode()).hexdigest()


def ends_of(evidence: MemberEvidence, determinations: int) -> ChainEnds:
    """Where the chains of a member end now; `determinations`: how many the index names."""
    member = evidence.member
    return ChainEnds(
        member=hash_of(evidence.member_id),
        events=member.record.version,
        chain=named(member.chain),
        determinations=determinations,
        last=None if member.previous is None else named(member.previous),
    )


def write_anchor(file: IO[bytes], ends: Iterable[ChainEnds], made_at: str, prefix: str) -> int:
    """Writes them in the order of the hashes; returns how many members there are."""
    lines = sorted({each.member: each for each in ends}.items())
    header = AnchorHeader(FORMAT, made_at, prefix, len(lines))
    file.write(_encode(header) + b"\n")
    file.writelines(_encode(each) + b"\n" for _, each in lines)
    return len(lines)


def read_anchor(path: Path) -> Anchor:
    """What a file holds; raises `NotAnAnchor`."""
    with path.open("rb") as file:
        try:
            header = msgspec.json.decode(file.readline(), type=AnchorHeader)
            ends = [msgspec.json.decode(line, type=ChainEnds) for line in file]
        except (msgspec.DecodeError, UnicodeDecodeError):
            # The chain is cut: the error of the decoder holds the line.
            raise NotAnAnchor("It is no file of `adjudicator audit anchor`.") from None
    by_member = {each.member: each for each in ends}
    if header.format != FORMAT or len(ends) != header.members or len(by_member) != len(ends):
        raise NotAnAnchor("It is no whole file of `adjudicator audit anchor`.")
    return Anchor(header, by_member)


def ends_in(anchors: Iterable[Anchor], member_id: str) -> list[ChainEnds]:
    """What several files hold of a member."""
    hashed = hash_of(member_id)
    return [anchor.ends[hashed] for anchor in anchors if hashed in anchor.ends]


def check_anchored(evidence: MemberEvidence, ends: ChainEnds) -> Iterator[Discrepancy]:
    """Whether what a member has begins with what was anchored."""
    origins = [origin for origin, _ in evidence.member.record.entries()]
    if len(origins) < ends.events:
        detail = f"{ends.events} events were anchored, the record holds {len(origins)}"
        yield Discrepancy("missing", "record", detail)
    elif named(chain_over(origins[: ends.events])[-1]) != ends.chain:
        detail = f"its first {ends.events} events are not those that were anchored"
        yield Discrepancy("changed", "record", detail)
    found = evidence.found
    if len(found) < ends.determinations:
        detail = f"{ends.determinations} determinations were anchored, {len(found)} are there"
        yield Discrepancy("missing", "record", detail)
    elif ends.last is not None and _digest(found[ends.determinations - 1].event) != ends.last:
        detail = f"its first {ends.determinations} determinations are not those that were anchored"
        yield Discrepancy("changed", "record", detail)


def _digest(event: bytes) -> str:
    return named(sha256(event).digest())
