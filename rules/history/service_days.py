"""Whatever was done for a member, by procedure and day: for policies that count or look for it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Container, Iterator
from datetime import date
from heapq import merge
from typing import NamedTuple

from rules.determination import Evidence
from rules.facts import Report
from rules.history.imaging import is_discontinued
from rules.history.known import KnownFacts
from rules.history.studies import ClaimLine, StudyKey

_Day = tuple[date, str]


class ServicePart(NamedTuple):
    """One line or report that a service is known from."""

    modifiers: tuple[str, ...]
    status: str
    """A line with us is performed until the core system has said otherwise."""
    evidence: Evidence


class ServiceDay(NamedTuple):
    """One procedure on one day: its live lines are its components, with its reports."""

    on: date
    procedure: str
    parts: tuple[ServicePart, ...]

    @property
    def named(self) -> str:
        """How a finding names it."""
        return f"{self.procedure} of {self.on}"

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Pointers to everything that it is known from, in a fixed order."""
        return tuple([part.evidence for part in self.parts])


class ServiceDays:
    """
    The services of live lines and of reports, whatever they are; none that was broken off.

    Lines and reports that the history took in since are taken in when one is looked up.
    """

    def __init__(self, known: KnownFacts) -> None:
        self._known: KnownFacts = known
        self._lines: dict[StudyKey, list[ClaimLine]] = {}
        self._reports: dict[StudyKey, list[Report]] = {}
        self._days: dict[str, list[date]] = {}
        """The days of each procedure, in order."""
        self._taken_lines: int = 0
        self._taken_reports: int = 0

    def latest_first(
        self, procedures: Container[str], since: date, until: date
    ) -> Iterator[ServiceDay]:
        """Those of some procedures in a span, both ends included, from the last day backwards."""
        self._take_in()
        days = [
            self._backwards(procedure, since, until)
            for procedure in self._days
            if procedure in procedures
        ]
        for on, procedure in merge(*days, reverse=True):
            yield ServiceDay(on, procedure, self._parts((procedure, on)))

    def _backwards(self, procedure: str, since: date, until: date) -> Iterator[_Day]:
        days = self._days[procedure]
        first, end = bisect_left(days, since), bisect_right(days, until)
        for at in range(end - 1, first - 1, -1):
            yield days[at], procedure

    def _parts(self, key: StudyKey) -> tuple[ServicePart, ...]:
        finalized = self._known.finalized
        lines = sorted(self._lines.get(key, ()), key=_claim_and_number)
        reports = sorted(self._reports.get(key, ()), key=_study_id)
        parts = [
            ServicePart(line.billed.modifiers, finalized.get(line.name, "performed"), line.evidence)
            for line in lines
        ]
        parts += [
            ServicePart(report.modifiers, report.status, Evidence("report", id=report.study_id))
            for report in reports
        ]
        return tuple(parts)

    def _take_in(self) -> None:
        known = self._known
        for line in known.live[self._taken_lines :]:
            if line.procedure and not line.is_discontinued:
                self._note(line.key)
                self._lines.setdefault(line.key, []).append(line)
        for report in known.reports[self._taken_reports :]:
            if not is_discontinued(report, known.library):
                key = (report.procedure, report.date_of_service)
                self._note(key)
                self._reports.setdefault(key, []).append(report)
        self._taken_lines, self._taken_reports = len(known.live), len(known.reports)

    def _note(self, key: StudyKey) -> None:
        if key not in self._lines and key not in self._reports:
            insort(self._days.setdefault(key[0], []), key[1])


def _claim_and_number(line: ClaimLine) -> tuple[str, int]:
    return line.name


def _study_id(report: Report) -> str:
    return report.study_id
