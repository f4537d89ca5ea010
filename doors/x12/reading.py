"""
What was read from a file: interchanges, their groups, their transaction sets, their claims.

Acknowledgements are made from this. It holds members' data: none of it may be logged. The texts of
faults and notes hold none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import msgspec

from doors.x12.spool import Spool, Spooled

Verdict = Literal["accepted", "accepted_with_errors", "rejected"]


class Separators(NamedTuple):
    """The four characters that an ISA declares."""

    element: str
    component: str
    repetition: str | None
    """None before 5010, where no such character is declared."""
    segment: str


class EnvelopeFault(NamedTuple):
    """What is wrong with an interchange, a group or a transaction set as such."""

    code: str
    """That of TA105 for an interchange, of AK905 for a group, of IK502 for a transaction set."""
    text: str
    rejects: bool = True
    """False: it is noted, and the content is used all the same."""


class SegmentFault(NamedTuple):
    """What is wrong with a segment of a transaction set, as IK3 and IK4 tell it."""

    segment: str
    """Its identifier."""
    position: int
    """Its number in the transaction set; ST is 1."""
    loop: str | None
    """Its loop in the implementation guide, such as 2300."""
    code: str
    """That of IK304."""
    element: int | None
    """The number of the element at fault, from 1; None: it is the segment itself."""
    element_code: str | None
    """That of IK403."""
    text: str
    rejects: bool = True


class ClaimFault(NamedTuple):
    """Why a claim is rejected, or one of the reasons."""

    code: str
    """One of `doors.x12.claim_faults.FAULTS`."""
    line: int | None
    """The number of the service line (LX01); None: it is the claim itself."""
    text: str
    """A sentence for whoever sent it, without any member's data."""


class Party(NamedTuple):
    """Who an NM1 segment names."""

    kind: str
    """NM102: 1 is a person, 2 is not."""
    last: str
    """The last name, or the name of an organization."""
    first: str
    middle: str
    suffix: str
    qualifier: str
    """NM108: what kind of id it is; empty if there is none."""
    id: str


NOBODY = Party("", "", "", "", "", "", "")


class ClaimReading(NamedTuple):
    """A claim as it was read, with what its acknowledgement says of it."""

    position: int
    """Its number in its transaction set, from 1."""
    claim_id: str
    """That of its event."""
    event_id: str
    control_number: str
    """CLM01, the provider's own number for it."""
    trace_number: str
    """REF*D9, the number of the gateway before us; empty if there is none."""
    bill_type: str
    """CLM05-1 and CLM05-3 of an institutional claim; empty for a professional one."""
    charge: str
    """CLM02 as it came."""
    first_day: str
    """The first and last date of service of its lines, CCYYMMDD; empty: none could be read."""
    last_day: str
    patient: Party
    """With the id that the file gives; that of the subscriber where the patient has none."""
    billing: Party
    """The billing provider."""
    lines: int
    faults: tuple[ClaimFault, ...]
    """None: it is sent, if its transaction set is not rejected."""
    payer: Party = NOBODY
    """2010BB, which an answer to the claim names."""
    subscriber: Party = NOBODY
    """2010BA, also where the patient is another."""
    tax_id: str = ""
    """REF*EI or REF*SY of the billing provider."""
    filing_code: str = ""
    """SBR09 of the subscriber."""
    facility: str = ""
    """CLM05-1."""
    line_control_numbers: tuple[str, ...] = ()
    """REF*6R of each line in the order of the claim; empty where a line has none."""


claim_from_bytes = msgspec.msgpack.Decoder(ClaimReading).decode
"""A claim as the spool holds it."""


