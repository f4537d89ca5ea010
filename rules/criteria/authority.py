"""Criterion 2: no other rule governs the service (Product disclaimer 3, 4)."""

from __future__ import annotations

from rules.answers import met, not_met, unknown
from rules.criteria.benefit import branch
from rules.determination import Evidence, Finding
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.plans import Authority, AuthorityRow, LineOfBusiness, Plan
from rules.truth import Truth

_ASKED_OF: dict[str, tuple[Authority, ...]] = {
    "medicaid": ("eMedNY",),
    "medicare": ("NCD", "LCD"),
    "dsnp": ("NCD", "LCD"),
}
"""The authorities that come before the policy, by line of business, in the order asked."""

_DENIES_AS: dict[Authority, str] = {
    "NCD": "NCD_NON_COVERED",
    "LCD": "LCD_NON_COVERED",
    "eMedNY": "MEDICAID_GUIDELINE",
}


def ask_authority(line: ClaimLine, plan: Plan, library: Library) -> Finding:
    """An MRS line: the first row in force denies, or leaves it to whoever applies that rule."""
    business = branch(plan, line.procedure)
    rows = _rows_in_force(line, business, library)
    if not rows:
        return met(library, "authority", _nothing_in_force(business))
    row = rows[0]
    evidence = (Evidence("authority", reference=row.reference),)
    named = f"{row.authority} {row.reference} is in force on the date of service"
    if row.effect == "non_covered":
        return not_met(library, _DENIES_AS[row.authority], f"{named}: not covered", evidence)
    return unknown(library, "OTHER_AUTHORITY", f"{named} and governs the service", evidence)


def ask_pet_authority(line: ClaimLine, library: Library) -> Finding:
    """
    A PET line: not met where another rule governs it, and then ours has nothing to say.

    Rows that do not govern do not matter here, and a dual plan stays on its Medicare side.
    """
    business = line.plan.line_of_business if line.plan is not None else None
    if business is None:
        return met(library, "authority", "the plan is not known, so no row applies")
    for row in _rows_in_force(line, business, library):
        if row.effect == "governs":
            because = f"{row.authority} {row.reference} governs the service"
            evidence = (Evidence("authority", reference=row.reference),)
            section = library.sections["authority"]
            return Finding("authority", section, Truth.NOT_MET, because, None, evidence)
    return met(library, "authority", _nothing_in_force(business))


def _rows_in_force(
    line: ClaimLine, business: LineOfBusiness, library: Library
) -> list[AuthorityRow]:
    """Rows that speak of the line, in the order in which their authorities are asked."""
    state = line.plan.state if line.plan is not None else None
    return [
        row
        for authority in _ASKED_OF.get(business, ())
        for row in library.authorities
        if row.authority == authority and row.speaks_of(line.procedure, business, line.on, state)
    ]


def _nothing_in_force(business: LineOfBusiness) -> str:
    asked = _ASKED_OF.get(business)
    if asked is None:
        return f"for {business} the policy decides"
    return f"no {' or '.join(asked)} is in force on the date of service"
