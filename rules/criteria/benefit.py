"""Criterion 1: the plan covers the service (Product disclaimer 1, 5)."""

from __future__ import annotations

from rules.answers import met, not_met, unknown
from rules.determination import Finding
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.plans import LineOfBusiness, Plan


def ask_benefit(line: ClaimLine, library: Library) -> Finding:
    """Met unless the plan excludes the procedure; a dual plan only if both its sides do."""
    plan = line.plan
    if plan is None:
        return unknown(library, "PLAN_UNKNOWN", "no plan file names this plan")
    procedure = line.procedure
    if plan.line_of_business == "dsnp":
        return _ask_dual(plan, procedure, library)
    if procedure in plan.excluded_procedures:
        return not_met(library, "NON_COVERED_BENEFIT", f"the plan excludes {procedure}")
    return met(library, "benefit", f"the plan does not exclude {procedure}")


def branch(plan: Plan, procedure: str) -> LineOfBusiness:
    """The line of business whose rules apply: a dual plan's Medicare side, or else Medicaid's."""
    if procedure in plan.medicare_excluded_procedures:
        return "medicaid"
    return plan.line_of_business


def _ask_dual(plan: Plan, procedure: str, library: Library) -> Finding:
    if procedure not in plan.medicare_excluded_procedures:
        return met(library, "benefit", f"the Medicare side does not exclude {procedure}")
    if procedure in plan.medicaid_excluded_procedures:
        return not_met(
            library, "NON_COVERED_BENEFIT", f"the Medicare and Medicaid sides exclude {procedure}"
        )
    return met(
        library,
        "benefit",
        f"the Medicare side excludes {procedure}, the Medicaid side does not",
    )
