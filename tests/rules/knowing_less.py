"""Takes a result, a provider, a plan or an enrolment out of what is known of a member."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from rules.adjudicate import Earlier, adjudicate_since
from rules.determination import Determination
from rules.exclusivity.rivals import Strength
from rules.facts import Claim, Coverage, Event, Fact, Report
from rules.history.studies import StudyKey
from rules.library_model import Library
from tests.rules.builders import (
    record_of,
)
from tests.rules.nasty_members import nasty_library

LineKey = tuple[str, int]
Change = Callable[[Fact], Fact]


def changed(told: Iterable[Event], change: Change) -> list[Event]:
    return [one._replace(fact=change(one.fact)) for one in told]


def without_result(study_id: str) -> Change:
    """Every report of a study says no more that it was limited or conclusive."""

    def change(fact: Fact) -> Fact:
        if isinstance(fact, Report) and fact.study_id == study_id:
            return fact._replace(result="unknown")
        return fact

    return change


def without_provider(claim_id: str) -> Change:
    def change(fact: Fact) -> Fact:
        if isinstance(fact, Claim) and fact.claim_id == claim_id:
            return fact._replace(lines=tuple(n._replace(rendering_npi=None) for n in fact.lines))
        return fact

    return change


def without_plan(claim_id: str) -> Change:
    def change(fact: Fact) -> Fact:
        if isinstance(fact, Claim) and fact.claim_id == claim_id:
            return fact._replace(plan_id=f"unknown {fact.plan_id}")
        return fact

    return change


def without_enrolment(told: Iterable[Event], plan: str) -> list[Event]:
    return [one for one in told if not isinstance(one.fact, Coverage) or one.fact.plan_id != plan]


class Decision:
    """The lines of a member, and how firmly the studies stand that are known from reports alone."""

    def __init__(self, told: Iterable[Event], library: Library | None = None) -> None:
        found = adjudicate_since(
            record_of(told), library or nasty_library(), date.min, Earlier({}, {})
        )
        self.lines: Mapping[LineKey, Determination] = {
            (one.claim_id, one.line): one for one in found.determinations
        }
        self.strengths: Mapping[StudyKey, Strength] = found.strengths
