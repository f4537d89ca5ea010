"""Which answers of a service's criteria facts lead to, found out by deciding them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from rules.criterion import Criterion
from rules.determination import Determination, Finding
from rules.proof.arrangements import AS_IT_IS, Arrangement, Candidate, together
from rules.proof.denial_modes import supposed_plan
from rules.proof.enumeration import Enumerated
from rules.proof.facts_by_kind import FACTS_BY_KIND
from rules.proof.role_answers import RoleAnswer, answers_of
from rules.proof.situation import Situation
from rules.proof.varied_lines import VariedLine
from rules.truth import Truth


class DecidedFacts(NamedTuple):
    """Facts for a criterion, and what they come to."""

    words: str
    facts: Arrangement
    situation: Situation
    determination: Determination


class CriterionReached(NamedTuple):
    """What facts lead to of one criterion."""

    row: Criterion[Any]
    can_give: tuple[RoleAnswer, ...]
    by_answer: dict[RoleAnswer, DecidedFacts]
    """The first facts that lead to each answer."""
    decided: list[DecidedFacts]
    """All of which the criterion was asked."""
    otherwise: list[tuple[str, Situation]]
    """What has to lead to one answer, and leads to another."""

    @property
    def unreached(self) -> tuple[RoleAnswer, ...]:
        """The answers that no facts lead to."""
        return tuple(each for each in self.can_give if each not in self.by_answer)

    @property
    def when_met(self) -> Arrangement | None:
        """Facts with which it is met; None: there are none."""
        met = [one.facts for given, one in self.by_answer.items() if given.truth is Truth.MET]
        return met[0] if met else None


def reached_answers(line: VariedLine, enumerated: Enumerated) -> list[CriterionReached]:
    """For each criterion of the line's service, in the order in which they are asked."""
    found: list[CriterionReached] = []
    for row in line.version.asked[line.service].criteria:
        found.append(_reached(row, line, enumerated, _open_gates(found)))
    return found


def finding_of(one: Determination, criterion: str) -> Finding:
    """What a criterion found."""
    return next(finding for finding in one.findings if finding.criterion == criterion)


def given_by(
    row: Criterion[Any], finding: Finding, can_give: Sequence[RoleAnswer]
) -> list[RoleAnswer]:
    """The answers that a finding can be; several, where their roles give one reason."""
    return [
        each
        for each in can_give
        if each.truth is finding.answer
        and (row.reasons[each.role].code if each.role else None) == finding.reason
    ]


def _reached(
    row: Criterion[Any], line: VariedLine, enumerated: Enumerated, gates: Arrangement | None
) -> CriterionReached:
    """`gates`: facts that open the gates before it; None: they cannot be opened together."""
    can_give = answers_of(row, is_watched=line.is_watched)
    found = CriterionReached(row, can_give, {}, [], [])
    fit = _fit(row, line)
    if gates is None or fit is None:
        return found
    fitted = line._replace(setting=fit.of(line.setting))
    for candidate in FACTS_BY_KIND[row.kind](fitted, row):
        facts = together((gates, fit, candidate.facts))
        if facts is not None:
            setting = facts.of(line.setting)
            one = enumerated.decide(setting)
            decided = DecidedFacts(candidate.words, facts, setting.situation(), one)
            _note(found, candidate, decided, is_plain=gates == AS_IT_IS)
    return found


def _note(
    found: CriterionReached, candidate: Candidate, decided: DecidedFacts, *, is_plain: bool
) -> None:
    """`is_plain`: no facts but the candidate's own could have led to another answer."""
    findings = decided.determination.findings
    named = [finding for finding in findings if finding.criterion == found.row.name]
    for finding in named:
        if finding.answer is Truth.NOT_ASKED:
            return
        found.decided.append(decided)
        for given in given_by(found.row, finding, found.can_give):
            found.by_answer.setdefault(given, decided)
        if is_plain and candidate.expected not in (None, finding.answer):
            said = finding.answer.value.replace("_", " ")
            words = f"{found.row.name} is {said} with: {candidate.words}"
            found.otherwise.append((words, decided.situation))


def _open_gates(before: Sequence[CriterionReached]) -> Arrangement | None:
    """Facts with which the gates that were asked before are all met."""
    met = [each.when_met for each in before if each.row.gate is not None]
    return together(each for each in met if each is not None) if None not in met else None


def _fit(row: Criterion[Any], line: VariedLine) -> Arrangement | None:
    """A diagnosis and a plan of which the criterion is asked; None: there is no such diagnosis."""
    fit = AS_IT_IS
    if row.only_purposes:
        codes = list(_only_for(row, line))
        if not codes:
            return None
        fit = fit._replace(sets={"diagnoses": (codes[0],)})
    for state in sorted(row.only_states)[:1]:
        plan = supposed_plan(state, "commercial")
        fit = fit._replace(sets={**fit.sets, "plan": plan.plan_id, "plans": (plan,)})
    return fit


def _only_for(row: Criterion[Any], line: VariedLine) -> Iterator[str]:
    return (code for code, purposes in line.billable() if purposes <= row.only_purposes)
