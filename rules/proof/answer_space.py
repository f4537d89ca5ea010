"""Every combination of the answers that a policy's criteria can give, and what each comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, get_args

from rules.answers import met, not_asked, not_met, unknown
from rules.criterion import Criterion
from rules.determination import Determination, Finding
from rules.history.history import History
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.outcome.determinations import determine
from rules.outcome.judgement import Judgement, judge_mrs, judge_pet, left_to_a_person
from rules.plans import DenialMode
from rules.proof.laws import Book, breached, shape_of
from rules.proof.role_answers import GOVERNED, RoleAnswer, answers_of
from rules.proof.situation import Situation
from rules.truth import Truth

MOST_COMBINATIONS = 30_000
"""Of so many answers together all are gone through; of more, those with few that are not met."""
_FEWEST = 2
"""So many criteria at once are not met or unknown, however many combinations that makes."""
_MODES: tuple[DenialMode, ...] = get_args(DenialMode)

Combination = tuple[RoleAnswer | None, ...]
"""What each criterion answers; None: it is not asked, behind a closed gate."""


class AnswerSpace(NamedTuple):
    """What was gone through of the lines of a service, and what does not hold."""

    service: str
    combinations: int
    most_open: int | None
    """No more criteria than so many were not met or unknown at once; None: any number."""
    breaches: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """How many combinations of which."""
        said = f"{self.combinations:,} combinations of answers for {self.service}"
        if self.most_open is None:
            return said
        return f"{said}, in which up to {self.most_open} criteria are not met or unknown"


def answer_space(service: str, lines: Sequence[ClaimLine], book: Book) -> AnswerSpace:
    """
    Goes through the combinations of the lines of a service.

    `lines`: one under a plan that is known, and one under a plan that is not.
    """
    (known, unknown_plan), criteria = lines, book.asked(service).criteria
    answers = [answers_of(row, is_watched=book.is_watched(service)) for row in criteria]
    most_open, count = _bounds(criteria, answers)
    outcomes = _Outcomes(book)
    for combination in combinations(criteria, answers, most_open):
        is_known = all(one is None or one.role != "plan_unknown" for one in combination)
        outcomes.add(known if is_known else unknown_plan, criteria, combination)
    is_whole = most_open >= len(criteria)
    return AnswerSpace(service, count, None if is_whole else most_open, tuple(outcomes.breaches))


def combinations(
    criteria: Sequence[Criterion[Any]], answers: Sequence[Sequence[RoleAnswer]], most_open: int
) -> Iterator[Combination]:
    """Each way in which the criteria can answer one after the other; behind a closed gate none."""
    if not criteria:
        yield ()
        return
    for answer in answers[0]:
        left = most_open if answer.truth is Truth.MET else most_open - 1
        if left < 0:
            continue
        if criteria[0].closes(answer.truth):
            yield (answer, *(None for _ in criteria[1:]))
            continue
        for behind in combinations(criteria[1:], answers[1:], left):
            yield (answer, *behind)


def _bounds(
    criteria: Sequence[Criterion[Any]], answers: Sequence[Sequence[RoleAnswer]]
) -> tuple[int, int]:
    """How many may be not met or unknown at once, and how many combinations that makes."""
    for most_open in range(len(criteria), _FEWEST, -1):
        count = _count(criteria, answers, most_open)
        if count <= MOST_COMBINATIONS:
            return most_open, count
    fewest = min(_FEWEST, len(criteria))
    return fewest, _count(criteria, answers, fewest)


def _count(
    criteria: Sequence[Criterion[Any]], answers: Sequence[Sequence[RoleAnswer]], most_open: int
) -> int:
    """How many combinations there are, without making them."""
    behind = [1] * (most_open + 1)
    for row, given in zip(reversed(criteria), reversed(answers), strict=True):
        counts = [0] * (most_open + 1)
        for answer in given:
            closes = row.closes(answer.truth)
            spent = 0 if answer.truth is Truth.MET else 1
            for left in range(spent, most_open + 1):
                counts[left] += 1 if closes else behind[left - spent]
        behind = counts
    return behind[most_open]


class _Outcomes:
    """Decides combinations, and keeps what breaks a law."""

    def __init__(self, book: Book) -> None:
        self.breaches: list[str] = []
        self._book = book
        self._denied: set[str] = set()

    def add(
        self, line: ClaimLine, criteria: Sequence[Criterion[Any]], combination: Combination
    ) -> None:
        """Decides one, in each mode in which a clinical denial of its reason can be made."""
        findings = _findings(criteria, combination, self._book.library)
        judgement = _judged(line, findings)
        modes: Sequence[DenialMode] = ("automatic",)
        if judgement.is_clinical and judgement.reason not in self._denied:
            self._denied.add(judgement.reason)
            modes = _MODES
        for mode in modes:
            self._hold(line, judgement, findings, mode)

    def _hold(
        self,
        line: ClaimLine,
        judgement: Judgement,
        findings: tuple[Finding, ...],
        mode: DenialMode,
    ) -> None:
        one = _determined(line, judgement, findings, mode, self._book.library)
        if one is None:
            policy, reason = line.policy.policy_id, judgement.reason
            self.breaches.append(f"policy {policy} has no words for {reason}")
            return
        self.breaches += [
            f"{law.sentence}: {one.service} {one.outcome} {one.reason}"
            for law in breached(shape_of(one, mode), self._book)
        ]


def line_of(situation: Situation, library: Library) -> ClaimLine:
    """The line that a situation asks about, as the rules see it."""
    history = History(situation.record(), library)
    (line,) = (line for line in history.lines if line.name == situation.asked)
    return line


def _judged(line: ClaimLine, findings: tuple[Finding, ...]) -> Judgement:
    assert line.asked is not None  # its service has criteria
    is_plan_known = line.plan is not None
    if line.is_decided:
        return judge_mrs(findings, line.asked.gates, is_plan_known, None)
    return judge_pet(findings[-1], is_plan_known, None)


def _determined(
    line: ClaimLine,
    judgement: Judgement,
    findings: tuple[Finding, ...],
    mode: DenialMode,
    library: Library,
) -> Determination | None:
    """The determination of a line; None: the policy does not know its reason."""
    if judgement.is_clinical:
        judgement = left_to_a_person(judgement, mode)
    if judgement.reason not in line.policy.reasons:
        return None
    return determine(line, judgement, findings, None, library)


def _findings(
    criteria: Sequence[Criterion[Any]], combination: Combination, library: Library
) -> tuple[Finding, ...]:
    return tuple(
        _finding(row, answer, library) for row, answer in zip(criteria, combination, strict=True)
    )


def _finding(row: Criterion[Any], answer: RoleAnswer | None, library: Library) -> Finding:
    because = "as supposed"
    if answer is None:
        return not_asked(row, because)
    if answer.truth is Truth.MET:
        return met(row, library, because)
    if answer == GOVERNED:
        return Finding(row.name, row.section, Truth.NOT_MET, because)
    give = not_met if answer.truth is Truth.NOT_MET else unknown
    return give(row, answer.role, because)
