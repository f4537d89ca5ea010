"""
835 (005010X221A1) for a claim of which every line is denied, and for no other.

Nothing is paid, so nothing has to be priced: each line's charge is taken back by one adjustment,
and the claim balances as charge = 0 paid + adjustments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from doors.x12.claim_origin import ClaimOrigin, LineOrigin
from doors.x12.claim_status_277 import PERSON, UNKNOWN, service
from doors.x12.payer import Payer
from doors.x12.reading import Party
from doors.x12.segment_writer import Element, OutgoingSet, segment

GUIDE: Final = "005010X221A1"

_FILING_CODES: Final = {
    *("12", "13", "14", "15", "16", "17", "AM", "CH", "DS", "HM"),
    *("LM", "MA", "MB", "MC", "OF", "TV", "VA", "WC", "ZZ"),
}
_OTHER_FILING: Final = "ZZ"
_DENIED: Final = "4"
_PATIENT: Final = "PR"
_PROVIDER_QUALIFIERS: Final = frozenset({"FI", "XV", "XX"})


class DeniedLine(NamedTuple):
    """A denied line with the codes of its determination."""

    line: LineOrigin
    group: str
    carc: str
    rarc: tuple[str, ...]


def remittance_set(
    claim: ClaimOrigin, lines: Sequence[DeniedLine], payer: Payer, trace: str, day: date
) -> OutgoingSet:
    """The 835 of one claim; `why_unbalanced` has said that it can be one."""
    return OutgoingSet(
        "835", [*_header(claim, payer, trace, day), segment("LX", 1), *_of_claim(claim, lines)]
    )


def why_unbalanced(claim: ClaimOrigin, lines: Sequence[DeniedLine]) -> str | None:
    """Why no 835 can be written although every line is denied; None where it can."""
    if sum((each.line.charge for each in lines), Decimal(0)) != claim.charge:
        return "the charges of its lines do not add up to the charge of the claim"
    if any(each.line.charge < 0 for each in lines):
        return "a line has a negative charge"
    return None


def adjustments(each: DeniedLine) -> Iterator[str]:
    """The `CAS` of a denied line, and an `LQ` for each of its remark codes."""
    yield segment("CAS", each.group, each.carc, each.line.charge)
    for code in each.rarc:
        yield segment("LQ", "HE", code)


def _header(claim: ClaimOrigin, payer: Payer, trace: str, day: date) -> Iterator[str]:
    yield segment("BPR", "I", 0, "C", "NON", *(None,) * 11, day)
    yield segment("TRN", 1, trace, f"1{payer.tax_id}")
    yield segment("DTM", "405", day)
    yield segment("N1", "PR", payer.name)
    yield segment("N3", payer.street)
    yield segment("N4", payer.city, payer.state, payer.postal_code)
    yield segment("REF", "2U", payer.id)
    yield segment("PER", "BL", payer.contact, "TE", payer.telephone)
    yield from _payee(claim)


def _payee(claim: ClaimOrigin) -> Iterator[str]:
    provider, tax_id = claim.billing_provider, claim.tax_id
    is_person = provider.kind == PERSON
    names = (provider.first, provider.last) if is_person else (provider.last,)
    name = " ".join(each for each in names if each) or UNKNOWN
    is_known = provider.qualifier in _PROVIDER_QUALIFIERS and provider.id
    id_of = (provider.qualifier, provider.id) if is_known else ("FI", tax_id or UNKNOWN)
    yield segment("N1", "PE", name, *id_of)
    if tax_id and is_known:
        yield segment("REF", "TJ", tax_id)


def _of_claim(claim: ClaimOrigin, lines: Sequence[DeniedLine]) -> Iterator[str]:
    of_patient = sum((each.line.charge for each in lines if each.group == _PATIENT), Decimal(0))
    filing = claim.filing_code if claim.filing_code in _FILING_CODES else _OTHER_FILING
    place = (claim.facility, claim.frequency)
    yield segment(
        *("CLP", claim.patient_control_number or UNKNOWN, _DENIED, claim.charge, 0),
        *(of_patient or None, filing, claim.claim_id, *place),
    )
    yield segment("NM1", "QC", 1, *_person(claim.patient))
    if claim.subscriber != claim.patient and claim.subscriber.id:
        kind = claim.subscriber.kind or PERSON
        yield segment("NM1", "IL", kind, *_person(claim.subscriber))
    for qualifier, day in (("232", claim.first_day), ("233", claim.last_day)):
        if day:
            yield segment("DTM", qualifier, day)
    for each in lines:
        yield from _of_line(each)


def _person(party: Party) -> tuple[Element, ...]:
    """NM103 to NM109."""
    id_of = ("MI", party.id) if party.id else (None, None)
    return (party.last or UNKNOWN, party.first, party.middle, None, party.suffix, *id_of)


def _of_line(each: DeniedLine) -> Iterator[str]:
    line = each.line
    by_revenue = line.revenue_code if line.procedure and line.revenue_code else None
    yield segment("SVC", service(line), line.charge, 0, by_revenue, line.units)
    if line.date_of_service:
        yield segment("DTM", "472", line.date_of_service)
    cas, *remarks = adjustments(each)
    yield cas
    yield segment("REF", "6R", line.control_number or line.line)
    yield from remarks
