"""Which reported treatments are of a set of procedures and therapies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from rules.criteria.question import Question
from rules.determination import Evidence
from rules.facts import Treatment


class Therapy(NamedTuple):
    """A reported treatment by the code under which a set has it."""

    code: str
    reported: Treatment

    @property
    def begun_on(self) -> date:
        """Its first day."""
        return self.reported.date_of_service

    @property
    def evidence(self) -> Evidence:
        """A pointer to the report."""
        return Evidence("treatment", id=self.reported.treatment_id)


def therapies_until(asked: Question, codes: frozenset[str]) -> Iterator[Therapy]:
    """Those that were begun by the line's day, by the ids of their reports."""
    for reported in asked.history.known.performed:
        if reported.date_of_service <= asked.line.on:
            if reported.therapy is not None and reported.therapy in codes:
                yield Therapy(reported.therapy, reported)
            elif reported.procedure in codes:
                yield Therapy(reported.procedure, reported)
