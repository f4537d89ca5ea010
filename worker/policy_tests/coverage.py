"""What the scenarios beside a policy reach: answers of its criteria, and reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from rules.library_model import Library
from rules.policy_version import Policy
from rules.proof.role_answers import answers_of
from rules.reasons import Reason
from rules.truth import Truth
from worker.determinations.data import Data
from worker.policy_tests.gaps import AnswerReached, ReasonReached, RoleReached
from worker.policy_tests.run import Tried


def answers_reached(policy: Policy, tried: Iterable[Tried]) -> tuple[AnswerReached, ...]:
    """Counts each answer that a criterion of the policy can give, in the order of asking."""
    found: Counter[tuple[str, str]] = Counter()
    for one in tried:
        lines = _lines_of(policy, one)
        found.update({(f["criterion"], f["answer"]) for line in lines for f in line["findings"]})
    return tuple(
        AnswerReached(name, answer, found[name, answer.value])
        for name, reasons in _reasons_by_criterion(policy).items()
        for answer in possible_answers(reasons.values())
    )


def reasons_reached(policy: Policy, tried: Iterable[Tried]) -> tuple[ReasonReached, ...]:
    """Counts the scenarios in which a line of the policy ends for each reason of its criteria."""
    found: Counter[str] = Counter()
    for one in tried:
        found.update({data["reason"] for data in _lines_of(policy, one)})
    given = [code for reasons in _reasons_by_criterion(policy).values() for code in reasons]
    return tuple(ReasonReached(code, found[code]) for code in dict.fromkeys(given))


def roles_reached(policy: Policy, tried: Iterable[Tried]) -> tuple[RoleReached, ...]:
    """Counts each answer with each reason that a criterion can give, in the order of asking."""
    found: Counter[tuple[str, Truth, str]] = Counter()
    for one in tried:
        own = (each for each in one.found if each.policy == policy.policy_id)
        found.update((each.criterion, each.answer, each.reason) for each in own)
    return tuple(
        RoleReached(name, answer, reason, found[name, answer, reason])
        for name, answer, reason in dict.fromkeys(_given(policy))
    )


def _given(policy: Policy) -> Iterator[tuple[str, Truth, str]]:
    """What each criterion can answer of decided lines, with the reason that it gives."""
    for version in policy.versions:
        for row in version.criteria:
            if version.service in row.services:
                for answer in answers_of(row):
                    if answer.role:
                        yield row.name, answer.truth, row.reasons[answer.role].code


def shared_reasons_reached(library: Library, tried: Iterable[Tried]) -> tuple[ReasonReached, ...]:
    """Counts the scenarios in which any line ends for each reason that no criterion gives."""
    found: Counter[str] = Counter()
    for one in tried:
        found.update({data["reason"] for data in one.final.values()})
    shared = [code for code, reason in library.reasons.items() if not reason.criterion]
    return tuple(ReasonReached(code, found[code]) for code in shared)


def possible_answers(reasons: Collection[Reason]) -> tuple[Truth, ...]:
    """
    Returns the answers that a criterion can give, by its reasons.

    One with a group code is of a denial, one without is of a question.
    """
    denies = any(reason.group is not None for reason in reasons)
    asks = any(reason.group is None for reason in reasons)
    return (
        Truth.MET,
        *([Truth.NOT_MET] if denies else []),
        *([Truth.UNKNOWN] if asks else []),
    )


def _lines_of(policy: Policy, tried: Tried) -> Iterator[Data]:
    return (data for data in tried.final.values() if data["policy"]["id"] == policy.policy_id)


def _reasons_by_criterion(policy: Policy) -> dict[str, dict[str, Reason]]:
    """The reasons of each criterion of any version, by their codes."""
    found: dict[str, dict[str, Reason]] = {}
    for version in policy.versions:
        for row in version.criteria:
            reasons = found.setdefault(row.name, {})
            reasons.update({reason.code: reason for reason in row.reasons.values()})
    return found
