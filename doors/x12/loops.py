"""The loops of an 837 that a claim is made of, as they stand in the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from doors.x12.reading import NOBODY, Party

Elements = Sequence[str]
"""The elements of a segment; its identifier is the first, so that [3] is the third element."""

ClaimKind = Literal["professional", "institutional"]


def element(elements: Elements, number: int) -> str:
    """An element without blanks around it; empty: the segment ends before it."""
    return elements[number].strip() if number < len(elements) else ""


def party_of(nm1: Elements) -> Party:
    """Who an NM1 segment names."""
    return Party(
        kind=element(nm1, 2),
        last=element(nm1, 3),
        first=element(nm1, 4),
        middle=element(nm1, 5),
        suffix=element(nm1, 7),
        qualifier=element(nm1, 8),
        id=element(nm1, 9),
    )


class Insured(NamedTuple):
    """A subscriber or a dependent (2010BA, 2010CA)."""

    party: Party = NOBODY
    birth: str = ""
    """DMG02."""
    sex: str = ""
    """DMG03."""
    member_number: str = ""
    """REF*1W: a number of the payer's for this person."""


class Coverage837(NamedTuple):
    """The payer of a subscriber, and as what it pays (2000B, 2010BB)."""

    payer: Party = NOBODY
    filing: str = ""
    """SBR09: the claim filing indicator."""


class LineLoop(NamedTuple):
    """A service line (2400)."""

    number: str
    """LX01; empty if there is none."""
    service: Elements
    """SV1 or SV2, with its identifier; empty if there is none."""
    date: Elements
    """DTP*472."""
    rendering: str
    """The NPI of 2420A."""
    control_number: str
    """REF*6R: the provider's own number for it."""
    ordering: str = ""
    """The NPI of 2420E."""
    ordering_specialty: str = ""
    """PRV03 of 2420E, where PRV02 says that it is of the provider taxonomy."""


class ClaimLoop(NamedTuple):
    """A claim (2300) with the loops that it stands in."""

    kind: ClaimKind
    position: int
    """Its number in its transaction set, from 1."""
    clm: Elements
    billing: Party
    tax_id: str
    """REF*EI or REF*SY of the billing provider."""
    subscriber: Insured
    coverage: Coverage837
    patient: Insured | None
    """None: the patient is the subscriber."""
    has_patient: bool
    """Whether a subscriber or a dependent stands before it at all."""
    is_in_doubt: bool
    """Whether it is in doubt whose dependent the patient is."""
    references: dict[str, str]
    """REF of the claim itself: F8, D9, G1."""
    dates: dict[str, Elements]
    """DTP of the claim itself, by qualifier."""
    diagnoses: tuple[str, ...]
    """Every composite of its HI segments."""
    attachments: tuple[Elements, ...]
    """PWK of the claim and of its lines."""
    rendering: str
    """The NPI of 2310B (professional) or 2310D (institutional)."""
    lines: tuple[LineLoop, ...]
    lines_seen: int
    """How many there are; `lines` has no more than a thousand."""
