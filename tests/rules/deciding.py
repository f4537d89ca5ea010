"""Decides built facts by the shipped library, or by one that a test changes in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Literal, cast

from rules.adjudicate import adjudicate
from rules.determination import Determination, Finding
from rules.history.history import History
from rules.history.policy_view import PolicyView
from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from rules.plans import Authority, AuthorityRow, Plan
from tests.rules.builders import Day, Sending, day, record
from tests.support.libraries import with_versions

Decided = Mapping[tuple[str, int], Determination]
Effect = Literal["non_covered", "governs"]

# --------------------------------------------------------------------------------------- libraries


def seen(history: History) -> PolicyView:
    """What the only policy of the shipped library sees of a member."""
    return history.of(history.library.policies[0])


@cache
def shipped() -> Library:
    return load_library(SHIPPED)


def library(rows: tuple[AuthorityRow, ...] = (), **parameters: Any) -> Library:
    """The shipped library with parameters set otherwise and authority rows added."""
    own = shipped()
    versions = tuple(version.with_answers(parameters) for version in own.versions)
    return with_versions(own, versions, authorities=(*own.authorities, *rows))


def with_plan(plan_id: str, **fields: Any) -> Library:
    """The shipped library with fields of one plan set otherwise."""
    own = shipped()
    plan: Plan = replace(own.plans[plan_id], **fields)
    return replace(own, plans={**own.plans, plan_id: plan})


def with_version_since(first: date, until: date | None = None) -> Library:
    """The shipped library with its version in force over another span."""
    own = shipped()
    (version,) = own.versions
    changed = replace(version, effective_from=first, effective_to=until)
    return with_versions(own, (changed,))


def authority_row(
    authority: str,
    *lines_of_business: str,
    procedure: str = "76390",
    since: Day = -100,
    until: Day | None = None,
    effect: str = "non_covered",
) -> AuthorityRow:
    return AuthorityRow(
        authority=cast("Authority", authority),
        reference=f"{authority} of a test",
        procedures=frozenset({procedure}),
        lines_of_business=frozenset(lines_of_business),
        effective_from=day(since),
        effective_to=None if until is None else day(until),
        effect=cast("Effect", effect),
    )


# --------------------------------------------------------------------------------------- decisions


def decide(*sendings: Sending, using: Library | None = None) -> Decided:
    """Every line's determination, by claim id and line number."""
    decided = adjudicate(record(*sendings), using or shipped())
    return {(one.claim_id, one.line): one for one in decided}


def decide_line(
    *sendings: Sending, of: str = "C-1", number: int = 1, using: Library | None = None
) -> Determination:
    return decide(*sendings, using=using)[(of, number)]


def reasons(*sendings: Sending, using: Library | None = None) -> dict[str, str]:
    """The reason of each claim's only line."""
    decided = decide(*sendings, using=using)
    assert {number for _, number in decided} == {1}, "name the line: a claim has several"
    return {claim_id: one.reason for (claim_id, _), one in decided.items()}


def codes(one: Determination) -> tuple[str | None, str | None, tuple[str, ...]]:
    return (one.group, one.carc, one.rarc)


def finding(one: Determination, criterion: str) -> Finding:
    (found,) = [found for found in one.findings if found.criterion == criterion]
    return found


def answer(one: Determination, criterion: str) -> tuple[str, str | None]:
    """What a criterion said of a line, and the reason that it gave."""
    found = finding(one, criterion)
    return (found.answer.value, found.reason)
