"""The imaging of a member, gathered from live lines and reports and looked up by day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import NamedTuple

from rules.determination import Evidence
from rules.facts import Report
from rules.history.diagnoses import Diagnoses
from rules.history.studies import ClaimLine, LineKey, Study, StudyKey
from rules.library_model import Library

_Days = list[tuple[date, str]]
"""Day and procedure of studies, sorted."""


class DiscontinuedImaging(NamedTuple):
    """Conventional imaging that was begun and broken off: no study, but not forgotten either."""

    on: date
    procedure: str
    evidence: Evidence


class Imaging:
    """
    The studies of either technique and of conventional imaging, by procedure and date.

    Of a long history few are looked at, so that each is made when it is first asked for.
    """

    def __init__(
        self,
        live: Iterable[ClaimLine],
        reports: Iterable[Report],
        finalized: Mapping[LineKey, str],
        diagnoses: Diagnoses,
        horizon: date = date.min,
    ) -> None:
        """Without the studies of before `horizon`; `finalized`: what the core system said last."""
        library = diagnoses.library
        self._finalized = finalized
        self._diagnoses = diagnoses
        self._lines: dict[StudyKey, list[ClaimLine]] = {}
        self._reports: dict[StudyKey, list[Report]] = {}
        self._made: dict[StudyKey, Study] = {}
        known = library.imaging
        for line in live:
            if line.terms.is_imaging and line.on >= horizon and not line.is_discontinued:
                self._lines.setdefault(line.key, []).append(line)
        for report in reports:
            on, procedure = report.date_of_service, report.procedure
            if procedure in known and on >= horizon and not is_discontinued(report, library):
                self._reports.setdefault((procedure, on), []).append(report)
        self._conventional: _Days = []
        self._walked: _Days = []
        for procedure, on in {**self._lines, **self._reports}:
            for days in self._days_of(procedure):
                days.append((on, procedure))
        self._conventional.sort()
        self._walked.sort()

    def __contains__(self, key: StudyKey) -> bool:
        """Whether there is a study of a procedure and date."""
        return key in self._lines or key in self._reports

    def add_line(self, line: ClaimLine) -> None:
        """Takes in one more live line that is not discontinued."""
        if line.terms.is_imaging:
            self._renew(line.key)
            self._lines.setdefault(line.key, []).append(line)

    def add_report(self, report: Report) -> None:
        """Takes in the report of one more study that is not discontinued."""
        if report.procedure in self._diagnoses.library.imaging:
            key = (report.procedure, report.date_of_service)
            self._renew(key)
            self._reports.setdefault(key, []).append(report)

    def study(self, key: StudyKey) -> Study | None:
        """The study of a procedure and date."""
        return self._study(key) if key in self else None

    def all(self) -> dict[StudyKey, Study]:
        """Every study."""
        return {key: self._study(key) for key in (*self._lines, *self._reports)}

    def conventional(self, since: date, until: date) -> list[Study]:
        """Conventional imaging of a span, both ends included, by day and procedure."""
        days = self._conventional
        first, end = bisect_left(days, since, key=_day), bisect_right(days, until, key=_day)
        return [self._study((procedure, on)) for on, procedure in days[first:end]]

    def walked(self, since: date, before: date | None = None) -> list[Study]:
        """Studies that are held against the other technique, by day and procedure, of a span."""
        days = self._walked
        first = bisect_left(days, since, key=_day)
        end = len(days) if before is None else bisect_left(days, before, key=_day)
        studies = [self._study((procedure, on)) for on, procedure in days[first:end]]
        return [study for study in studies if study.technique is not None]

    def walked_for_lines(self) -> list[Study]:
        """
        Of those that are held against the other technique, the ones that a line depends on.

        A day is one of them with all its studies: if a line is of it, or if a later one of them
        looks back at one of its techniques.
        """
        library = self._diagnoses.library
        window, looked_at = library.longest_exclusivity_days, {"mrs": date.max, "pet": date.max}
        found: list[Study] = []
        for on, of_day in groupby(reversed(self._walked), key=_day):
            keys = [(procedure, on) for _, procedure in of_day]
            techniques = {each for key in keys for each in library.walked[key[0]]}
            since = min([looked_at[each] for each in techniques])
            if on >= since or any(key in self._lines for key in keys):
                found += [self._study(key) for key in keys]
                first = on - timedelta(days=min(window, (on - date.min).days))
                for technique in techniques:
                    looked_at["mrs" if technique == "pet" else "pet"] = first
        return [study for study in reversed(found) if study.technique is not None]

    def _days_of(self, procedure: str) -> list[_Days]:
        """The days by which studies of a procedure are looked up."""
        library = self._diagnoses.library
        found = [self._conventional] if procedure in library.conventional_imaging else []
        return [*found, self._walked] if procedure in library.walked else found

    def _renew(self, key: StudyKey) -> None:
        """Makes room for one more part of a study."""
        self._made.pop(key, None)
        if key not in self:
            for days in self._days_of(key[0]):
                insort(days, (key[1], key[0]))

    def _study(self, key: StudyKey) -> Study:
        found = self._made.get(key)
        if found is None:
            lines, reports = self._lines.get(key, ()), self._reports.get(key, ())
            found = self._made[key] = Study(key, lines, reports, self._finalized, self._diagnoses)
        return found


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
        for report in sorted(reports, key=_study_id)
        if report.procedure in known and is_discontinued(report, library)
    ]
    return tuple(sorted(found, key=lambda imaging: imaging[:2]))


def is_discontinued(report: Report, library: Library) -> bool:
    """Whether a modifier says that the reported service was broken off."""
    if not report.modifiers:
        return False
    known = library.modifiers
    return "discontinued" in [known.get(modifier) for modifier in report.modifiers]


_day = itemgetter(0)
_study_id = attrgetter("study_id")
