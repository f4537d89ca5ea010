"""The plans of a library, one TOML file each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, get_args

from rules.loading.blocks import Block, read_block
from rules.loading.folder import LibraryFiles
from rules.loading.parameters import names_in
from rules.loading.states import HOW_TO_WRITE, STATES
from rules.loading.tables import PROCEDURE
from rules.plans import (
    Group,
    JurisdictionRow,
    LineOfBusiness,
    Plan,
    PlanPeriod,
    ReviewTerms,
)

_GROUPS: tuple[Group, ...] = get_args(Group)
_LINES_OF_BUSINESS: tuple[LineOfBusiness, ...] = get_args(LineOfBusiness)
_NO_STATE = "none"
_OF_ONE_SIDE = ("excluded_procedures",)
_OF_TWO_SIDES = ("medicare_excluded_procedures", "medicaid_excluded_procedures")
_OF_EVERY_PERIOD = ("plan_id", "line_of_business", "state", "claims_known_from", "review")


def read_plans(files: LibraryFiles, jurisdictions: Sequence[JurisdictionRow]) -> dict[str, Plan]:
    """Reads every plan by its id; no id may be in two files."""
    parameters = names_in(files.content(name) for name in files.policies)
    plans: dict[str, Plan] = {}
    first: dict[str, str] = {}
    for name in files.plans:
        block = read_block(files, name)
        if block is None:
            continue
        plan = _plan(block, parameters)
        if first.setdefault(plan.plan_id, name) != name:
            to_do = "Give each plan its own id, or remove one of the two files."
            block.fault("plan_id", f"is also the id in {first[plan.plan_id]}", to_do)
        _check_reviewers(block, plan, jurisdictions)
        plans[plan.plan_id] = plan
    return plans


def _plan(block: Block, parameters: Sequence[str]) -> Plan:
    """`parameters`: those of the policies, which a plan must not override."""
    line_of_business = block.choice("line_of_business", _LINES_OF_BUSINESS)
    excluded: dict[str, Any] = {
        key: _procedures(block, key) for key in _sides(block, line_of_business)
    }
    plan = Plan(
        plan_id=block.exact_text("plan_id"),
        line_of_business=line_of_business,
        clinical_denials_need_peer_review=block.flag("clinical_denials_need_peer_review"),
        investigational_group=block.choice("investigational_group", _GROUPS),
        non_covered_group=block.choice("non_covered_group", _GROUPS),
        claims_known_from=block.optional_day("claims_known_from"),
        state=_state(block),
        peer_reviewer_roles=_roles(block, "peer_reviewer_roles"),
        approving_roles=_roles(block, "approving_roles"),
        policies=block.optional_texts("policies"),
        review=_review_terms(block),
        **excluded,
    )
    plan = replace(plan, periods=tuple(_periods(block, plan, parameters)))
    _close(block, parameters)
    return plan


def _close(block: Block, parameters: Sequence[str]) -> None:
    if block.has("source"):
        block.text("source")
    for name in parameters:
        if block.has(name):
            wrong = "is a parameter of the policy, which a plan cannot override"
            to_do = "Remove it. A member may have two plans, and both must be judged alike."
            block.refuse(name, wrong, to_do)
    block.close()


def _state(block: Block) -> str | None:
    """Reads two capital letters of an existing state, or `none`."""
    found = block.text("state")
    if found in ("", "-", _NO_STATE):
        return None
    if found not in STATES:
        to_do = f"{HOW_TO_WRITE[:-1]}, or {_NO_STATE} if no state's law applies."
        block.fault("state", f"is {found!r}, which is not a state", to_do)
    return found


def _roles(block: Block, key: str) -> frozenset[str]:
    """Reads roles in the form in which they are compared: trimmed, in lower case."""
    named = block.optional_texts(key)
    roles = {name.strip().casefold() for name in named}
    if "" in roles or len(roles) < len(named):
        block.fault(key, "has an empty role, or one twice", "Name each role once.")
    if block.has(key) and not named:
        block.fault(key, "is empty", "Name the roles, or remove the key to allow any role.")
    return frozenset(roles)


def _review_terms(block: Block) -> ReviewTerms:
    """Reads how persons decide; a plan without the section asks for nothing beyond one person."""
    if not block.has("review"):
        return ReviewTerms()
    section = block.block("review")
    section.may_have("quality_sample_one_in")
    one_in = None
    if section.has("quality_sample_one_in"):
        one_in = section.whole("quality_sample_one_in") or None
        if one_in is None:
            to_do = "Enter 1 for every line, 20 for one in twenty, or remove the key."
            section.fault("quality_sample_one_in", "is 0, or no number of lines", to_do)
    terms = ReviewTerms(
        second_person_for_denials=section.flag("second_person_for_denials"),
        quality_sample_one_in=one_in,
    )
    section.close()
    return terms


def _periods(block: Block, plan: Plan, parameters: Sequence[str]) -> Iterator[PlanPeriod]:
    """Reads the periods in order; what a period does not mention stays as it was before."""
    entries = block.blocks("period", "effective_from") if block.has("period") else ()
    for entry in sorted(entries, key=lambda entry: entry.day("effective_from")):
        changes = _changes(entry, plan, parameters)
        if not changes:
            to_do = "Say what changes on that day, or remove the period."
            entry.fault("effective_from", "starts a period that changes nothing", to_do)
        plan = replace(plan, **changes)
        yield PlanPeriod(effective_from=entry.day("effective_from"), plan=plan)


def _changes(block: Block, plan: Plan, parameters: Sequence[str]) -> dict[str, Any]:
    for key in _OF_EVERY_PERIOD:
        if block.has(key):
            to_do = "Remove it. It is the same in every period of a plan."
            block.refuse(key, "cannot change in a period", to_do)
    readers: dict[str, Callable[[str], object]] = {
        "clinical_denials_need_peer_review": block.flag,
        "investigational_group": lambda key: block.choice(key, _GROUPS),
        "non_covered_group": lambda key: block.choice(key, _GROUPS),
        "peer_reviewer_roles": lambda key: _roles(block, key),
        "approving_roles": lambda key: _roles(block, key),
        "policies": block.texts,
    }
    for side in _sides(block, plan.line_of_business):
        readers[side] = lambda key: _procedures(block, key)
    block.may_have(*readers)
    changes = {key: read(key) for key, read in readers.items() if block.has(key)}
    _close(block, parameters)
    return changes


def _sides(block: Block, line_of_business: LineOfBusiness) -> tuple[str, ...]:
    """Reads the exclusions; a dual plan has those of each of its two sides."""
    is_dual = line_of_business == "dsnp"
    named, misplaced = (_OF_TWO_SIDES, _OF_ONE_SIDE) if is_dual else (_OF_ONE_SIDE, _OF_TWO_SIDES)
    for key in misplaced:
        if block.has(key):
            wrong = f"does not belong in a {line_of_business} plan"
            block.refuse(key, wrong, f"Use {' and '.join(named)} instead.")
    return named


def _procedures(block: Block, key: str) -> frozenset[str]:
    codes = block.texts(key)
    for code in codes:
        if not PROCEDURE.fullmatch(code):
            to_do = "Write each procedure as five capital letters or digits, in quotes."
            block.fault(key, f"has {code!r}, which is not a procedure", to_do)
    return frozenset(codes)


def _check_reviewers(block: Block, plan: Plan, jurisdictions: Sequence[JurisdictionRow]) -> None:
    """Checks that a plan says who may deny, if a person has to."""
    for terms in (plan, *(period.plan for period in plan.periods)):
        asking = _who_asks(terms, jurisdictions)
        if asking and not terms.peer_reviewer_roles:
            wrong = f"is missing, although {asking} asks for a person to make clinical denials"
            to_do = "Name the roles whose reviews may deny."
            block.fault("peer_reviewer_roles", wrong, to_do)
            return


def _who_asks(plan: Plan, jurisdictions: Sequence[JurisdictionRow]) -> str | None:
    if plan.clinical_denials_need_peer_review:
        return "the plan itself"
    for row in jurisdictions:
        if row.mode != "automatic" and row.is_of(plan):
            return f"jurisdictions.csv ({row.state}, {row.line_of_business})"
    return None
