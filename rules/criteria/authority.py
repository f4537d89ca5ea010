"""Criterion 2: no other rule governs the service (Product disclaimer 3, 4)."""

from __future__ import annotations

from rules.answers import met, not_met, unknown
from rules.criteria.benefit import branch
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.history.studies import ClaimLine
from rules.library_model import Library
from rules.plans import Authority, AuthorityRow, LineOfBusiness
from rules.terms import NoTerms
from rules.truth import Truth

_ASKED_OF: dict[str, tuple[Authority, ...]] = {
    "medicaid": ("eMedNY",),
    "medicare": ("NCD", "LCD"),
    "dsnp": ("NCD", "LCD"),
}
"""The authorities that come before the policy, by line of business, in the order asked."""


def ask_authority(asked: Question, criterion: Criterion[NoTerms]) -> Finding:
    """The first row in force denies, or leaves it to whoever applies that rule."""
    line, library = asked.line, asked.library
    if line.is_watched:
        return _ask_watched(line, criterion, library)
    assert line.plan is not None  # `benefit` is met
    business = branch(line.plan, line.procedure)
    rows = _rows_in_force(line, business, library)
    if not rows:
        return met(criterion, library, _nothing_in_force(business))
    row = rows[0]
    evidence = (Evidence("authority", reference=row.reference),)
    named = f"{row.authority} {row.reference} is in force on the date of service"
    if row.effect == "non_covered":
        return not_met(criterion, row.authority, f"{named}: not covered", evidence)
    return unknown(criterion, "governs", f"{named} and governs the service", evidence)


def _ask_watched(line: ClaimLine, criterion: Criterion[NoTerms], library: Library) -> Finding:
    """
    A watched line: not met where another rule governs it, and then ours has nothing to say.

    Rows that do not govern do not matter here, and a dual plan stays on its Medicare side.
    """
    business = line.plan.line_of_business if line.plan is not None else None
    if business is None:
        return met(criterion, library, "the plan is not known, so no row applies")
    for row in _rows_in_force(line, business, library):
        if row.effect == "governs":
            because = f"{row.authority} {row.reference} governs the service"
            evidence = (Evidence("authority", reference=row.reference),)
            name, section = criterion.name, criterion.section
            return Finding(name, section, Truth.NOT_MET, because, None, evidence)
    return met(criterion, library, _nothing_in_force(business))


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
