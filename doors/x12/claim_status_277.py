"""
The 277 of guide 005010X214: what became of claims, by payer, submitter, provider and patient.

It answers a file (277CA), and each determination later on.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple

from doors.x12.claim_origin import ClaimOrigin, LineOrigin
from doors.x12.reading import Party
from doors.x12.segment_writer import Element, OutgoingSet, segment

GUIDE: Final = "005010X214"

UNKNOWN: Final = "UNKNOWN"
"""Written where the guide asks for a name or an id, and the claim gave none."""

PERSON: Final = "1"
"""NM102 of a person."""

_MESSAGE_MAX: Final = 264
_PROVIDER_QUALIFIERS: Final = frozenset({"FI", "SV", "XX"})


class Status(NamedTuple):
    """What STC01 says: codes of X12's lists 507 and 508."""

    category: str
    code: str
    entity: str | None = None

    @property
    def written(self) -> tuple[str, str, str | None]:
        """As one composite."""
        return (self.category, self.code, self.entity)


RECEIVED: Final = Status("A1", "19", "PR")
ACCEPTED: Final = Status("A2", "20")
REJECTED: Final = Status("A3", "21")


class LineStatus(NamedTuple):
    """What became of one service line."""

    line: LineOrigin
    status: Status


class ClaimStatus(NamedTuple):
    """What became of one claim, or of some of its lines."""

    claim: ClaimOrigin
    status: Status
    is_rejected: bool
    """Whether the claim ends here; then its payer has no number for it."""
    message: str = ""
    """For people, without anything of the member's."""
    lines: tuple[LineStatus, ...] = ()


def status_set(claims: Sequence[ClaimStatus], reference: str, at: datetime) -> OutgoingSet:
    """One 277 about claims of one submission, which are not none."""
    levels = _Levels(at)
    body = [segment("BHT", "0085", "08", reference, f"{at:%Y%m%d}", f"{at:%H%M}", "TH")]
    for place, group in enumerate(_grouped(claims, lambda each: each.claim.payer)):
        body += levels.of_payer(group, f"{reference}-{place + 1}")
    return OutgoingSet("277", body)


