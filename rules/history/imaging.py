"""The imaging of a member, gathered from live lines and reports and looked up by day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Final, NamedTuple

from rules.determination import Evidence
from rules.facts import Report
from rules.history.days import days_before
from rules.history.diagnoses import Diagnoses
from rules.history.studies import ClaimLine, LineKey, Study, StudyKey
from rules.library_model import Library
from rules.policy_version import Policy

_Day = tuple[date, str]
"""Day and procedure of a study."""
_AT_ONCE: Final = 16
"""Reports that are looked through at once, going backwards."""


class DiscontinuedImaging(NamedTuple):
    """Conventional imaging that was begun and broken off: no study, but not forgotten either."""

    on: date
    procedure: str
    evidence: Evidence


class Imaging:
    """
    The studies of either technique and of conventional imaging, by procedure and date.

    They are those that one policy looks at, as it sees them.

    Of a long history few are looked at, so that lines and reports stand in the order of their days,
    and a study is made of them when it is first asked for.
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
        self._library = diagnoses.library
        self._policy = diagnoses.policy
        self._finalized = finalized
        self._diagnoses = diagnoses
        self._lines: dict[StudyKey, list[ClaimLine]] = {}
        for line in live:
            if line.on >= horizon and not line.is_discontinued and self._holds(line):
                self._lines.setdefault(line.key, []).append(line)
        self._billed: list[_Day] = sorted([(on, procedure) for procedure, on in self._lines])
        self._billed_days: list[date] = [on for on, _ in self._billed]
        known = reports
        if horizon > date.min:
            known = [report for report in reports if report.date_of_service >= horizon]
        self._reports: list[Report] = sorted(known, key=_report_day)
        self._days: list[date] = [report.date_of_service for report in self._reports]
        """The day of each."""
        self._made: dict[StudyKey, Study] = {}

    def __contains__(self, key: StudyKey) -> bool:
        """Whether there is a study of a procedure and date."""
        return key in self._lines or bool(self._reports_of(key))

    def add_line(self, line: ClaimLine) -> None:
        """Takes in one more live line that is not discontinued."""
        if self._holds(line):
            if line.key not in self._lines:
                self._lines[line.key] = []
                insort(self._billed, (line.on, line.procedure))
                insort(self._billed_days, line.on)
            self._lines[line.key].append(line)
            made = self._made.get(line.key)
            if made is not None:
                made.add_line(line)

    def add_report(self, report: Report) -> None:
        """Takes in one more report that is not discontinued."""
        self._made.pop((report.procedure, report.date_of_service), None)
        at = bisect_right(self._days, report.date_of_service)
        self._days.insert(at, report.date_of_service)
        self._reports.insert(at, report)

    def lines(self, key: StudyKey) -> Sequence[ClaimLine]:
        """The live lines of a study, in no order."""
        return self._lines.get(key, ())

    def study(self, key: StudyKey) -> Study | None:
        """The study of a procedure and date."""
        found = self._made.get(key)
        if found is None:
            lines, reports = self._lines.get(key, ()), self._reports_of(key)
            if not lines and not reports:
                return None
            found = self._made[key] = Study(key, lines, reports, self._finalized, self._diagnoses)
        return found

    def all(self) -> dict[StudyKey, Study]:
        """Every study."""
        studies = self._studies(self.days(self._policy.imaging, date.min, date.max))
        return {study.key: study for study in studies}

    def days(
        self,
        procedures: Container[str],
        since: date,
        until: date,
        statuses: Container[str] | None = None,
    ) -> list[_Day]:
        """
        Day and procedure of each study of some procedures in a span, both ends included.

        `statuses`: one of which any report must have, where there is no line; None: any.
        """
        days = self._billed_days
        billed = self._billed[bisect_left(days, since) : bisect_right(days, until)]
        found = dict.fromkeys([each for each in billed if each[1] in procedures])
        first, end = bisect_left(self._days, since), bisect_right(self._days, until)
        for report in self._reports[first:end]:
            if (
                report.procedure in procedures
                and (statuses is None or report.status in statuses)
                and not (report.modifiers and is_discontinued(report, self._library))
            ):
                found[report.date_of_service, report.procedure] = None
        return sorted(found)

    def latest_days(self, procedures: Container[str], since: date, until: date) -> Iterator[_Day]:
        """The same from the last day backwards, no more of them at once than may be needed."""
        while True:
            reports = bisect_right(self._days, until)
            first = since
            if reports > _AT_ONCE:
                first = max(since, self._days[reports - _AT_ONCE])
            yield from reversed(self.days(procedures, first, until))
            if first == since:
                return
            until = days_before(first, 1)

    def conventional(self, since: date, until: date) -> list[Study]:
        """Conventional imaging of a span, both ends included, by day and procedure."""
        return self._studies(self.days(self._policy.conventional_imaging, since, until))

    def walked(
        self, since: date, until: date = date.max, statuses: Container[str] | None = None
    ) -> list[Study]:
        """Studies that are held against the other technique, by day and procedure, of a span."""
        studies = self._studies(self.days(self._policy.walked, since, until, statuses))
        return [study for study in studies if study.technique is not None]

    def walked_for_lines(self, statuses: Container[str]) -> list[Study]:
        """
        Of those that are held against the other technique, the ones that a line may depend on.

        They are those from the first line to the last, and before these as far as one looks back at
        another: where a window holds one technique alone, nothing before it matters. Nor does what
        is known only from reports of other statuses than some.
        """
        procedures, window = self._policy.walked, self._policy.longest_exclusivity_days
        billed = [on for on, procedure in self._billed if procedure in procedures]
        if not billed:
            return []
        later = self.walked(billed[0], billed[-1], statuses)
        studies = later
        while later:
            first = later[0].on
            earlier = self.walked(days_before(first, window), days_before(first, 1), statuses)
            if len({study.technique for study in (*earlier, *later)}) < 2:
                break
            studies = earlier + studies
            later = earlier
        return studies

    def _holds(self, line: ClaimLine) -> bool:
        """Whether a line is imaging to the policy, whichever decides it."""
        if line.policy is self._policy:
            return line.terms.is_imaging
        return line.procedure in self._policy.imaging

    def _reports_of(self, key: StudyKey) -> list[Report]:
        procedure, on = key
        first, end = bisect_left(self._days, on), bisect_right(self._days, on)
        return [
            report
            for report in self._reports[first:end]
            if report.procedure == procedure and not is_discontinued(report, self._library)
        ]

    def _studies(self, days: list[_Day]) -> list[Study]:
        found = [self.study((procedure, on)) for on, procedure in days]
        return [study for study in found if study is not None]


def discontinued_imaging(
    live: Iterable[ClaimLine], reports: Iterable[Report], policy: Policy, library: Library
) -> tuple[DiscontinuedImaging, ...]:
    """Discontinued conventional imaging of live lines and reports, by day."""
    known = policy.conventional_imaging
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


_study_id = attrgetter("study_id")
_report_day = attrgetter("date_of_service")
