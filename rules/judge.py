"""What each line of a member comes to, given what exclusivity finds of its study."""

from __future__ import annotations

from collections.abc import Mapping

from rules.criteria.line_findings import LineFindings
from rules.criteria.registry import CRITERIA_OF, GATES
from rules.determination import Finding, Outcome
from rules.exclusivity.line_interactions import How
from rules.exclusivity.rivals import exempt
from rules.hindsight import Hindsight
from rules.history.history import History
from rules.history.reviews import GivenReview
from rules.history.studies import ClaimLine, LineKey
from rules.library_model import Library
from rules.outcome.judgement import Judgement, Terms, judge_mrs, judge_pet, outdated
from rules.outcome.resolution import resolve
from rules.truth import Truth


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
        self._kept: dict[LineKey, tuple[Finding | None, Judgement]] = {}

    def outcome_with(
        self, line: ClaimLine, exclusivity: Finding | None, how: How
    ) -> tuple[Outcome, str]:
        """What a live line would be published as with a finding of exclusivity."""
        if line.on < self.history.since:
            return self._outcomes[line.name]
        if how == "alone":
            judgement = self._judged(line, exclusivity, how)
        else:
            judgement = self.judgement_with(line, exclusivity)
        return judgement.outcome, judgement.reason

    def judgement_with(self, line: ClaimLine, exclusivity: Finding | None) -> Judgement:
        """
        What a line comes to with a finding of exclusivity.

        Kept, since the walk and the determination ask the same.
        """
        kept = self._kept.get(line.name)
        if kept is not None and kept[0] is exclusivity:
            return kept[1]
        judgement = self._judged(line, exclusivity, "decided")
        self._kept[line.name] = (exclusivity, judgement)
        return judgement

    def findings_with(self, line: ClaimLine, exclusivity: Finding | None) -> tuple[Finding, ...]:
        """The findings of a line, with its study's finding of exclusivity if nothing bars it."""
        before = self._before.get(line.name)
        if before is None or len(before) == len(CRITERIA_OF["pet" if _is_pet(line) else "mrs"]):
            return before or ()
        if not line.is_walked:
            return (*before, _exempt(line, self.history.library))
        return before if exclusivity is None else (*before, exclusivity)

    def _judged(self, line: ClaimLine, exclusivity: Finding | None, how: How) -> Judgement:
        review = self.history.reviews_of(line).settling
        if line.name not in self._before:
            return resolve(line, review is not None)
        findings = self.findings_with(line, exclusivity)
        if _is_pet(line):
            # No review counts on a PET line that is asked nothing (`rules.md` 5).
            is_asked = findings[-1].answer is not Truth.NOT_ASKED
            judgement = judge_pet(findings[-1], self._terms(line, review if is_asked else None))
        else:
            judgement = judge_mrs(findings, GATES, self._terms(line, review))
        if judgement.outcome != "denied" or judgement.review is None:
            return judgement
        reviewed_at = judgement.review[0].time
        if self._hindsight.is_outdated(line.name, findings, reviewed_at, how):
            return outdated(judgement)
        return judgement

    def _terms(self, line: ClaimLine, review: GivenReview | None) -> Terms:
        plan = line.plan
        if plan is None:
            return Terms(is_plan_known=False, mode="automatic", review=review)
        mode = self.history.library.denial_mode(plan, line.claim.content.received_at)
        return Terms(is_plan_known=True, mode=mode, review=review)


def _is_pet(line: ClaimLine) -> bool:
    return line.service == "pet"


def _exempt(line: ClaimLine, library: Library) -> Finding:
    because = f"{line.procedure} is not held against the other technique"
    if line.is_discontinued:
        because = "a discontinued service is no study"
    return exempt(library, because)
