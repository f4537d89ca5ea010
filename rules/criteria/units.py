"""
`units`: the line bills no more than so many units.

    [[criterion]]
    name = "units"
    kind = "units"
    parameters = { most = "units_per_line" }
    reasons = { too_many = "TOO_MANY_UNITS" }

It looks at one line. `not_duplicate` holds every line whose units are not 1, so that more than one
is of use only to a policy that does not ask it.
"""

from __future__ import annotations

from rules.answers import met, not_met
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms_of_lines import UnitsTerms


def ask_units(asked: Question, criterion: Criterion[UnitsTerms]) -> Finding:
    """A prior authorization says nothing of units."""
    units, most = asked.line.billed.units, criterion.terms.most
    used = criterion.used("most")
    because = f"units billed: {units:f}, at most: {most}"
    if units > most:
        return not_met(criterion, "too_many", because, (), used)
    return met(criterion, asked.library, because, (), used)
