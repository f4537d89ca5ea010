"""What each line of a member comes to, given what exclusivity finds of its study."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rules.criteria.line_findings import LineFindings
from rules.criterion import Criterion
from rules.determination import Finding, Outcome
from rules.exclusivity.line_interactions import How
from rules.exclusivity.rivals import exempt
from rules.hindsight import Hindsight
from rules.history.history import History
from rules.history.reviews import GivenReview
from rules.history.studies import ClaimLine, LineKey
from rules.library_model import Library
from rules.outcome.judgement import (
    Judgement,
    judge_mrs,
    judge_pet,
    left_to_a_person,
    outdated,
    still_denied,
)
from rules.outcome.resolution import resolve
from rules.truth import Truth


class Judged:
    """A line as it stands with a finding of exclusivity."""

    __slots__ = ("exclusivity", "findings", "judgement")

    def __init__(
        self, exclusivity: Finding | None, findings: tuple[Finding, ...], judgement: Judgement
    ) -> None:
        self.exclusivity: Final[Finding | None] = exclusivity
        self.findings: Final[tuple[Finding, ...]] = findings
        self.judgement: Final[Judgement] = judgement


class Judge:
    """Judges the lines of one member; the walk asks it what a line would be published as."""

    def __init__(
        self,
        history: History,
        before: LineFindings,
        outcomes: Mapping[LineKey, tuple[Outcome, str]],
        hindsight: Hindsight,
    ) -> None:
        """`before`: the findings up to exclusivity; `outcomes`: of days that are not decided."""
        self.history = history
        self._before = before
        self._outcomes = outcomes
        self._hindsight = hindsight
        self._kept: dict[LineKey, Judged] = {}

    def outcome_with(
        self, line: ClaimLine, exclusivity: Finding | None, how: How
    ) -> tuple[Outcome, str]:
        """What a live line would be published as with a finding of exclusivity."""
        if line.on < self.history.since:
            return self._outcomes[line.name]
        if how == "alone":
            judgement = self._judge(line, exclusivity, how).judgement
        else:
            judgement = self.judged(line, exclusivity).judgement
        return judgement.outcome, judgement.reason

    def judged(self, line: ClaimLine, exclusivity: Finding | None) -> Judged:
        """
        What a line comes to with a finding of exclusivity.

        Kept, since the walk and the determination ask the same.
        """
        kept = self._kept.get(line.name)
        if kept is None or kept.exclusivity is not exclusivity:
            kept = self._kept[line.name] = self._judge(line, exclusivity, "decided")
        return kept

    def findings_with(self, line: ClaimLine, exclusivity: Finding | None) -> tuple[Finding, ...]:
        """The findings of a line, with its study's finding of exclusivity if nothing bars it."""
        before = self._before.get(line.name)
        if before is None:
            return ()
        assert line.asked is not None  # it has findings
        criteria = line.asked.criteria
        if len(before) == len(criteria):
            return before
        if not line.is_walked:
            return (*before, _exempt(line, criteria[len(before)], self.history.library))
        return before if exclusivity is None else (*before, exclusivity)

    def _judge(self, line: ClaimLine, exclusivity: Finding | None, how: How) -> Judged:
        reviews = self.history.reviews
        review = reviews[line.name].resolving if line.name in reviews else None
        findings = self.findings_with(line, exclusivity)
        if not findings:
            return Judged(exclusivity, findings, resolve(line, review is not None))
        judgement = self._by_findings(line, findings, review)
        if judgement.is_clinical and line.plan is not None:
            received_at = line.claim.content.received_at
            mode = self.history.library.denial_mode(line.plan, received_at)
            judgement = left_to_a_person(judgement, mode)
        elif judgement.review is not None and judgement.outcome == "denied":
            judgement = self._in_hindsight(line, findings, judgement, judgement.review, how)
        return Judged(exclusivity, findings, judgement)

    def _in_hindsight(
        self,
        line: ClaimLine,
        findings: tuple[Finding, ...],
        denial: Judgement,
        review: GivenReview,
        how: How,
    ) -> Judgement:
        """A denial by a reviewer, held against what is known now."""
        then = self._hindsight.answers_at(line.name, findings, review[0].time, how)
        if then is None or self._hindsight.is_better(findings, then):
            return outdated(denial)
        return still_denied(denial, review, then)

    def _by_findings(
        self, line: ClaimLine, findings: tuple[Finding, ...], review: GivenReview | None
    ) -> Judgement:
        is_plan_known = line.plan is not None
        if line.asked is not None and line.is_decided:
            return judge_mrs(findings, line.asked.gates, is_plan_known, review)
        if findings[-1].answer is Truth.NOT_ASKED:
            review = None  # no review counts on a line that is asked nothing (`rules.md` 5)
        return judge_pet(findings[-1], is_plan_known, review)


def _exempt(line: ClaimLine, criterion: Criterion[Any], library: Library) -> Finding:
    because = f"{line.procedure} is not held against the other technique"
    if line.is_discontinued:
        because = "a discontinued service is no study"
    return exempt(criterion, library, because)
