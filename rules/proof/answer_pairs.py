"""What two libraries decide of one line: outcome, and criterion by criterion, two and two."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from rules.adjudicate import adjudicate
from rules.analysis.two_libraries import changed_details
from rules.determination import Determination, ParameterValue
from rules.proof.enumeration import ServiceOutcome, ending_of
from rules.proof.situation import Laboratory, Situation
from rules.truth import Truth

CriterionAnswer = tuple[Truth, str | None]
"""What a criterion answers, and the reason that it gives."""


class AnswerPair(NamedTuple):
    """What one criterion answers of a line under either library."""

    criterion: str
    before: CriterionAnswer
    after: CriterionAnswer
    leans_on: frozenset[str]
    """Parameters that both leaned on, and that have another value in the other library."""


class EndingChange(NamedTuple):
    """What becomes of a line, where two libraries decide it differently."""

    before: ServiceOutcome
    after: ServiceOutcome
    details: tuple[str, ...]
    """What differs, where outcome and reason do not."""


class DecidedTwice(NamedTuple):
    """A line as both libraries decide it."""

    before: Determination
    after: Determination

    @property
    def differs(self) -> EndingChange | None:
        """How the two differ, if they do."""
        endings = _ending_of(self.before), _ending_of(self.after)
        if endings[0] != endings[1]:
            return EndingChange(*endings, ())
        details = tuple(changed_details(self.before, self.after))
        return EndingChange(*endings, details) if details else None

    @property
    def verdicts(self) -> tuple[AnswerPair, ...]:
        """What each criterion answers that is asked under either library."""
        return tuple(
            AnswerPair(
                was.criterion,
                (was.answer, was.reason),
                (now.answer, now.reason),
                _differing(was.parameters, now.parameters),
            )
            for was, now in zip(self.before.findings, self.after.findings, strict=False)
            if was.answer is not Truth.NOT_ASKED or now.answer is not Truth.NOT_ASKED
        )

    def pairs(self, how: EndingChange) -> Iterator[Hashable]:
        """Each verdict that differs, beside each other one and beside what becomes of the line."""
        verdicts = self.verdicts
        differing: list[Hashable] = [one for one in verdicts if one.before != one.after]
        yield from product(differing or [how.details], (how, *verdicts))


class LaboratoryPair(NamedTuple):
    """Two laboratories that decide the same situations."""

    before: Laboratory
    after: Laboratory

    def decided(self, situation: Situation) -> DecidedTwice:
        """The line that a situation asks about; its record is made once for both."""
        record = situation.record()
        before, after = (
            next(
                one
                for one in adjudicate(record, laboratory.library_of(situation))
                if (one.claim_id, one.line) == situation.asked
            )
            for laboratory in self
        )
        return DecidedTwice(before, after)


def _ending_of(one: Determination) -> ServiceOutcome:
    """Without what is recommended, which is one of the details."""
    return ending_of(one)._replace(is_recommended=False)


def _differing(
    before: Mapping[str, ParameterValue], after: Mapping[str, ParameterValue]
) -> frozenset[str]:
    return frozenset(name for name in before if name in after and before[name] != after[name])