class SetReading(NamedTuple):
    """A transaction set, from ST to SE."""

    kind: str
    """ST01: 837 if it holds claims."""
    control_number: str
    """ST02."""
    version: str
    """ST03, or what GS08 says where it is missing; of 4010, REF*87."""
    segments: int
    """How many there are, with ST and SE."""
    bht: tuple[str, ...]
    """The elements of BHT, BHT01 first; empty: it is missing."""
    submitter: Party
    receiver: Party
    faults: tuple[EnvelopeFault, ...]
    segment_faults: tuple[SegmentFault, ...]
    """The first hundred."""
    claims: Spooled[ClaimReading]
    events: Spooled[bytes]
    """Those of the claims without faults, in the same order."""

    @property
    def verdict(self) -> Verdict:
        """Of this transaction set alone."""
        found: Sequence[EnvelopeFault | SegmentFault] = (*self.faults, *self.segment_faults)
        return verdict_of(found)


class GroupReading(NamedTuple):
    """A functional group, from GS to GE."""

    elements: tuple[str, ...]
    """Those of GS, GS01 first."""
    sets: tuple[SetReading, ...] | Spooled[SetReading]
    faults: tuple[EnvelopeFault, ...]
    declared: int | None = None
    """GE01: how many transaction sets it says it has; None where no number could be read."""

    @property
    def verdict(self) -> Verdict:
        """Of the group itself, whatever its transaction sets are."""
        return verdict_of(self.faults)


class InterchangeReading(NamedTuple):
    """An interchange, from ISA to IEA."""

    elements: tuple[str, ...]
    """Those of ISA, ISA01 first, without the blanks that fill them up."""
    separators: Separators
    groups: tuple[GroupReading, ...]
    faults: tuple[EnvelopeFault, ...]

    @property
    def verdict(self) -> Verdict:
        """Of the interchange itself, whatever its groups are."""
        return verdict_of(self.faults)


class ClaimOutcome(NamedTuple):
    """What became of a claim: it is sent, or rejected with why."""

    interchange: InterchangeReading
    group: GroupReading
    transaction_set: SetReading
    claim: ClaimReading
    reasons: tuple[str, ...]
    """None: it is sent."""


class FileReading(NamedTuple):
    """All that was read from a file."""

    name: str
    """The file's own name, without its folder."""
    interchanges: tuple[InterchangeReading, ...]
    fault: str | None
    """Why the file, or the rest of it, could not be read: a sentence."""
    notes: tuple[str, ...]
    """What its sender or an operator should know, once a file: an unmapped payer, for one."""
    spools: tuple[Spool, ...] = ()
    """Where claims and events are."""

    def outcomes(self) -> Iterator[ClaimOutcome]:
        """Each claim with what became of it, in the order of the file."""
        for interchange in self.interchanges:
            for group in interchange.groups:
                for each in group.sets:
                    above = reasons_above(interchange, group, each)
                    for claim in each.claims:
                        reasons = above or tuple(fault.text for fault in claim.faults)
                        yield ClaimOutcome(interchange, group, each, claim, reasons)

    def events(self) -> Iterator[bytes]:
        """The event of each claim that is sent, as JSON, in the order of the file."""
        for interchange in self.interchanges:
            for group in interchange.groups:
                for each in group.sets:
                    if not reasons_above(interchange, group, each):
                        yield from each.events

    def close(self) -> None:
        """Gives the room on disk back; claims can no longer be gone through."""
        for spool in self.spools:
            spool.close()


def verdict_of(faults: Sequence[EnvelopeFault | SegmentFault]) -> Verdict:
    """What some faults come to."""
    if any(fault.rejects for fault in faults):
        return "rejected"
    return "accepted_with_errors" if faults else "accepted"


def reasons_above(
    interchange: InterchangeReading, group: GroupReading, transaction_set: SetReading
) -> tuple[str, ...]:
    """Why nothing of a transaction set is sent, whatever its claims are; none: it may be."""
    found: tuple[EnvelopeFault | SegmentFault, ...] = (
        *interchange.faults,
        *group.faults,
        *transaction_set.faults,
        *transaction_set.segment_faults,
    )
    return tuple(dict.fromkeys(fault.text for fault in found if fault.rejects))