class _Levels:
    """Writes the levels with the numbers of their `HL`."""

    def __init__(self, at: datetime) -> None:
        self._day = at.date()
        self._last = 0

    def of_payer(self, claims: Sequence[ClaimStatus], trace: str) -> Iterator[str]:
        payer = claims[0].claim.payer
        own = self._next()
        yield segment("HL", own, None, "20", 1)
        yield segment("NM1", "PR", 2, *_organization(payer), "PI", payer.id or UNKNOWN)
        yield segment("TRN", 1, trace)
        yield segment("DTP", "050", "D8", self._day)
        yield segment("DTP", "009", "D8", self._day)
        for group in _grouped(claims, lambda each: each.claim.submitter):
            yield from self._of_submitter(group, own)

    def _of_submitter(self, claims: Sequence[ClaimStatus], above: int) -> Iterator[str]:
        submitter = claims[0].claim.submitter
        own = self._next()
        yield segment("HL", own, above, "21", 1)
        yield segment("NM1", "41", *names_of(submitter), "46", submitter.id or UNKNOWN)
        yield segment("TRN", 2, claims[0].claim.batch or UNKNOWN)
        yield from self._totals(claims, ("90", "AA"))
        for group in _grouped(claims, lambda each: each.claim.billing_provider):
            yield from self._of_provider(group, own)

    def _of_provider(self, claims: Sequence[ClaimStatus], above: int) -> Iterator[str]:
        provider = claims[0].claim.billing_provider
        own = self._next()
        qualifier = provider.qualifier if provider.qualifier in _PROVIDER_QUALIFIERS else "SV"
        yield segment("HL", own, above, "19", 1)
        yield segment("NM1", "85", *names_of(provider), qualifier, provider.id or UNKNOWN)
        yield segment("TRN", 1, provider.id or UNKNOWN)
        yield from self._totals(claims, ("QA", "QC"), with_day=False)
        for group in _grouped(claims, lambda each: (each.claim.patient, each.claim.subscriber)):
            yield from self._of_patient(group, own)

    def _of_patient(self, claims: Sequence[ClaimStatus], above: int) -> Iterator[str]:
        patient, subscriber = claims[0].claim.patient, claims[0].claim.subscriber
        yield segment("HL", self._next(), above, "PT")
        names = names_of(patient._replace(kind=PERSON))
        yield segment("NM1", "QC", *names, "MI", patient.id or subscriber.id or UNKNOWN)
        for each in claims:
            yield from self._of_claim(each)

    def _of_claim(self, each: ClaimStatus) -> Iterator[str]:
        claim, action = each.claim, _action(each.is_rejected)
        message = each.message[:_MESSAGE_MAX] or None
        between = (None,) * 7
        yield segment("TRN", 2, claim.patient_control_number or UNKNOWN)
        yield segment(
            *("STC", each.status.written, self._day, action, claim.charge, *between, message)
        )
        if not each.is_rejected:
            yield segment("REF", "1K", claim.claim_id)
        yield _days("472", claim.first_day or self._day, claim.last_day)
        for line in each.lines:
            yield from self._of_line(line)

    def _of_line(self, each: LineStatus) -> Iterator[str]:
        line = each.line
        yield segment("SVC", service(line), line.charge, None, None, None, None, line.units)
        yield segment("STC", each.status.written, self._day, "U")
        yield segment("REF", "FJ", line.control_number or line.line)
        if line.date_of_service:
            yield _days("472", line.date_of_service, None)

    def _totals(
        self, claims: Sequence[ClaimStatus], quantities: tuple[str, str], *, with_day: bool = True
    ) -> Iterator[str]:
        rejected = [each for each in claims if each.is_rejected]
        accepted = [each for each in claims if not each.is_rejected]
        action = _action(not accepted)
        day = self._day if with_day else None
        yield segment("STC", RECEIVED.written, day, action, _charges(claims))
        for name, group in zip(quantities, (accepted, rejected), strict=True):
            if group:
                yield segment("QTY", name, len(group))
        for name, group in (("YU", accepted), ("YY", rejected)):
            if group:
                yield segment("AMT", name, _charges(group))

    def _next(self) -> int:
        self._last += 1
        return self._last


def service(line: LineOrigin) -> tuple[str, ...]:
    """What a line billed, as a composite: the procedure, or else the revenue code."""
    if line.procedure:
        return ("HC", line.procedure, *line.modifiers)
    return ("NU", line.revenue_code or UNKNOWN)


def _days(qualifier: str, first: date, last: date | None) -> str:
    if last is None or last == first:
        return segment("DTP", qualifier, "D8", first)
    return segment("DTP", qualifier, "RD8", f"{first:%Y%m%d}-{last:%Y%m%d}")


def names_of(party: Party) -> tuple[Element, ...]:
    """NM102 to NM107 of a party."""
    if party.kind == PERSON:
        return (PERSON, party.last or UNKNOWN, party.first, party.middle, None, party.suffix)
    return (2, *_organization(party))


def _organization(party: Party) -> tuple[Element, ...]:
    """NM103 to NM107."""
    return (party.last or UNKNOWN, None, None, None, None)


def _action(is_rejected: bool) -> str:
    """STC03: rejected, or taken on."""
    return "U" if is_rejected else "WQ"


def _charges(claims: Iterable[ClaimStatus]) -> Decimal:
    return sum((each.claim.charge for each in claims), Decimal(0))


def _grouped(
    claims: Sequence[ClaimStatus], key: Callable[[ClaimStatus], Hashable]
) -> Iterable[list[ClaimStatus]]:
    """Claims with the same key together, in the order in which the first of each came."""
    groups: dict[Hashable, list[ClaimStatus]] = {}
    for each in claims:
        groups.setdefault(key(each), []).append(each)
    return groups.values()
