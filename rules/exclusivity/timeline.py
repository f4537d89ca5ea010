"""The studies of a member, walked by date of service under all its policies: who stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rules.determination import Finding
from rules.exclusivity.line_interactions import AS_DECIDED, How, LineInteractions
from rules.exclusivity.strength import (
    Rival,
    Strength,
    is_paid_or_allowed,
    statuses_that_stand,
)
from rules.exclusivity.view_walk import AskOutcome, ViewWalk, WalkedLines
from rules.history.history import History
from rules.history.policy_view import PolicyView
from rules.history.studies import ClaimLine, Study, StudyKey

StudyFindings = Mapping[str, Mapping[StudyKey, Finding]]
"""What each policy finds of each study, by the policy's id."""
_Group = tuple[ViewWalk, list[Study]]
"""Studies of one day, as one policy sees them."""


class Walked(NamedTuple):
    """What a walk found."""

    findings: StudyFindings
    """Of every study with lines from the first day that was asked."""
    strengths: Mapping[StudyKey, Strength]
    """How firmly each study stands that its lines do not say it of, by its stored name."""
    alone: StudyFindings
    """Of studies with equals of the other technique on their day: what is found without those."""


_NOTHING_WALKED = Walked({}, {}, {})


def finding_for(findings: StudyFindings, line: ClaimLine) -> Finding | None:
    """What the line's own policy finds of its study."""
    of_policy = findings.get(line.policy_id)
    return None if of_policy is None else of_policy.get(line.key)


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
    seen = [(view, _studies(view, history.since, for_lines=for_lines)) for view in history.views]
    if not any(studies for _, studies in seen):
        return _NOTHING_WALKED
    return _Walk(history, judge, strengths, others).through(seen)


def ask_studies(
    history: History,
    judge: AskOutcome,
    strengths: Mapping[StudyKey, Strength],
    lines: Iterable[ClaimLine],
) -> StudyFindings:
    """What is found of the studies of lines against which nothing stands of `since` or later."""
    return _Walk(history, judge, strengths, AS_DECIDED).past_days(lines)


def _studies(view: PolicyView, since: date, *, for_lines: bool) -> list[Study]:
    if for_lines:
        return view.imaging.walked_for_lines(statuses_that_stand(view.policy))
    return view.imaging.walked(since)


class _Walk:
    """All policies' walks, day by day together: a line's outcome is its own policy's to say."""

    def __init__(
        self,
        history: History,
        judge: AskOutcome,
        strengths: Mapping[StudyKey, Strength],
        others: LineInteractions,
    ) -> None:
        self._stands = others.stands
        lines = WalkedLines(judge)
        self._walks: dict[str, ViewWalk] = {
            view.policy_id: ViewWalk(view, strengths, lines, history.since)
            for view in history.views
        }

    def through(self, seen: Sequence[tuple[PolicyView, Sequence[Study]]]) -> Walked:
        """Day after day."""
        for today in self._by_day(seen):
            if len(today) == 1 and len(today[0][1]) == 1:
                self._decide_alone(today[0][0], today[0][1][0])
            else:
                self._decide_day(today)
        kept: dict[StudyKey, Strength] = {}
        for each in self._walks.values():
            kept.update(each.kept)
        return Walked(self._findings("decided"), kept, self._findings("alone"))

    def past_days(self, lines: Iterable[ClaimLine]) -> StudyFindings:
        """The studies of some lines, each against the days that are not decided again."""
        found: dict[str, dict[StudyKey, Finding]] = {}
        for line in lines:
            own = self._walks[line.policy_id]
            study = own.view.imaging.study(line.key)
            if study is not None and study.technique is not None:
                finding = own.finding(study, ())
                if finding is not None:
                    found.setdefault(line.policy_id, {})[line.key] = finding
        return found

    def _findings(self, how: How) -> StudyFindings:
        return {policy_id: each.findings[how] for policy_id, each in self._walks.items()}

    def _by_day(self, seen: Sequence[tuple[PolicyView, Sequence[Study]]]) -> Iterable[list[_Group]]:
        """The studies of one day together, grouped by policy."""
        days: dict[date, list[_Group]] = {}
        for view, studies in seen:
            own = self._walks[view.policy_id]
            for study in studies:
                groups = days.get(study.on)
                if groups is None:
                    days[study.on] = [(own, [study])]
                elif groups[-1][0] is not own:
                    groups.append((own, [study]))
                else:
                    groups[-1][1].append(study)
        return [days[day] for day in sorted(days)]

    def _decide_alone(self, own: ViewWalk, study: Study) -> None:
        """The only study of its day, and only one policy looks at it."""
        own.ask(study, (), "decided")
        alone = self._stands(study, own.strength(study, "decided"), "alone")
        own.take(Rival(study, self._stands(study, alone, "decided")))

    def _decide_day(self, today: Sequence[_Group]) -> None:
        """
        One day: nothing came first, unless exactly one of two is paid or allowed.

        The paid or allowed ones are decided among themselves, then the others, each first as if
        alone on its day: that is how it stands, at most perhaps, against its equals.
        """
        paid = [
            (own, [study for study in studies if is_paid_or_allowed(study)])
            for own, studies in today
        ]
        unpaid = [
            (own, [study for study in studies if not is_paid_or_allowed(study)])
            for own, studies in today
        ]
        first = self._decide_equals(paid, [[] for _ in today])
        then = self._decide_equals(unpaid, first)
        for (own, _), before, after in zip(today, first, then, strict=True):
            for rival in (*before, *after):
                own.take(rival)

    def _decide_equals(
        self, groups: Sequence[_Group], first: Sequence[Sequence[Rival]]
    ) -> list[list[Rival]]:
        """Decides studies of one day of which none came first; `first` came before them all."""
        for (own, studies), before in zip(groups, first, strict=True):
            how: How = "alone" if _is_mixed(studies) else "decided"
            for study in studies:
                own.ask(study, before, how)
        equals = [self._equals(own, studies) for own, studies in groups]
        for (own, studies), before, beside in zip(groups, first, equals, strict=True):
            if beside:
                for study in studies:
                    own.ask(study, (*before, *beside), "decided")
        return [self._rivals(own, studies) for own, studies in groups]

    def _equals(self, own: ViewWalk, studies: Sequence[Study]) -> list[Rival]:
        """How studies stand against each other as if alone; none where all are of one technique."""
        if not _is_mixed(studies):
            return []
        return [
            Rival(
                study,
                self._stands(study, own.strength(study, "alone"), "alone"),
                Strength.MAYBE,
            )
            for study in studies
        ]

    def _rivals(self, own: ViewWalk, studies: Sequence[Study]) -> list[Rival]:
        """How studies stand in the end."""
        stands, is_mixed = self._stands, _is_mixed(studies)
        found: list[Rival] = []
        for study in studies:
            strength = own.strength(study, "decided")
            if not is_mixed:
                strength = stands(study, strength, "alone")
            found.append(Rival(study, stands(study, strength, "decided")))
        return found


def _is_mixed(studies: Sequence[Study]) -> bool:
    """Whether studies of both techniques are among them."""
    return len({study.technique for study in studies}) > 1
