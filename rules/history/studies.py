"""A line of a claim that holds, and a study that lines and reports make: what the rules look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from rules.code_sets import CodeSets
from rules.determination import Evidence, Service
from rules.facts import Line, Report, StudyResult
from rules.history.claims import EffectiveClaim
from rules.library_model import Library, PolicyVersion
from rules.plans import Plan

Component = Literal["professional", "technical", "global"]
LineKey = tuple[str, int]
"""Claim id and line number: what names a line within its member."""
StudyKey = tuple[str, date]
"""Base procedure and date of service."""


class ClaimLine(NamedTuple):
    """A line of a claim that holds, with what the rules ask of it again and again."""

    claim: EffectiveClaim
    billed: Line
    plan: Plan | None
    """The terms of its plan on the date of service."""
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
    codes: CodeSets
    """The code sets by which its date of service is looked up."""
    procedure: str
    on: date
    """Its date of service."""
    epoch: int
    """The stretch of days that its date lies in (`Library.epoch_of`)."""

    @property
    def is_discontinued(self) -> bool:
        """A discontinued service is no study, no earlier line and no treatment."""
        return "discontinued" in self.meanings

    @property
    def is_walked(self) -> bool:
        """Whether it is part of a study that is held against the other technique."""
        if self.is_discontinued:
            return False
        mrs = self.codes.mrs.get(self.procedure)
        if mrs is not None:
            return not mrs.investigational
        pet = self.codes.pet.get(self.procedure)
        if pet is None:
            return False
        return pet.pet_class != "skull_base" or (
            self.version is not None and self.version.parameters.skull_base_pet_counts
        )

    @property
    def component(self) -> Component:
        """Professional, technical or both; an institutional line is technical by nature."""
        if "professional" in self.meanings:
            return "professional"
        if "technical" in self.meanings or self.claim.content.claim_type == "institutional":
            return "technical"
        return "global"

    @property
    def evidence(self) -> Evidence:
        """A pointer to the line."""
        return Evidence("line", claim_id=self.claim.content.claim_id, line=self.billed.number)


class Study(NamedTuple):
    """One examination: its live lines are its components, its reports belong to it."""

    procedure: str
    on: date
    lines: tuple[ClaimLine, ...]
    reports: tuple[Report, ...]
    result: StudyResult
    """The best that a report says; a claim line says nothing."""
    key: StudyKey
    codes: CodeSets
    """The code sets by which its day is looked up."""
    epoch: int
    """The stretch of days that its day lies in (`Library.epoch_of`)."""

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


class DiscontinuedImaging(NamedTuple):
    """Conventional imaging that was begun and broken off: no study, but not forgotten either."""

    on: date
    procedure: str
    evidence: Evidence


def gather_studies(
    live: Iterable[ClaimLine], reports: Iterable[Report], library: Library, horizon: date
) -> dict[StudyKey, Study]:
    """The imaging studies that live lines and reports make, from a day on."""
    imaging = library.imaging
    lines_of: dict[StudyKey, list[ClaimLine]] = {}
    reports_of: dict[StudyKey, list[Report]] = {}
    for line in live:
        if line.on < horizon or line.procedure not in imaging:
            continue
        if not line.is_discontinued:
            lines_of.setdefault(line.key, []).append(line)
    for report in reports:
        if report.date_of_service < horizon or report.procedure not in imaging:
            continue
        if not _is_discontinued(report, library):
            key = (report.procedure, report.date_of_service)
            reports_of.setdefault(key, []).append(report)
    return {
        key: _study(key, lines_of.get(key, ()), reports_of.get(key, ()), library)
        for key in lines_of.keys() | reports_of.keys()
    }


def discontinued_imaging(
    live: Iterable[ClaimLine], reports: Iterable[Report], library: Library
) -> tuple[DiscontinuedImaging, ...]:
    """Discontinued conventional imaging of live lines and reports, by day."""
    known = library.conventional_imaging
    found = [
        DiscontinuedImaging(line.on, line.procedure, line.evidence)
        for line in live
        if line.is_discontinued and line.procedure in known
    ]
    found += [
        DiscontinuedImaging(
            report.date_of_service, report.procedure, Evidence("report", id=report.study_id)
        )
        for report in reports
        if report.procedure in known and _is_discontinued(report, library)
    ]
    return tuple(sorted(found, key=lambda imaging: imaging[:2]))


def _study(
    key: StudyKey, lines: Sequence[ClaimLine], reports: Sequence[Report], library: Library
) -> Study:
    results = {report.result for report in reports}
    result: StudyResult = "conclusive" if "conclusive" in results else "unknown"
    if "limited" in results:
        result = "limited"
    codes = lines[0].codes if lines else library.codes_on(key[1])
    epoch = lines[0].epoch if lines else library.epoch_of(key[1])
    return Study(*key, tuple(lines), tuple(reports), result, key, codes, epoch)


def _is_discontinued(report: Report, library: Library) -> bool:
    return bool(report.modifiers) and any(
        library.modifiers.get(modifier) == "discontinued" for modifier in report.modifiers
    )
