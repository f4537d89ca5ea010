"""What the scenarios beside a policy reach: answers of its criteria, and reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from rules.library_model import Library
from rules.policy.document import PolicyDocument
from rules.reasons import Reason
from rules.truth import Truth
from worker.policy_tests.gaps import AnswerReached, ReasonReached
from worker.policy_tests.run import Tried


def answers_reached(
    policy: str, documents: Sequence[PolicyDocument], library: Library, tried: Iterable[Tried]
) -> tuple[AnswerReached, ...]:
    """Counts each answer that a criterion of the policy can give, in the order of asking."""
    found: Counter[tuple[str, str]] = Counter()
    for one in tried:
        lines = [data for data in one.final.values() if data["policy"]["id"] == policy]
        found.update({(f["criterion"], f["answer"]) for line in lines for f in line["findings"]})
    return tuple(
        AnswerReached(name, answer, found[name, answer.value])
        for name in criteria_of(documents)
        for answer in possible_answers(name, library.reasons.values())
    )


def reasons_reached(codes: Iterable[str], tried: Iterable[Tried]) -> tuple[ReasonReached, ...]:
    """Counts the scenarios in which a line ends for each of these reasons."""
    found: Counter[str] = Counter()
    for one in tried:
        found.update({data["reason"] for data in one.final.values()})
    return tuple(ReasonReached(code, found[code]) for code in codes)


def reasons_of(criteria: Collection[str], library: Library) -> list[str]:
    """The codes of the reasons that these criteria give; `""`: those that none gives."""
    return [code for code, reason in library.reasons.items() if reason.criterion in criteria]


def criteria_of(documents: Iterable[PolicyDocument]) -> tuple[str, ...]:
    """The names of the criteria of a policy's versions, each once."""
    return tuple(dict.fromkeys(one.name for each in documents for one in each.criteria))


def possible_answers(criterion: str, reasons: Iterable[Reason]) -> tuple[Truth, ...]:
    """
    Returns the answers that a criterion can give.

    A reason with a group code is one of a denial, one without is one of a question.
    """
    has_group = {reason.group is not None for reason in reasons if reason.criterion == criterion}
    return (
        Truth.MET,
        *([Truth.NOT_MET] if True in has_group else []),
        *([Truth.UNKNOWN] if False in has_group else []),
    )
