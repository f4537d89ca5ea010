"""Reads an interchange: its groups, their transaction sets, and what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from doors.x12.claims import PlanFinder, SetIdentity
from doors.x12.dates import instant_of
from doors.x12.envelope import EnvelopeCheck, EnvelopeLevel, envelope_fault
from doors.x12.reading import EnvelopeFault, GroupReading, InterchangeReading, Separators
from doors.x12.segments import SegmentStream, Unreadable
from doors.x12.sets import OpenSet, SetSpools, SetTerms
from doors.x12.spool import Spooled

GROUPS_MAX: Final = 10_000
_OF_CLAIMS: Final = "HC"


class FileTerms(NamedTuple):
    """What the whole file is read by."""

    received: date | None
    """The day on which the claims were received, if the caller knows it."""
    salt: bytes
    plans: PlanFinder


class InterchangeReader:
    """Reads the interchanges of a file, one after the other."""

    def __init__(
        self,
        stream: SegmentStream,
        spools: SetSpools,
        terms: FileTerms,
    ) -> None:
        self._stream = stream
        self.spools = spools
        self.terms = terms
        self.check = EnvelopeCheck()
        self.has_made_ids = False
        """Whether a member id was made from a name."""
        self.broken_off: Unreadable | None = None
        """Why nothing after the interchange that was read last can be read."""

    def read(self, elements: tuple[str, ...], separators: Separators) -> InterchangeReading:
        """The interchange that begins with an ISA of these elements, up to its end."""
        interchange = _OpenInterchange(self, elements, separators)
        self.check.separate(separators)
        isa = separators.element.join(("ISA", *elements))
        interchange.note(self.check.check(isa))
        try:
            for segment in self._stream.segments():
                interchange.take(segment)
        except Unreadable as unreadable:
            self.broken_off = unreadable
        return interchange.end()


class _OpenInterchange:
    """The interchange that is read."""

    def __init__(
        self, reader: InterchangeReader, elements: tuple[str, ...], separators: Separators
    ) -> None:
        self._reader = reader
        self._elements = elements
        self._separators = separators
        self._mark = separators.element
        self._faults: dict[EnvelopeLevel, list[EnvelopeFault]] = {"isa": [], "gs": [], "st": []}
        self._groups: list[GroupReading] = []
        self._group: Sequence[str] | None = None
        self._sets_begin = self._sets = 0
        self._set: OpenSet | None = None
        self._has_ended = False
        self._others = {
            f"ST{self._mark}": self._begin_set,
            f"SE{self._mark}": self._end_set,
            f"GS{self._mark}": self._begin_group,
            f"GE{self._mark}": self._end_group,
            "IEA": self._end,
            "TA1": self._pass_over,
        }

    def take(self, segment: str) -> None:
        """The next segment after ISA."""
        handler = self._others.get(segment[:3])
        if handler is not None:
            handler(segment)
        elif self._set is not None:
            if segment:
                self._set.walk(segment)
        elif segment:
            self._misplaced()

    def note(self, faults: Sequence[tuple[EnvelopeLevel, EnvelopeFault]]) -> None:
        """Takes what pyx12 found."""
        for level, fault in faults:
            if fault not in self._faults[level]:
                self._faults[level].append(fault)

    def end(self) -> InterchangeReading:
        """The whole interchange; what has no end is told."""
        if not self._has_ended:
            self._close_group()
            self._add("isa", "023")
        return InterchangeReading(
            self._elements, self._separators, tuple(self._groups), tuple(self._faults["isa"])
        )

    def _add(self, level: EnvelopeLevel, code: str) -> None:
        self.note([(level, envelope_fault(level, code))])

    def _identity(self, st: Sequence[str]) -> SetIdentity | None:
        """Which transaction set it is; None: neither GS nor ISA says when it was made."""
        isa, gs = self._elements, self._group or ()
        made = instant_of(_at(gs, 4), _at(gs, 5)) or instant_of(isa[8], isa[9])
        if made is None:
            return None
        received = self._reader.terms.received or made.date()
        return SetIdentity(
            source=f"/x12/{isa[4]}/{isa[5]}",
            controls=(isa[12], _at(gs, 6), _at(st, 2)),
            time=f"{made:%Y-%m-%dT%H:%M:%SZ}",
            received_at=received.isoformat(),
        )

    def _misplaced(self) -> None:
        self._add("isa", "024")

    def _pass_over(self, segment: str) -> None:
        """TA1 stands between groups and is of no interest here."""
        if self._set is not None:
            self._set.walk(segment)

    def _check(self, segment: str, segments: int = 0) -> None:
        self.note(self._reader.check.check(segment, segments))

    # -------------------------------------------------------------------------- groups

    def _begin_group(self, segment: str) -> None:
        self._close_group()
        if len(self._groups) >= GROUPS_MAX:
            raise Unreadable(f"An interchange has more than {GROUPS_MAX:,} groups.")
        self._faults["gs"] = []
        self._group = segment.split(self._mark)
        self._sets_begin, self._sets = self._reader.spools.sets.end, 0
        self._check(segment)
        if self._group[1:2] != [_OF_CLAIMS]:
            self._add("gs", "1")

    def _end_group(self, segment: str) -> None:
        if self._group is None:
            self._misplaced()
            return
        self._close_set()
        self._check(segment)
        declared = _at(segment.split(self._mark), 1)
        self._finish_group(int(declared) if re.fullmatch("[0-9]{1,6}", declared) else None)

    def _close_group(self) -> None:
        """Ends a group whose GE is missing."""
        if self._group is not None:
            self._close_set()
            self._reader.check.leave()
            self._add("gs", "3")
            self._finish_group()

    def _finish_group(self, declared: int | None = None) -> None:
        assert self._group is not None  # the callers asked
        spools = self._reader.spools
        sets = Spooled(
            spools.sets, spools.set_from_bytes, (self._sets_begin, spools.sets.end), self._sets
        )
        elements = tuple(each.strip() for each in self._group[1:])
        self._groups.append(GroupReading(elements, sets, tuple(self._faults["gs"]), declared))
        self._group = None

    # ---------------------------------------------------------------- transaction sets

    def _begin_set(self, segment: str) -> None:
        self._close_set()
        if self._group is None:
            self._misplaced()
            return
        self._faults["st"] = []
        self._check(segment)
        st = segment.split(self._mark)
        terms = self._reader.terms
        identity = self._identity(st)
        if identity is None:
            self._add("gs", "DATE")
        self._set = OpenSet(
            st,
            _at(self._group, 8),
            SetTerms(self._separators, identity, terms.salt, terms.plans),
            self._reader.spools,
        )

    def _end_set(self, segment: str) -> None:
        if self._set is None:
            self._misplaced()
            return
        self._check(segment, self._set.segments - 1)
        self._finish_set(has_trailer=True)

    def _close_set(self) -> None:
        """Ends a transaction set whose SE is missing."""
        if self._set is not None:
            self._reader.check.leave()
            self._add("st", "2")
            self._finish_set(has_trailer=False)

    def _finish_set(self, *, has_trailer: bool) -> None:
        assert self._set is not None  # the callers asked
        self._set.end(self._faults["st"], has_trailer=has_trailer)
        self._reader.has_made_ids |= self._set.has_made_ids
        self._sets += 1
        self._set = None

    def _end(self, segment: str) -> None:
        """IEA."""
        if self._group is not None:
            self._misplaced()
        self._close_group()
        self._check(segment)
        self._has_ended = True


def _at(elements: Sequence[str], number: int) -> str:
    """An element of a segment whose identifier is the first; empty: there is none."""
    return elements[number].strip() if number < len(elements) else ""
