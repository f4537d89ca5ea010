"""The smallest situation that leads to an ending: nothing in it can be left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from rules.determination import Determination
from rules.facts import Claim, Fact, Line, Report
from rules.proof.enumeration import Enumerated, ServiceOutcome, ending_of
from rules.proof.situation import Laboratory, Situation

F = TypeVar("F", Claim, Line, Report)
T = TypeVar("T")


class Witness(NamedTuple):
    """A situation that leads to an ending, and all that is decided in it of the line."""

    ending: ServiceOutcome
    situation: Situation
    determination: Determination


def witnesses(enumerated: Enumerated) -> Iterator[Witness]:
    """One for each ending that was reached, in the order of service, outcome and reason."""
    laboratory = enumerated.laboratory
    for ending in sorted(enumerated.reached):
        situation = smallest(laboratory, ending, enumerated.reached[ending])
        yield Witness(ending, situation, laboratory.answer(situation))


def smallest(laboratory: Laboratory, ending: ServiceOutcome, situation: Situation) -> Situation:
    """The situation with everything taken out that the ending does not need."""
    return reduced(situation, lambda less: ending_of(laboratory.answer(less)) == ending)


def reduced(situation: Situation, stays: Callable[[Situation], bool]) -> Situation:
    """Takes out one thing after another, as long as what matters stays."""
    for less in with_less(situation):
        if stays(less):
            return reduced(less, stays)
    return situation


def with_less(situation: Situation) -> Iterator[Situation]:
    """The situation without one of its facts, changes or details."""
    for number in range(len(situation.rows)):
        yield situation._replace(rows=_without(situation.rows, number))
    for number, fact in enumerate(situation.facts):
        before, after = situation.facts[:number], situation.facts[number + 1 :]
        if not isinstance(fact, Claim) or fact.claim_id != situation.asked[0]:
            yield situation._replace(facts=(*before, *after))
        for smaller in _smaller(fact):
            yield situation._replace(facts=(*before, smaller, *after))


def _smaller(fact: Fact) -> Iterator[Fact]:
    """The fact with one entry of one of its lists left out; a line of one unit."""
    if isinstance(fact, Claim):
        yield from _shorter(fact, "attestations", "diagnoses")
        (line,) = fact.lines
        for smaller in (*_shorter(line, "modifiers"), line._replace(units=Decimal(1))):
            if smaller != line:
                yield fact._replace(lines=(smaller,))
    elif isinstance(fact, Report):
        yield from _shorter(fact, "diagnoses", "modifiers")


def _shorter(fact: F, *fields: str) -> Iterator[F]:
    for field in fields:
        for number in range(len(getattr(fact, field))):
            shorter: dict[str, Any] = {field: _without(getattr(fact, field), number)}
            yield fact._replace(**shorter)


def _without(held: tuple[T, ...], number: int) -> tuple[T, ...]:
    return (*held[:number], *held[number + 1 :])
