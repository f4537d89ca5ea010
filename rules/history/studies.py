"""A line of a claim that holds, and a study that lines and reports make: what the rules look at."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from rules.determination import Evidence, Service
from rules.facts import Line, Report, StudyResult
from rules.history.claims import KnownClaim
from rules.library_model import PolicyVersion
from rules.plans import Plan

Component = Literal["professional", "technical", "global"]
LineKey = tuple[str, int]
"""Claim id and line number: what names a line within its member."""
StudyKey = tuple[str, date]
"""Base procedure and date of service."""


class HeldLine(NamedTuple):
    """A line of a claim that holds, with what the rules ask of it again and again."""

    known: KnownClaim
    line: Line
    plan: Plan | None
    service: Service
    diagnoses: tuple[str, ...]
    """Those that it points to, or all of the claim's; sorted, each once."""
    meanings: frozenset[str]
    """What its modifiers mean (`code_sets/modifiers.csv`)."""
    name: LineKey
    """What names it within its member."""
    key: StudyKey
    """The study that it belongs to."""
    version: PolicyVersion | None
    """The policy's version on its date of service."""

    @property
    def is_discontinued(self) -> bool:
        """A discontinued service is no study, no earlier line and no treatment."""
        return "discontinued" in self.meanings

    @property
    def component(self) -> Component:
        """Professional, technical or both; an institutional line is technical by nature."""
        if "professional" in self.meanings:
            return "professional"
        if "technical" in self.meanings or self.known.claim.claim_type == "institutional":
            return "technical"
        return "global"

    @property
    def evidence(self) -> Evidence:
        """A pointer to the line."""
        return Evidence("line", claim_id=self.known.claim.claim_id, line=self.line.number)


class Study(NamedTuple):
    """One examination: its live lines are its components, its reports belong to it."""

    procedure: str
    on: date
    lines: tuple[HeldLine, ...]
    reports: tuple[Report, ...]
    result: StudyResult
    """The best that a report says; a claim line says nothing."""

    @property
    def diagnoses(self) -> tuple[str, ...]:
        """All diagnoses of its lines and reports, sorted, each once."""
        if len(self.lines) == 1 and not self.reports:
            return self.lines[0].diagnoses
        return tuple(
            sorted(
                {code for line in self.lines for code in line.diagnoses}
                | {code for report in self.reports for code in report.diagnoses}
            )
        )

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Pointers to everything that it is known from, in a fixed order."""
        return (
            *[line.evidence for line in self.lines],
            *[Evidence("report", id=report.study_id) for report in self.reports],
        )
