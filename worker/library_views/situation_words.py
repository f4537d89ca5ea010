"""Describes a situation of a proof in words: the claim, and the record in days before it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from rules.facts import (
    Attestation,
    Authorization,
    Claim,
    Coverage,
    Fact,
    Finalization,
    Person,
    Report,
    Review,
    Treatment,
)
from rules.proof.situation import Situation


def words_of(situation: Situation) -> Iterator[str]:
    """Describes the line in question, then everything on record."""
    asked = next(
        fact
        for fact in situation.facts
        if isinstance(fact, Claim) and fact.claim_id == situation.asked[0]
    )
    on = asked.lines[0].date_of_service
    yield f"{_claim(asked, on)}, on {on}"
    yield from (_said(fact, on) for fact in situation.facts if fact is not asked)


def _said(fact: Fact, on: date) -> str:
    match fact:
        case Claim():
            return _claim(fact, on)
        case Report() | Treatment():
            return _reported(fact, on)
        case Coverage():
            until = fact.enrolled_through
            through = "" if until is None else f" to {_when(until, on)}"
            return f"enrolled in {fact.plan_id} from {_when(fact.enrolled_from, on)}{through}"
        case Authorization():
            return f"authorization of {fact.procedure}, {fact.status}"
        case Finalization() | Review():
            return _word_on_line(fact)
        case Person():
            born = fact.birth_date
            return f"sex {fact.sex}, born {'nobody knows when' if born is None else born}"


def _word_on_line(fact: Finalization | Review) -> str:
    if isinstance(fact, Review):
        said = f"{fact.decision} by a reviewer"
    else:
        said = f"{fact.status} by the core system"
    return f"claim {fact.claim_id}, line {fact.line}: {said}"


def _claim(claim: Claim, on: date) -> str:
    line = claim.lines[0]
    told = [
        f"claim {claim.claim_id}: {_coded(line.procedure, line.modifiers)}",
        f"for {' '.join(claim.diagnoses) or 'no diagnosis'}",
        f"under {claim.plan_id}",
    ]
    if claim.claim_type == "institutional":
        told.append("institutional")
    if claim.place_of_service is not None:
        told.append(f"at place {claim.place_of_service}")
    if line.ordering_specialty is not None:
        told.append(f"ordered by {line.ordering_specialty}")
    if line.units != 1:
        told.append(f"{line.units} units")
    if claim.replaces is not None:
        told.append(f"{'a void' if claim.frequency == '8' else 'in place'} of {claim.replaces}")
    told += [_attested(each, on) for each in claim.attestations]
    told.append(f"received {_when(claim.received_at, on)}")
    if line.date_of_service != on:
        told.append(_when(line.date_of_service, on))
    return ", ".join(told)


def _reported(fact: Report | Treatment, on: date) -> str:
    if isinstance(fact, Report):
        kind, told = "report", [_coded(fact.procedure, fact.modifiers), fact.status]
        told.append(f"result {fact.result}")
    else:
        kind, told = "report of a treatment", [*_treated(fact, on)]
    return f"{kind}: {', '.join([*told, *fact.diagnoses])}, {_when(fact.date_of_service, on)}"


def _treated(fact: Treatment, on: date) -> Iterator[str]:
    yield from filter(None, (fact.procedure, fact.therapy, fact.status))
    if fact.outcome != "unknown":
        yield fact.outcome.replace("_", " ")
    if fact.ended_on is not None:
        yield f"ended {_when(fact.ended_on, on)}"


def _attested(word: Attestation, on: date) -> str:
    value = "" if word.value is None else f" {word.value} {word.unit or ''}".rstrip()
    return f"attests {word.kind}{value} {_when(word.date_of_service, on)}"


def _coded(procedure: str, modifiers: tuple[str, ...]) -> str:
    return "-".join((procedure, *modifiers))


def _when(day: date, on: date) -> str:
    """Describes a day relative to the one in question."""
    days = (on - day).days
    if days == 0:
        return "the same day"
    apart = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"{apart} before" if days > 0 else f"{apart} after"
