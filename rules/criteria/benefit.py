"""Criterion 1: the plan covers the service (Product disclaimer 1, 5)."""

from __future__ import annotations

from rules.answers import met, not_met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.library_model import Library
from rules.plans import LineOfBusiness, Plan
from rules.terms import NoTerms


def ask_benefit(asked: Question, criterion: Criterion[NoTerms]) -> Finding:
    """Met unless the plan excludes the procedure; a dual plan only if both its sides do."""
    line, library = asked.line, asked.library
    plan = line.plan
    if plan is None:
        return unknown(criterion, "plan_unknown", "no plan file names this plan")
    procedure = line.procedure
    if plan.line_of_business == "dsnp":
        return _ask_dual(plan, procedure, criterion, library)
    if procedure in plan.excluded_procedures:
        return not_met(criterion, "excluded", f"the plan excludes {procedure}")
    return met(criterion, library, f"the plan does not exclude {procedure}")


def branch(plan: Plan, procedure: str) -> LineOfBusiness:
    """The line of business whose rules apply: a dual plan's Medicare side, or else Medicaid's."""
    if procedure in plan.medicare_excluded_procedures:
        return "medicaid"
    return plan.line_of_business


def _ask_dual(
    plan: Plan, procedure: str, criterion: Criterion[NoTerms], library: Library
) -> Finding:
    if procedure not in plan.medicare_excluded_procedures:
        return met(criterion, library, f"the Medicare side does not exclude {procedure}")
    if procedure in plan.medicaid_excluded_procedures:
        return not_met(
            criterion, "excluded", f"the Medicare and Medicaid sides exclude {procedure}"
        )
    return met(
        criterion,
        library,
        f"the Medicare side excludes {procedure}, the Medicaid side does not",
    )
