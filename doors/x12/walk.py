"""The walk through a transaction set: which segment belongs to which loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from doors.x12.loops import (
    ClaimKind,
    ClaimLoop,
    Coverage837,
    Elements,
    Insured,
    element,
    party_of,
)
from doors.x12.open_claim import ClaimSurroundings, OpenClaim
from doors.x12.reading import NOBODY
from doors.x12.segment_faults import SegmentFaults

HEADER, PROVIDER, SUBSCRIBER, PATIENT = "header", "2000A", "2000B", "2000C"
_LEVELS: Final = {"20": PROVIDER, "22": SUBSCRIBER, "23": PATIENT}

_PASSED_OVER: Final = frozenset({"N3", "N4", "PER", "PRV", "AMT", "CAS", "PAT", "NTE"})
"""Segments that are often there and of no interest."""

_TAX_IDS: Final = frozenset({"EI", "SY"})


class LoopWalk:
    """
    Goes through the segments of one transaction set, and hands on each claim once it is complete.

    A loop is told by the segments that open it and by where it stands, not by the numbers of HL:
    senders number them as they like. Only whose dependent a patient is hangs on a number.
    """

    def __init__(
        self, kind: ClaimKind, separators: tuple[str, str], take: Callable[[ClaimLoop], None]
    ) -> None:
        """`separators`: of elements, and of components; `take` is called with each claim."""
        self.submitter = self.receiver = NOBODY
        self.bht: tuple[str, ...] = ()
        self.faults = SegmentFaults()
        self._mark, component = separators
        self._take = take
        self._claim = OpenClaim(kind, component, self.faults)
        self._claims = 0
        self._levels = 0
        self._level = HEADER
        self._subscriber_number = ""
        self._is_in_doubt = False
        self._billing, self._tax_id = NOBODY, ""
        self._subscriber, self._coverage = Insured(), Coverage837()
        self._patient: Insured | None = None
        self._outside: Mapping[str, Callable[[Elements], None]] = {
            "BHT": self._on_bht,
            "HL": self._on_hl,
            "NM1": self._on_nm1,
            "DMG": self._on_dmg,
            "SBR": self._on_sbr,
            "REF": self._on_ref,
            "CLM": self._on_clm,
            "LX": self._on_stray,
            "SV1": self._on_stray,
            "SV2": self._on_stray,
        }
        self._inside = {**self._claim.handlers, "HL": self._on_hl, "CLM": self._on_clm}
        self._handlers: Mapping[str, Callable[[Elements], None]] = self._outside

    @property
    def segments(self) -> int:
        """How many came, with ST."""
        return self.faults.position

    def walk(self, segment: str) -> None:
        """Takes the next segment after ST."""
        self.faults.position += 1
        name = segment.partition(self._mark)[0]
        handler = self._handlers.get(name)
        if handler is not None:
            handler(segment.split(self._mark))
        elif name not in _PASSED_OVER and not _is_identifier(name):
            self.faults.add("", self._level, "A segment has no valid identifier.", "1")

    def end(self) -> None:
        """Hands on the last claim; the transaction set is over."""
        self._finish_claim()
        if not self.bht:
            self.faults.add("BHT", HEADER, "The transaction set has no BHT.", "3")

    def _on_bht(self, bht: Elements) -> None:
        self.bht = tuple(bht[1:])

    def _on_hl(self, hl: Elements) -> None:
        self._finish_claim()
        self._levels += 1
        number, parent = element(hl, 1), element(hl, 2)
        if number != str(self._levels):
            self.faults.note("HL", self._level, "HL01 does not count the levels from 1.")
        level = _LEVELS.get(element(hl, 3), HEADER)
        if level == HEADER:
            self.faults.add("HL", level, "HL03 is not 20, 22 or 23.", element=(3, "7"))
        self._level = level
        if level == PROVIDER:
            self._billing, self._tax_id = NOBODY, ""
        if level != PATIENT:
            self._subscriber, self._coverage = Insured(), Coverage837()
            self._subscriber_number = number if level == SUBSCRIBER else ""
        self._patient = Insured() if level == PATIENT else None
        self._is_in_doubt = level == PATIENT and (not parent or parent != self._subscriber_number)

    def _on_nm1(self, nm1: Elements) -> None:
        match self._level, element(nm1, 1):
            case "header", "41":
                self.submitter = party_of(nm1)
            case "header", "40":
                self.receiver = party_of(nm1)
            case "2000A", "85":
                self._billing = party_of(nm1)
            case "2000B", "IL":
                self._subscriber = self._subscriber._replace(party=party_of(nm1))
            case "2000B", "PR":
                self._coverage = self._coverage._replace(payer=party_of(nm1))
            case "2000C", "QC":
                self._patient = Insured(party_of(nm1))
            case _:
                pass

    def _on_dmg(self, dmg: Elements) -> None:
        if self._level == SUBSCRIBER:
            self._subscriber = _with_demographics(self._subscriber, dmg)
        elif self._patient is not None:
            self._patient = _with_demographics(self._patient, dmg)

    def _on_sbr(self, sbr: Elements) -> None:
        self._coverage = self._coverage._replace(filing=element(sbr, 9))

    def _on_ref(self, ref: Elements) -> None:
        if self._level == PROVIDER and element(ref, 1) in _TAX_IDS:
            self._tax_id = self._tax_id or element(ref, 2)
        if self._patient is not None and element(ref, 1) == "1W":
            self._patient = self._patient._replace(member_number=element(ref, 2))

    def _on_stray(self, segment: Elements) -> None:
        self.faults.add(segment[0], self._level, "A service line stands outside a claim.", "2")

    def _on_clm(self, clm: Elements) -> None:
        self._finish_claim()
        self._claims += 1
        self._handlers = self._inside
        self._claim.begin(clm)

    def _finish_claim(self) -> None:
        if self._handlers is self._outside:
            return
        self._handlers = self._outside
        standing = ClaimSurroundings(
            billing=self._billing,
            tax_id=self._tax_id,
            subscriber=self._subscriber,
            coverage=self._coverage,
            patient=self._patient,
            has_patient=self._level in (SUBSCRIBER, PATIENT),
            is_in_doubt=self._is_in_doubt,
        )
        self._take(self._claim.end(self._claims, standing))


def _with_demographics(person: Insured, dmg: Elements) -> Insured:
    birth = element(dmg, 2) if element(dmg, 1) == "D8" else ""
    return person._replace(birth=birth, sex=element(dmg, 3))


def _is_identifier(name: str) -> bool:
    return 2 <= len(name) <= 3 and name.isalnum() and name.isascii()
