"""What a class of claims turns on: all that two libraries say differently of what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import NamedTuple

from rules.determination import Determination, ParameterValue
from rules.facts import Claim, Report, Treatment
from rules.history.diagnoses import is_circumstance
from rules.library_model import Library
from rules.plans import Plan
from rules.policy_version import PolicyVersion
from rules.proof.classes import nature_of_diagnosis
from rules.proof.differing_criteria import Said, differing_criteria
from rules.proof.situation import Situation
from rules.proof.two_sides import Side, TwoSides

PARAMETER, POLICY = "parameter", "policy"


class DifferenceCause(NamedTuple):
    """One thing of which two libraries say different things."""

    kind: str
    """
    procedure, diagnosis, modifier, plan, authority, policy, parameter, criterion, code set, reason
    or need.
    """
    name: str
    before: str
    after: str
    alike: tuple[str, ...] = ()
    """Others of its kind that differ alike: what is found of one of them holds of each."""


class DifferenceCauses:
    """Looks up what two libraries say differently."""

    def __init__(self, sides: TwoSides) -> None:
        self._sides = sides
        self._before, self._after = (side.library for side in sides.sides)
        self._criteria: dict[tuple[str, str], tuple[Said, ...]] = {}

    def of(
        self, situation: Situation, was: Determination, is_now: Determination
    ) -> tuple[DifferenceCause, ...]:
        """All of it in a situation and in what is decided in it, each once."""
        found = [*self._of_answers(was, is_now)]
        for fact in situation.facts:
            if isinstance(fact, Claim):
                found += self._of_plan(fact.plan_id)
                for line in fact.lines:
                    found += self._of_authorities(
                        line.procedure, fact.plan_id, line.date_of_service
                    )
                    found += self._of_codes(line.procedure, line.modifiers)
                    found += self._of_diagnoses(fact.diagnoses, line.date_of_service)
                    found += self._of_policy(line.date_of_service)
            elif isinstance(fact, Report):
                found += self._of_codes(fact.procedure, fact.modifiers)
                found += self._of_diagnoses(fact.diagnoses, fact.date_of_service)
                found += self._of_policy(fact.date_of_service)
            elif isinstance(fact, Treatment):
                found += self._of_codes(fact.procedure, ())
                found += self._of_diagnoses(fact.diagnoses, fact.date_of_service)
        return tuple(dict.fromkeys(found))

    def answer_before(self, turn: DifferenceCause) -> ParameterValue:
        """What the first library answers, of a turn that is a parameter."""
        versions = (one for one in self._before.versions if turn.name in one.parameters)
        answers = (one.parameters[turn.name] for one in versions)
        found: ParameterValue = next(one for one in answers if _words(one) == turn.before)
        return found

    def _of_codes(self, procedure: str, modifiers: tuple[str, ...]) -> Iterator[DifferenceCause]:
        sides = self._sides
        if procedure in sides.differing_procedures:
            before, after = (_sets_of(one, procedure) for one in (self._before, self._after))
            first, *others = sides.procedures[procedure]
            yield DifferenceCause("procedure", first, before, after, tuple(others))
        for code in modifiers:
            meanings = (self._before.modifiers.get(code), self._after.modifiers.get(code))
            yield from _cause("modifier", code, *meanings)

    def _of_diagnoses(self, diagnoses: tuple[str, ...], on: date) -> Iterator[DifferenceCause]:
        """Of each diagnosis what the two say of it on its day, where that differs."""
        sides = self._sides
        for code in diagnoses:
            held = sides.differing_diagnoses.get(code)
            if held is None:
                continue
            codes = [(side.library.policies[0].codes_on(on),) for side in sides.sides]
            rows = {side.table.rows(code) for side in sides.sides}
            if len(rows) > 1 or len({nature_of_diagnosis(one, code) for one in codes}) > 1:
                before, after = (_said_of(side, code, on) for side in sides.sides)
                yield DifferenceCause("diagnosis", held.codes[0], before, after, held.codes[1:])

    def _of_plan(self, plan_id: str) -> Iterator[DifferenceCause]:
        alike = self._sides.differing_plans.get(plan_id)
        if alike is not None:
            plans = (self._before.plans.get(plan_id), self._after.plans.get(plan_id))
            yield DifferenceCause("plan", alike[0], *_said_of_plans(*plans), alike[1:])

    def _of_authorities(self, procedure: str, plan_id: str, on: date) -> Iterator[DifferenceCause]:
        before, after = (
            _rows(library, procedure, plan_id, on) for library in (self._before, self._after)
        )
        yield from _cause("authority", procedure, before, after)

    def _of_policy(self, on: date) -> Iterator[DifferenceCause]:
        before, after = (
            self._before.policies[0].version_on(on),
            self._after.policies[0].version_on(on),
        )
        yield from _cause(POLICY, self._after.policies[0].policy_id, _name(before), _name(after))
        if before is not None and after is not None:
            both = [name for name in before.parameters if name in after.parameters]
            for name in both:
                was, becomes = before.parameters[name], after.parameters[name]
                yield from _cause(PARAMETER, name, was, becomes)
            for said in self._criteria_of(before, after):
                yield from _cause(*said)

    def _criteria_of(self, before: PolicyVersion, after: PolicyVersion) -> tuple[Said, ...]:
        """What the two versions ask differently, found out once."""
        key = (before.version, after.version)
        if key not in self._criteria:
            self._criteria[key] = tuple(differing_criteria(before, after))
        return self._criteria[key]

    def _of_answers(self, was: Determination, is_now: Determination) -> Iterator[DifferenceCause]:
        """The codes of a reason and the words of a need, which stand in tables of their own."""
        if was.reason == is_now.reason:
            carried = (_carried(library, was.reason) for library in (self._before, self._after))
            yield from _cause("reason", was.reason, *carried)
        for need in is_now.needs:
            yield from _cause("need", need.code, self._before.needs.get(need.code), need.text)


def _cause(kind: str, name: str, before: object, after: object) -> Iterator[DifferenceCause]:
    if before != after:
        yield DifferenceCause(kind, name, _words(before), _words(after))


def _words(value: object) -> str:
    if isinstance(value, frozenset):
        value = tuple(sorted(value))
    if isinstance(value, tuple):
        return ", ".join(map(_words, value)) or "none"
    return "none" if value is None else str(value)


def _sets_of(library: Library, procedure: str) -> str:
    """The code sets in which a procedure stands, in any version."""
    having = (name for version in library.versions for name in _having(version, procedure))
    return _words(tuple(dict.fromkeys(having)))


def _having(version: PolicyVersion, procedure: str) -> Iterator[str]:
    codes = version.codes
    if procedure in codes.decided or procedure in codes.watched:
        yield version.service_of(procedure)
    if procedure in codes.conventional_imaging:
        yield "conventional_imaging"
    if procedure in codes.episode_reset:
        yield "episode_reset"


def _said_of(side: Side, code: str, on: date) -> str:
    """What a library says of a diagnosis on a day, in short."""
    if not side.table.rows(code):
        return "no code"
    codes = side.library.policies[0].codes_on(on)
    held = codes.indications.get(code)
    if held is not None:
        return " ".join([held.support, *map(str, sorted(held.indications))])
    if code in codes.unrelated:
        return "unrelated"
    return "a circumstance" if is_circumstance(code, codes) else "not classed"


def _said_of_plans(before: Plan | None, after: Plan | None) -> tuple[str, str]:
    """What two plan files of one name say differently, or which of the two there is."""
    if before is None or after is None:
        known = ("not known" if plan is None else "known" for plan in (before, after))
        return next(known), next(known)
    differing = [
        field.name
        for field in fields(before)
        if getattr(before, field.name) != getattr(after, field.name)
    ]
    said = (
        _words(tuple(f"{name} {_words(getattr(plan, name))}" for name in differing))
        for plan in (before, after)
    )
    return next(said), next(said)


def _rows(library: Library, procedure: str, plan_id: str, on: date) -> tuple[str, ...]:
    """The rules of others that speak of a service."""
    plan = library.plans.get(plan_id)
    business, state = ("", None) if plan is None else (plan.line_of_business, plan.state)
    return tuple(
        f"{row.authority} {row.reference} {row.effect}"
        for row in library.authorities
        if row.speaks_of(procedure, business, on, state)
    )


def _name(version: PolicyVersion | None) -> str | None:
    return None if version is None else version.version


def _carried(library: Library, code: str) -> tuple[object, ...]:
    reason = library.reasons[code]
    return (reason.group, reason.carc, *reason.rarc, *reason.needs)
