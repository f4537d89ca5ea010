"""
`companion`: a service that goes with this one is billed too.

    [[criterion]]
    name = "primary_procedure"
    kind = "companion"
    sets = { companions = "primary_procedures" }
    parameters = { missing = "without_primary" }
    reasons = { missing = "PRIMARY_PROCEDURE_MISSING" }

Looked at are live lines of the member of the same day, whoever bills them and under whichever plan,
and lines of the same claim up to that day. A line that was broken off is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from rules.answers import denied_or_held, met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.facts import Line
from rules.history.known import KnownFacts
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.terms_of_lines import CompanionTerms


class _Companion(NamedTuple):
    """A line that bills a service that goes with another."""

    on: date
    claim_id: str
    number: int
    procedure: str


def ask_companion(asked: Question, criterion: Criterion[CompanionTerms]) -> Finding:
    """
    One is enough that the core system has not denied; of a denied one nobody knows if it was done.

    A prior authorization says nothing of it.
    """
    line, terms, known = asked.line, criterion.terms, asked.history.known
    found = sorted(_companions(line, terms.companions, known))
    standing = [each for each in found if not _is_denied(each, known)]
    if standing:
        because = f"billed with {_names(standing)}"
        return met(criterion, asked.library, because, _evidence(standing))
    if found:
        because = f"billed with {_names(found)}, which the core system denied"
        return unknown(criterion, "missing", because, _evidence(found))
    because = f"nothing that goes with {line.procedure} is billed for {line.on} or on its claim"
    used = criterion.used("missing")
    return denied_or_held(criterion, "missing", terms.missing, because, (), used)


def _companions(
    line: ClaimLine, companions: frozenset[str], known: KnownFacts
) -> Iterable[_Companion]:
    claim = line.claim.content
    for billed in claim.lines:
        if (
            billed.procedure in companions
            and billed.number != line.billed.number
            and billed.date_of_service <= line.on
            and not _is_discontinued(billed, known.library)
        ):
            on, number = billed.date_of_service, billed.number
            yield _Companion(on, claim.claim_id, number, billed.procedure)
    for other in known.live_on(line.on):
        claim_id, number = other.name
        if (
            claim_id != claim.claim_id
            and other.procedure in companions
            and not other.is_discontinued
        ):
            yield _Companion(other.on, claim_id, number, other.procedure)


def _is_discontinued(billed: Line, library: Library) -> bool:
    return any(library.modifiers.get(each) == "discontinued" for each in billed.modifiers)


def _is_denied(companion: _Companion, known: KnownFacts) -> bool:
    return known.finalized.get((companion.claim_id, companion.number)) == "denied"


def _names(companions: Iterable[_Companion]) -> str:
    named = dict.fromkeys(f"{each.procedure} of {each.on}" for each in companions)
    return ", ".join(named)


def _evidence(companions: Iterable[_Companion]) -> tuple[Evidence, ...]:
    return tuple(Evidence("line", each.claim_id, each.number) for each in companions)
