"""
Leaves out what a fact does not say: a state without any new field is stored as it always was.

A state is an array of arrays, by position. What was added at the end of one is written only where
it says something, so an earlier release reads each state that does not need a later one.
"""

from __future__ import annotations

from typing import Any, Final

from rules.facts import Attestation, Claim, Line, Origin, Treatment
from rules.history.record import Record
from rules.member.member import Member
from rules.member.published import UNNAMED_POLICY, Published

Short = tuple[Any, ...]
"""A named tuple without the fields at its end that say nothing."""

_TREATMENTS: Final = Record._fields.index("treatments")
_LINES: Final = Claim._fields.index("lines")
_LINE: Final = Line._fields.index("ordering_npi")
_ATTESTATION: Final = Attestation._fields.index("value")
_TREATMENT: Final = Treatment._fields.index("ended_on")
"""Where the fields begin that were added; of a record, behind its treatments."""

_POLICY: Final = Published._fields.index("policy")

_NOT_ORDERED: Final = (None, None)
_NOT_MEASURED: Final = (None, None)
_OPEN: Final = (None, "unknown", None)


def short_member(member: Member) -> Short:
    """The state to be encoded; it is decoded as the same member."""
    published = [
        line if line[_POLICY] != UNNAMED_POLICY else line[:_POLICY] for line in member.published
    ]
    return (_short_record(member.record), published, *member[2:])


def _short_record(record: Record) -> Short:
    claims = [(origin, _short_claim(claim)) for origin, claim in record.claims]
    treatments: tuple[tuple[Origin, Short], ...] = tuple(
        (origin, _unless(_OPEN, treatment, _TREATMENT)) for origin, treatment in record.treatments
    )
    since = [*record[_TREATMENTS + 1 :]]
    while since and not since[-1]:
        since.pop()
    return (claims, *record[1:_TREATMENTS], treatments, *since)


def _short_claim(claim: Claim) -> Short:
    lines = tuple([_unless(_NOT_ORDERED, line, _LINE) for line in claim.lines])
    whole = claim[:_LINES] + (lines,) + claim[_LINES + 1 :]  # noqa: RUF005  # half the time
    if not claim.attestations:
        return whole
    attested = [_unless(_NOT_MEASURED, word, _ATTESTATION) for word in claim.attestations]
    return (*whole[:-1], attested)


def _unless(nothing: Short, fact: Short, begins: int) -> Short:
    """The fact as it was before fields were added, if those say nothing."""
    return fact[:begins] if fact[begins:] == nothing else fact
