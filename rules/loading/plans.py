"""The plans of a library: one TOML file each."""

from __future__ import annotations

from typing import get_args

from rules.loading.blocks import Block, read_block
from rules.loading.folder import LibraryFiles
from rules.loading.parameters import NAMES
from rules.loading.tables import PROCEDURE
from rules.plans import Group, LineOfBusiness, Plan

_GROUPS: tuple[Group, ...] = get_args(Group)
_LINES_OF_BUSINESS: tuple[LineOfBusiness, ...] = get_args(LineOfBusiness)
_OF_ONE_SIDE = ("excluded_procedures",)
_OF_TWO_SIDES = ("medicare_excluded_procedures", "medicaid_excluded_procedures")


def read_plans(files: LibraryFiles) -> dict[str, Plan]:
    """Every plan by its id; no id stands in two files."""
    plans: dict[str, Plan] = {}
    first: dict[str, str] = {}
    for name in files.plans:
        block = read_block(files, name)
        if block is None:
            continue
        plan = _plan(block)
        if first.setdefault(plan.plan_id, name) != name:
            to_do = "Give each plan an id of its own, or keep one of the two files."
            block.fault("plan_id", f"stands in {first[plan.plan_id]} too", to_do)
        plans[plan.plan_id] = plan
    return plans


def _plan(block: Block) -> Plan:
    line_of_business = block.choice("line_of_business", _LINES_OF_BUSINESS)
    excluded = _exclusions(block, line_of_business)
    plan = Plan(
        plan_id=block.exact_text("plan_id"),
        line_of_business=line_of_business,
        clinical_denials_need_peer_review=block.flag("clinical_denials_need_peer_review"),
        investigational_group=block.choice("investigational_group", _GROUPS),
        non_covered_group=block.choice("non_covered_group", _GROUPS),
        claims_known_from=block.optional_day("claims_known_from"),
        **excluded,
    )
    if block.has("source"):
        block.text("source")
    for name in NAMES:
        if block.has(name):
            wrong = "is a parameter of the policy, which no plan overrides"
            to_do = "Take it out: one member may have two plans, and they are judged alike."
            block.refuse(name, wrong, to_do)
    block.close()
    return plan


def _exclusions(block: Block, line_of_business: LineOfBusiness) -> dict[str, frozenset[str]]:
    """A dual plan says what each of its two sides excludes; any other plan has one side."""
    is_dual = line_of_business == "dsnp"
    named, misplaced = (_OF_TWO_SIDES, _OF_ONE_SIDE) if is_dual else (_OF_ONE_SIDE, _OF_TWO_SIDES)
    for key in misplaced:
        if block.has(key):
            wrong = f"cannot stand in a {line_of_business} plan"
            block.refuse(key, wrong, f"Write {' and '.join(named)} instead.")
    return {key: _procedures(block, key) for key in named}


def _procedures(block: Block, key: str) -> frozenset[str]:
    codes = block.texts(key)
    for code in codes:
        if not PROCEDURE.fullmatch(code):
            to_do = "Write each procedure as five capitals and digits, in quotes."
            block.fault(key, f"has {code!r}", to_do)
    return frozenset(codes)
