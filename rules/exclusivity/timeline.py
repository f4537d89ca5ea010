"""PET and MRS studies of a member, walked by date of service: who stands against whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rules.code_sets import Technique
from rules.determination import Finding, Outcome
from rules.exclusivity.line_interactions import AS_DECIDED, How, LineInteractions
from rules.exclusivity.rivals import answer_of, ask_exclusivity, exempt, nothing_stands
from rules.exclusivity.strength import (
    Rival,
    Strength,
    is_looked_at,
    is_paid_or_allowed,
    statuses_that_stand,
)
from rules.history.days import days_before
from rules.history.history import History
from rules.history.studies import ClaimLine, Study, StudyKey
from rules.library_model import Parameters
from rules.truth import Truth

AskOutcome = Callable[[ClaimLine, Finding | None, How], tuple[Outcome, str]]
"""What a line would be published as with a finding of exclusivity: outcome and reason."""

_BY_ANSWER = {Truth.MET: Strength.YES, Truth.UNKNOWN: Strength.MAYBE, Truth.NOT_MET: Strength.NO}


class Walked(NamedTuple):
    """What a walk found."""

    findings: Mapping[StudyKey, Finding]
    """Of every study with lines from the first day that was asked, by procedure and date."""
    strengths: Mapping[StudyKey, Strength]
    """How firmly each study stands that is known from reports alone, of the days from then on."""
    alone: Mapping[StudyKey, Finding]
    """Of studies with equals of the other technique on their day: what is found without those."""


def walk(
    history: History,
    judge: AskOutcome,
    strengths: Mapping[StudyKey, Strength],
    others: LineInteractions = AS_DECIDED,
    *,
    for_lines: bool = False,
) -> Walked:
    """
    Walks the studies of a member.

    Days before the history's `since` stand as they were decided: lines as `judge` says, and what
    is known from reports alone as `strengths` says, which an earlier walk found. They are looked at
    only as far as a study of a later day looks back. `for_lines`: all days are decided, but of what
    is known from reports alone only as much as a line depends on.
    """
    imaging = history.imaging
    if for_lines:
        studies = imaging.walked_for_lines(statuses_that_stand(history.library))
    else:
        studies = imaging.walked(history.since)
    return _Walk(history, judge, strengths, others).through(studies)


def ask_studies(
    history: History,
    judge: AskOutcome,
    strengths: Mapping[StudyKey, Strength],
    keys: Iterable[StudyKey],
) -> Mapping[StudyKey, Finding]:
    """What is found of studies against which nothing stands of `since` or later."""
    return _Walk(history, judge, strengths, AS_DECIDED).past_days(keys)


class _Walk:
    """The state of one walk: what each study was decided as, day after day."""

    def __init__(
        self,
        history: History,
        judge: AskOutcome,
        strengths: Mapping[StudyKey, Strength],
        others: LineInteractions,
    ) -> None:
        self._history = history
        self._judge = judge
        self._strengths = strengths
        self._others = others
        self._walked: dict[Technique, list[Rival]] = {"mrs": [], "pet": []}
        self._before: dict[Technique, list[Rival]] = {}
        self._of_reports: dict[StudyKey, Strength] = {}
        self._findings: dict[How, dict[StudyKey, Finding]] = {"decided": {}, "alone": {}}

    def through(self, studies: Sequence[Study]) -> Walked:
        """Day after day."""
        for today in _by_day(studies):
            rivals = [self._decide_alone(today[0])] if len(today) == 1 else self._decide_day(today)
            for rival in rivals:
                study = rival.study
                self._walked["pet" if study.technique == "pet" else "mrs"].append(rival)
                if not study.lines:
                    self._of_reports[study.key] = rival.decided
        return Walked(self._findings["decided"], self._of_reports, self._findings["alone"])

    def past_days(self, keys: Iterable[StudyKey]) -> Mapping[StudyKey, Finding]:
        """Some studies, each against the days that are not decided again."""
        found: dict[StudyKey, Finding] = {}
        for key in keys:
            study = self._history.imaging.study(key)
            if study is not None and study.technique is not None:
                finding = self._ask(study, ())
                if finding is not None:
                    found[key] = finding
        return found

    def _earlier(self, technique: Technique, first: date) -> list[Rival]:
        """The studies of a technique from a day on, the latest first."""
        found: list[Rival] = []
        for rivals in (self._walked[technique], self._decided_before(technique, first)):
            for rival in reversed(rivals):
                if rival.study.on < first:
                    return found
                found.append(rival)
        return found

    def _decided_before(self, technique: Technique, first: date) -> list[Rival]:
        """Those that stand as they were decided, looked up when a study looks back at them."""
        history = self._history
        if first >= history.since or history.since == date.min:
            return []
        if technique not in self._before:
            since = days_before(history.since, history.library.longest_exclusivity_days)
            self._before[technique] = [
                self._as_decided(study)
                for study in history.imaging.walked(since, days_before(history.since, 1))
                if study.technique == technique
            ]
        return self._before[technique]

    def _as_decided(self, study: Study) -> Rival:
        """A study of a day that nothing new can touch."""
        if study.lines:
            return Rival(study, self._strongest(study, None, "decided"))
        return Rival(study, self._strengths[study.key])

    def _decide_day(self, studies: Sequence[Study]) -> list[Rival]:
        """
        One day: nothing came first, unless exactly one of two is paid or allowed.

        The paid or allowed ones are decided among themselves, then the others, each first as if
        alone on its day: that is how it stands, at most perhaps, against its equals.
        """
        paid = [study for study in studies if is_paid_or_allowed(study)]
        unpaid = [study for study in studies if not is_paid_or_allowed(study)]
        first = self._decide_equals(paid, [])
        return [*first, *self._decide_equals(unpaid, first)]

    def _decide_alone(self, study: Study) -> Rival:
        """The only study of its day."""
        alone = self._others.stands(study, self._decide(study, (), "decided"), "alone")
        return Rival(study, self._others.stands(study, alone, "decided"))

    def _decide_equals(self, studies: Sequence[Study], first: Sequence[Rival]) -> list[Rival]:
        """Decides studies of one day of which none came first; `first` came before them all."""
        stands = self._others.stands
        if len({study.technique for study in studies}) < 2:
            decided = [(study, self._decide(study, first, "decided")) for study in studies]
            alone = [(study, stands(study, strength, "alone")) for study, strength in decided]
            return [Rival(study, stands(study, strength, "decided")) for study, strength in alone]
        equals = [
            Rival(
                study, stands(study, self._decide(study, first, "alone"), "alone"), Strength.MAYBE
            )
            for study in studies
        ]
        return [
            Rival(
                study, stands(study, self._decide(study, (*first, *equals), "decided"), "decided")
            )
            for study in studies
        ]

    def _decide(self, study: Study, same_day: Sequence[Rival], how: How) -> Strength:
        """
        Decides a study against earlier days and some of its own day.

        Of a study with lines it keeps the finding; of another only the answer matters.
        """
        if not study.lines:
            return _BY_ANSWER[self._answer(study, same_day)]
        finding = self._ask(study, same_day)
        if finding is not None:
            self._findings[how][study.key] = finding
        return self._strongest(study, finding, how)

    def _ask(self, study: Study, same_day: Sequence[Rival]) -> Finding | None:
        """The finding of a study, if a version of the policy is in force."""
        history, version = self._history, study.version
        if version is None:
            return None
        parameters = version.parameters
        if not is_looked_at(study, parameters):
            return exempt(history.library, f"{study.procedure} is not held against spectroscopy")
        rivals = self._rivals(study, same_day, parameters)
        if not rivals:
            return nothing_stands(study, history, parameters)
        return ask_exclusivity(study, rivals, history, parameters)

    def _answer(self, study: Study, same_day: Sequence[Rival]) -> Truth:
        """What such a finding would answer; met where there is none."""
        version = study.version
        if version is None or not is_looked_at(study, version.parameters):
            return Truth.MET
        rivals = self._rivals(study, same_day, version.parameters)
        return answer_of(study, rivals, self._history, version.parameters)

    def _rivals(
        self, study: Study, same_day: Sequence[Rival], parameters: Parameters
    ) -> list[Rival]:
        """The studies of the other technique that it looks at."""
        first = days_before(study.on, parameters.exclusivity_window_days)
        rivals = self._earlier("mrs" if study.technique == "pet" else "pet", first)
        rivals += [rival for rival in same_day if rival.study.technique != study.technique]
        return rivals

    def _strongest(self, study: Study, finding: Finding | None, how: How) -> Strength:
        """The best that its lines are published as."""
        best = Strength.NO
        for line in study.lines:
            outcome, reason = self._judge(line, finding, how)
            if outcome == "approved" or reason == "NO_CONFLICT":
                best = Strength.YES
            elif outcome == "pended" and best is Strength.NO:
                best = Strength.MAYBE
        return best


def _by_day(studies: Iterable[Study]) -> Iterable[list[Study]]:
    """Sorted studies, those of one day together."""
    days: dict[date, list[Study]] = {}
    for study in studies:
        days.setdefault(study.on, []).append(study)
    return days.values()
