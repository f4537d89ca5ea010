"""The walk of one policy's studies: what each of them is held against, and how firmly it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from rules.code_sets import Technique
from rules.determination import Finding, Outcome
from rules.exclusivity.line_interactions import How
from rules.exclusivity.rivals import (
    Exclusivity,
    answer_of,
    ask_exclusivity,
    exempt,
    nothing_stands,
)
from rules.exclusivity.strength import Rival, Strength, is_looked_at
from rules.history.days import days_before
from rules.history.policy_view import PolicyView
from rules.history.studies import ClaimLine, Study, StudyKey
from rules.terms import ExclusivityTerms
from rules.truth import Truth

AskOutcome = Callable[[ClaimLine, Finding | None, How], tuple[Outcome, str]]
"""What a line would be published as with a finding of exclusivity: outcome and reason."""

_BY_ANSWER = {Truth.MET: Strength.YES, Truth.UNKNOWN: Strength.MAYBE, Truth.NOT_MET: Strength.NO}


class WalkedLines:
    """What all policies' walks have found so far, and what lines come to with it."""

    def __init__(self, judge: AskOutcome) -> None:
        self._judge = judge
        self.findings: dict[str, dict[How, dict[StudyKey, Finding]]] = {}
        """By the policy's id."""

    def best_of(self, study: Study, how: How) -> Strength:
        """The best that a study's lines are published as, each by what its own policy finds."""
        best = Strength.NO
        for line in study.lines:
            if line.asked is None:
                continue
            outcome, reason = self._judge(line, self._finding_of(line, how), how)
            if outcome == "approved" or reason == "NO_CONFLICT":
                best = Strength.YES
            elif outcome == "pended" and best is Strength.NO:
                best = Strength.MAYBE
        return best

    def _finding_of(self, line: ClaimLine, how: How) -> Finding | None:
        """What is found of the line's study; as if alone on its day where that differs."""
        findings = self.findings[line.policy_id]
        if how == "alone" and line.key in findings["alone"]:
            return findings["alone"][line.key]
        return findings["decided"].get(line.key)


class ViewWalk:
    """The state of one policy's walk: what each study was decided as, day after day."""

    def __init__(
        self,
        view: PolicyView,
        strengths: Mapping[StudyKey, Strength],
        lines: WalkedLines,
        since: date,
    ) -> None:
        """`strengths`: of the days before `since`, which are not decided again; by stored name."""
        self.view: PolicyView = view
        self._strengths = strengths
        self._lines = lines
        self._since = since
        self._walked: dict[Technique, list[Rival]] = {"decided": [], "watched": []}
        self._before: dict[Technique, list[Rival]] = {}
        self.kept: dict[StudyKey, Strength] = {}
        """How firmly each study stands that lines alone do not say it of, by its stored name."""
        self.findings: dict[How, dict[StudyKey, Finding]] = {"decided": {}, "alone": {}}
        lines.findings[view.policy_id] = self.findings
        self.answers: dict[StudyKey, Truth] = {}
        """What was answered last of studies of which the policy itself has to say it."""

    def ask(self, study: Study, same_day: Sequence[Rival], how: How) -> None:
        """
        Asks a study against earlier days and some of its own day.

        Of a study with lines it keeps the finding; of another only the answer matters.
        """
        if study.is_kept:
            self.answers[study.key] = self._answer(study, same_day)
        if study.lines:
            finding = self.finding(study, same_day)
            if finding is not None:
                self.findings[how][study.key] = finding

    def take(self, rival: Rival) -> None:
        """Takes in a study as it was decided."""
        study = rival.study
        self._walked["watched" if study.technique == "watched" else "decided"].append(rival)
        if study.is_kept:
            own = _BY_ANSWER[self.answers[study.key]]
            self.kept[self.view.stored_name(study.key)] = own if study.lines else rival.decided

    def finding(self, study: Study, same_day: Sequence[Rival]) -> Finding | None:
        """The finding of a study, if a version of the policy is in force."""
        view, criterion = self.view, _criterion(study)
        if criterion is None:
            return None
        if not is_looked_at(study, criterion.terms):
            because = f"{study.procedure} is not held against the other technique"
            return exempt(criterion, view.library, because)
        rivals = self._rivals(study, same_day, criterion.terms)
        if not rivals:
            return nothing_stands(study, view, criterion)
        return ask_exclusivity(study, rivals, view, criterion)

    def strength(self, study: Study, how: How) -> Strength:
        """
        How firmly a study stands: the best that its lines are published as.

        Where no line says it, what the policy itself would answer of it does.
        """
        if not study.lines:
            return _BY_ANSWER[self.answers[study.key]]
        judged = self._lines.best_of(study, how)
        return max(judged, _BY_ANSWER[self.answers[study.key]]) if study.is_kept else judged

    def _as_decided(self, study: Study) -> Strength:
        """The same of a day that is not decided again."""
        if not study.is_kept:
            return self._lines.best_of(study, "decided")
        stored = self._strengths[self.view.stored_name(study.key)]
        return max(self._lines.best_of(study, "decided"), stored) if study.lines else stored

    def _answer(self, study: Study, same_day: Sequence[Rival]) -> Truth:
        """What such a finding would answer; met where there is none."""
        criterion = _criterion(study)
        if criterion is None or not is_looked_at(study, criterion.terms):
            return Truth.MET
        rivals = self._rivals(study, same_day, criterion.terms)
        return answer_of(study, rivals, self.view, criterion)

    def _rivals(
        self, study: Study, same_day: Sequence[Rival], terms: ExclusivityTerms
    ) -> list[Rival]:
        """The studies of the other technique that it looks at."""
        first = days_before(study.on, terms.window_days)
        rivals = self._earlier("decided" if study.technique == "watched" else "watched", first)
        rivals += [rival for rival in same_day if rival.study.technique != study.technique]
        return rivals

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
        view, since = self.view, self._since
        if first >= since or since == date.min:
            return []
        if technique not in self._before:
            horizon = days_before(since, view.policy.longest_exclusivity_days)
            self._before[technique] = [
                Rival(study, self._as_decided(study))
                for study in view.imaging.walked(horizon, days_before(since, 1))
                if study.technique == technique
            ]
        return self._before[technique]


def _criterion(study: Study) -> Exclusivity | None:
    """The criterion that a study is asked, if a version of the policy is in force."""
    return None if study.version is None else study.version.exclusivity
