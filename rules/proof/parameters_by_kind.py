"""Whether each parameter decides anything, by the facts that lead to its criterion's answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rules.determination import ParameterValue
from rules.policy.document import PolicyDocument
from rules.proof.answers import Swing, criterion_with, kept, other_answers
from rules.proof.reached_answers import CriterionReached, DecidedFacts
from rules.proof.situation import Laboratory, Situation


def swings_by_kind(
    laboratory: Laboratory, document: PolicyDocument, reached: Sequence[CriterionReached]
) -> Iterator[Swing]:
    """
    Each other answer of each parameter of a version, with facts that it decides otherwise.

    Of a parameter that no criterion has, such as the number of days to decide, all facts are tried.
    """
    for parameter in document.parameters:
        criterion = criterion_with(parameter.name, document)
        facts = [
            decided
            for each in reached
            if criterion in ("", each.row.name)
            for decided in each.decided
        ]
        for answer in other_answers(parameter):
            yield Swing(
                parameter.name, answer, _otherwise(laboratory, facts, parameter.name, answer)
            )


def _otherwise(
    laboratory: Laboratory, facts: Iterable[DecidedFacts], name: str, answer: ParameterValue
) -> Situation | None:
    for decided in facts:
        changed = decided.situation._replace(answers=((name, answer),))
        if kept(laboratory.answer(changed)) != kept(decided.determination):
            return changed
    return None
