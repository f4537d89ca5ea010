"""Facts that lead to each answer of the kinds by which a line can be decided at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, get_args

from rules.code_sets import ModifierMeaning
from rules.criterion import Criterion
from rules.facts import Authorization
from rules.loading.authorities import Effect
from rules.plans import Authority, AuthorityRow, LineOfBusiness, Plan
from rules.proof.arrangements import Arrangement, Candidate
from rules.proof.classes import UNKNOWN_PLAN, code_not_in
from rules.proof.denial_modes import supposed_plan
from rules.proof.earlier_lines import earlier_line
from rules.proof.situation import THEIRS
from rules.proof.varied_lines import VariedLine
from rules.truth import Truth

_ADDED = "a rule that a plan may add"
_ASKED_OF: Final[Mapping[Authority, LineOfBusiness]] = {
    "NCD": "medicare",
    "LCD": "medicare",
    "eMedNY": "medicaid",
}
"""A line of business of which each authority is asked."""


def authorized(line: VariedLine) -> Arrangement:
    """A prior authorization of the line's procedure on its day."""
    on = line.setting.on
    word = Authorization("A-1", line.setting.procedure, on, on, "approved")
    return Arrangement(beside=(word,))


def facts_of_benefit(line: VariedLine, _: Criterion[Any]) -> Iterator[Candidate]:
    """A plan that covers the procedure, one that excludes it, one that nobody knows."""
    yield Candidate("the plan covers it", expected=Truth.MET)
    excluding = replace(
        supposed_plan("*", "commercial"),
        plan_id="supposed, excluding it",
        excluded_procedures=frozenset({line.setting.procedure}),
    )
    yield Candidate("the plan excludes it", _under(excluding), Truth.NOT_MET)
    nowhere = Arrangement({"plan": UNKNOWN_PLAN, "plans": ()})
    yield Candidate("no such plan", nowhere, Truth.UNKNOWN)


def facts_of_authority(line: VariedLine, _: Criterion[Any]) -> Iterator[Candidate]:
    """No rule, and a rule of each authority with each effect."""
    yield Candidate("no rule speaks")
    state = line.plan.state or "*"
    for authority, business in _ASKED_OF.items():
        for effect in get_args(Effect):
            for procedure in line.procedures:
                row = AuthorityRow(
                    authority=authority,
                    reference=_ADDED,
                    procedures=frozenset({procedure}),
                    lines_of_business=frozenset({business}),
                    effective_from=line.version.effective_from,
                    effective_to=None,
                    effect=effect,
                )
                under = _under(supposed_plan(state, business))
                sets = {**under.sets, "rows": (row,), "procedure": procedure}
                yield Candidate(f"{authority}: {effect} on {procedure}", Arrangement(sets))


def facts_of_policy_in_force(line: VariedLine, _: Criterion[Any]) -> Iterator[Candidate]:
    """A day of the version, and the days around all versions."""
    yield Candidate("a day of the version", expected=Truth.MET)
    versions = line.library.policies[0].versions
    days = [version.effective_from - timedelta(days=1) for version in versions]
    days += [version.effective_to for version in versions if version.effective_to is not None]
    for on in days:
        yield Candidate(f"on {on}", Arrangement({"on": on}))


def facts_of_coding(line: VariedLine, _: Criterion[Any]) -> Iterator[Candidate]:
    """Modifiers that cannot stand, diagnoses that are none, days that the table does not know."""
    yield Candidate("a billable diagnosis")
    meanings: tuple[tuple[ModifierMeaning, ...], ...] = (
        ("bilateral",),
        ("professional", "technical"),
        ("professional",),
    )
    for together in meanings:
        codes = tuple(code for meaning in together for code in modifiers_of(line, meaning))
        if len(codes) == len(together):
            yield Candidate(f"modifiers {' '.join(codes)}", Arrangement(modifiers=codes))
    yield Candidate("no diagnosis", Arrangement({"diagnoses": ()}), Truth.NOT_MET)
    unheard = (code_not_in(line.table),)
    yield Candidate("no such diagnosis", Arrangement({"diagnoses": unheard}), Truth.NOT_MET)
    for on in (line.table.knows_to, line.table.knows_from - timedelta(days=1)):
        sets = {"on": on, "diagnoses": unheard}
        yield Candidate(f"on {on}, which the table does not know", Arrangement(sets))


def facts_of_not_duplicate(line: VariedLine, _: Criterion[Any]) -> Iterator[Candidate]:
    """Earlier lines of each provider and component, and a line that says that it is a repeat."""
    yield Candidate("the first line")
    setting = line.setting
    before = Arrangement(beside=(earlier_line(setting),))
    yield Candidate("the same line before", before)
    for own in modifiers_of(line, "professional"):
        facts = before._replace(modifiers=(own,))
        yield Candidate("the whole before, then a component", facts)
    for theirs in modifiers_of(line, "professional"):
        part = Arrangement(beside=(earlier_line(setting, (theirs,)),))
        yield Candidate("a component before, then the whole", part)
    other = Arrangement(beside=(earlier_line(setting, (), THEIRS),))
    yield Candidate("another provider's line before", other)
    for repeat in modifiers_of(line, "repeat"):
        yield Candidate("a repeat", Arrangement(modifiers=(repeat,)), Truth.UNKNOWN)
    yield Candidate("two units", Arrangement({"units": Decimal(2)}))


def facts_of_code_flag(line: VariedLine, _: Criterion[Any]) -> Iterator[Candidate]:
    """Each procedure of the service; then one that was authorized."""
    for procedure in line.procedures:
        is_flagged = line.codes.decided[procedure].investigational
        expected = Truth.NOT_MET if is_flagged else Truth.MET
        yield Candidate(procedure, Arrangement({"procedure": procedure}), expected)
    yield Candidate("authorized", authorized(line), Truth.MET)


def modifiers_of(line: VariedLine, meaning: ModifierMeaning) -> tuple[str, ...]:
    """One modifier with a meaning, if the library has any."""
    known = line.library.modifiers.items()
    return tuple(sorted(code for code, said in known if said == meaning)[:1])


def _under(plan: Plan) -> Arrangement:
    return Arrangement({"plan": plan.plan_id, "plans": (plan,)})
