"""The claim that a walk is in: its own segments, its lines, and what is none of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from doors.x12.loops import (
    ClaimKind,
    ClaimLoop,
    Coverage837,
    Elements,
    Insured,
    LineLoop,
    element,
)
from doors.x12.reading import Party
from doors.x12.segment_faults import SegmentFaults

LINES_KEPT: Final = 1000
DIAGNOSES_KEPT: Final = 101
ATTACHMENTS_KEPT: Final = 50

CLAIM, PROVIDER, OTHER_PAYER = "2300", "2310", "2320"
LINE, LINE_PROVIDER, OTHER_PAYMENT = "2400", "2420", "2430"

_NAMES: Final = re.compile(r"(?:HC|ABK|ABF|BK|BF|[0-9]{2}|ER|IV|WK)([^0-9A-Za-z])")
"""How a composite begins whose parts are known to be more than one."""

_TAXONOMY: Final = ("PXC", "ZZ")
"""PRV02 of a code of the provider taxonomy, of 5010 and of 4010."""

_REFERENCES: Final = frozenset({"F8", "D9", "G1"})


class ClaimSurroundings(NamedTuple):
    """The loops that a claim stands in."""

    billing: Party
    tax_id: str
    subscriber: Insured
    coverage: Coverage837
    patient: Insured | None
    has_patient: bool
    is_in_doubt: bool


class OpenClaim:
    """
    Takes the segments of one claim after another.

    Loops of other payers (2320, 2330, 2430) are passed over: their references, dates and people are
    none of the claim's.
    """

    def __init__(self, kind: ClaimKind, component: str, faults: SegmentFaults) -> None:
        """`component`: what separates the parts of an element."""
        self._kind = kind
        self._component = component
        self._faults = faults
        self._has_told_separator = False
        self._has_line = False
        self._line_number = self._line_rendering = self._line_control_number = ""
        self._line_ordering = self._line_specialty = ""
        self._is_ordering = False
        self._service: Elements = ()
        self._line_date: Elements = ()
        self.handlers: Mapping[str, Callable[[Elements], None]] = {
            "NM1": self._on_nm1,
            "SBR": self._on_sbr,
            "REF": self._on_ref,
            "DTP": self._on_dtp,
            "HI": self._on_hi,
            "PRV": self._on_prv,
            "PWK": self._on_pwk,
            "LX": self._on_lx,
            "SV1": self._on_service,
            "SV2": self._on_service,
            "SV3": self._on_service,
            "SVD": self._on_svd,
        }

    def begin(self, clm: Elements) -> None:
        """Forgets the claim before, and begins one with its CLM."""
        self._clm = clm
        self._loop = CLAIM
        self._references: dict[str, str] = {}
        self._dates: dict[str, Elements] = {}
        self._diagnoses: list[str] = []
        self._attachments: list[Elements] = []
        self._rendering = ""
        self._lines: list[LineLoop] = []
        self._lines_seen = 0
        self._forget_line()
        if len(clm) > 5:
            self._must_split("CLM", 5, clm[5])

    def end(self, position: int, standing: ClaimSurroundings) -> ClaimLoop:
        """The whole claim; `position` is its number in its transaction set."""
        self._finish_line()
        return ClaimLoop(
            kind=self._kind,
            position=position,
            clm=self._clm,
            billing=standing.billing,
            tax_id=standing.tax_id,
            subscriber=standing.subscriber,
            coverage=standing.coverage,
            patient=standing.patient,
            has_patient=standing.has_patient,
            is_in_doubt=standing.is_in_doubt,
            references=self._references,
            dates=self._dates,
            diagnoses=tuple(self._diagnoses),
            attachments=tuple(self._attachments),
            rendering=self._rendering,
            lines=tuple(self._lines),
            lines_seen=self._lines_seen,
        )

    def _on_nm1(self, nm1: Elements) -> None:
        """A provider of the claim or of a line, or someone of another payer's."""
        is_rendering = element(nm1, 1) == "82"
        if self._loop in (CLAIM, PROVIDER):
            self._loop = PROVIDER
            if is_rendering:
                self._rendering = npi_of(nm1)
        elif self._loop in (LINE, LINE_PROVIDER):
            self._loop = LINE_PROVIDER
            self._is_ordering = element(nm1, 1) == "DK"
            if is_rendering:
                self._line_rendering = npi_of(nm1)
            elif self._is_ordering:
                self._line_ordering = npi_of(nm1)

    def _on_prv(self, prv: Elements) -> None:
        if self._loop == LINE_PROVIDER and self._is_ordering and element(prv, 2) in _TAXONOMY:
            self._line_specialty = element(prv, 3)

    def _on_sbr(self, sbr: Elements) -> None:
        del sbr
        self._loop = OTHER_PAYER

    def _on_ref(self, ref: Elements) -> None:
        qualifier = element(ref, 1)
        if self._loop == CLAIM and qualifier in _REFERENCES:
            self._references.setdefault(qualifier, element(ref, 2))
        elif self._loop == LINE and qualifier == "6R":
            self._line_control_number = element(ref, 2)

    def _on_dtp(self, dtp: Elements) -> None:
        if self._loop == CLAIM:
            self._dates.setdefault(element(dtp, 1), dtp)
        elif self._loop == LINE and element(dtp, 1) == "472":
            self._line_date = dtp

    def _on_hi(self, hi: Elements) -> None:
        if self._loop == CLAIM:
            for number, composite in enumerate(hi[1:], 1):
                self._must_split("HI", number, composite)
            self._diagnoses += hi[1:]
            del self._diagnoses[DIAGNOSES_KEPT:]

    def _on_pwk(self, pwk: Elements) -> None:
        if self._loop in (CLAIM, LINE) and len(self._attachments) < ATTACHMENTS_KEPT:
            self._attachments.append(pwk)

    def _on_lx(self, lx: Elements) -> None:
        self._finish_line()
        self._loop = LINE
        self._line_number, self._has_line = element(lx, 1), True

    def _on_service(self, service: Elements) -> None:
        if self._service or not self._has_line:
            self._finish_line()
            self._has_line = True
        self._loop = LINE
        self._service = service
        number = 2 if service[0] == "SV2" else 1
        if len(service) > number:
            self._must_split(service[0], number, service[number])

    def _on_svd(self, svd: Elements) -> None:
        del svd
        if self._loop in (LINE, LINE_PROVIDER):
            self._loop = OTHER_PAYMENT

    def _forget_line(self) -> None:
        self._has_line = False
        self._line_number = self._line_rendering = self._line_control_number = ""
        self._line_ordering = self._line_specialty = ""
        self._is_ordering = False
        self._service = self._line_date = ()

    def _finish_line(self) -> None:
        if self._has_line:
            self._lines_seen += 1
            if self._lines_seen <= LINES_KEPT:
                self._lines.append(
                    LineLoop(
                        number=self._line_number,
                        service=self._service,
                        date=self._line_date,
                        rendering=self._line_rendering,
                        control_number=self._line_control_number,
                        ordering=self._line_ordering,
                        ordering_specialty=self._line_specialty,
                    )
                )
            self._forget_line()

    def _must_split(self, name: str, number: int, composite: str) -> None:
        """Refuses a composite whose parts are joined by something that ISA16 does not declare."""
        if self._component in composite or self._has_told_separator:
            return
        found = _NAMES.match(composite)
        if found and found[1] not in " .-/":
            self._has_told_separator = True
            self._faults.add(
                name,
                self._loop,
                f"The parts of elements are joined by {found[1]!r}, but ISA16 declares "
                f"{self._component!r}: no code of the transaction set can be read.",
                element=(number, "6"),
            )


def npi_of(nm1: Elements) -> str:
    """The NPI of a provider; empty: it has none."""
    return element(nm1, 9) if element(nm1, 8) == "XX" else ""
