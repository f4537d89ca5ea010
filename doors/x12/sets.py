"""Reads a transaction set, from ST to SE, and keeps its claims and events on disk."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec

from doors.x12.claims import ClaimReader, PlanFinder, SetIdentity
from doors.x12.envelope import envelope_fault
from doors.x12.loops import ClaimKind, ClaimLoop
from doors.x12.reading import (
    NOBODY,
    EnvelopeFault,
    Party,
    SegmentFault,
    Separators,
    SetReading,
    claim_from_bytes,
)
from doors.x12.spool import Spool, Spooled
from doors.x12.walk import LoopWalk

_OF_CLAIMS: Final = "837"
_GUIDES: Final[tuple[tuple[re.Pattern[str], ClaimKind], ...]] = (
    (re.compile(r"005010X222(?:A[0-9])?|004010X098(?:A[0-9])?"), "professional"),
    (re.compile(r"005010X223(?:A[0-9])?|004010X096(?:A[0-9])?"), "institutional"),
)
_encode = msgspec.msgpack.Encoder().encode


class SetSpools(NamedTuple):
    """Where events, claims and transaction sets are kept."""

    events: Spool
    claims: Spool
    sets: Spool

    def set_from_bytes(self, record: bytes) -> SetReading:
        """A transaction set as its spool holds it."""
        stored = _stored(record)
        return SetReading(
            kind=stored.kind,
            control_number=stored.control_number,
            version=stored.version,
            segments=stored.segments,
            bht=stored.bht,
            submitter=stored.submitter,
            receiver=stored.receiver,
            faults=stored.faults,
            segment_faults=stored.segment_faults,
            claims=Spooled(self.claims, claim_from_bytes, stored.claims, stored.claim_count),
            events=Spooled(self.events, bytes, stored.events, stored.event_count),
        )


class SetTerms(NamedTuple):
    """What a transaction set is read by."""

    separators: Separators
    identity: SetIdentity | None
    """None: the group has no date by which its claims could be dated."""
    salt: bytes
    plans: PlanFinder


class _Stored(NamedTuple):
    """A transaction set with the places of its claims and events."""

    kind: str
    control_number: str
    version: str
    segments: int
    bht: tuple[str, ...]
    submitter: Party
    receiver: Party
    faults: tuple[EnvelopeFault, ...]
    segment_faults: tuple[SegmentFault, ...]
    claims: tuple[int, int]
    claim_count: int
    events: tuple[int, int]
    event_count: int


_stored = msgspec.msgpack.Decoder(_Stored).decode


class OpenSet:
    """The transaction set that is read."""

    def __init__(
        self, st: Sequence[str], group_version: str, terms: SetTerms, spools: SetSpools
    ) -> None:
        """`st`: the elements of ST with its identifier; `group_version`: GS08."""
        self._kind = st[1].strip() if len(st) > 1 else ""
        self._number = st[2].strip() if len(st) > 2 else ""
        self._version = (st[3].strip() if len(st) > 3 else "") or group_version
        self._spools = spools
        self._begin = (spools.claims.end, spools.events.end)
        self._claims = self._events = self._passed_over = 0
        self.has_made_ids = False
        self.faults: list[EnvelopeFault] = []
        self._walk: LoopWalk | None = None
        kind = self._claim_kind()
        if kind is not None and terms.identity is not None:
            separators = (terms.separators.element, terms.separators.component)
            self._reader = ClaimReader(terms.identity, separators[1], terms.salt, terms.plans)
            self._walk = LoopWalk(kind, separators, self._take)
        self.walk = self._pass_over if self._walk is None else self._walk.walk
        """Takes the next segment after ST."""

    @property
    def segments(self) -> int:
        """How many came, with ST."""
        return self._passed_over + 1 if self._walk is None else self._walk.segments

    def end(self, faults: Sequence[EnvelopeFault], *, has_trailer: bool) -> None:
        """Keeps the whole transaction set; `faults` are those that pyx12 found."""
        if self._walk is not None:
            self._walk.end()
        walk = self._walk
        spools = self._spools
        stored = _Stored(
            kind=self._kind,
            control_number=self._number,
            version=self._version,
            segments=self.segments + has_trailer,
            bht=walk.bht if walk else (),
            submitter=walk.submitter if walk else NOBODY,
            receiver=walk.receiver if walk else NOBODY,
            faults=(*self.faults, *faults),
            segment_faults=tuple(walk.faults.found) if walk else (),
            claims=(self._begin[0], spools.claims.end),
            claim_count=self._claims,
            events=(self._begin[1], spools.events.end),
            event_count=self._events,
        )
        spools.sets.add(_encode(stored))

    def _pass_over(self, segment: str) -> None:
        del segment
        self._passed_over += 1

    def _claim_kind(self) -> ClaimKind | None:
        """Which claims it holds; None, with the fault noted: none that are read here."""
        if not self._number:
            self.faults.append(envelope_fault("st", "7"))
        if self._kind != _OF_CLAIMS:
            self.faults.append(envelope_fault("st", "1"))
            return None
        for guide, kind in _GUIDES:
            if guide.fullmatch(self._version):
                return kind
        self.faults.append(envelope_fault("st", "I6"))
        return None

    def _take(self, loop: ClaimLoop) -> None:
        reading, event = self._reader.read(loop)
        self._spools.claims.add(_encode(reading))
        self._claims += 1
        if event:
            self._spools.events.add(event)
            self._events += 1
        self.has_made_ids |= self._reader.has_made_id
