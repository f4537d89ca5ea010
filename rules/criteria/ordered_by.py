"""
`ordered_by`: the service was ordered by someone of one of the policy's specialties.

    [[criterion]]
    name = "ordered_by_specialist"
    kind = "ordered_by"
    sets = { specialties = "specialties" }
    reasons = { other = "ORDERED_BY_OTHER", unknown = "ORDERING_SPECIALTY_UNKNOWN" }
"""

from __future__ import annotations

from rules.answers import authorized, met, not_met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.terms_of_lines import OrderedByTerms


def ask_ordered_by(asked: Question, criterion: Criterion[OrderedByTerms]) -> Finding:
    """Unknown where the line does not say; a prior authorization of the service lifts it."""
    library = asked.library
    if asked.authorizations:
        return authorized(criterion, library, asked.authorizations)
    specialty = asked.line.billed.ordering_specialty
    if specialty is None:
        because = "the line does not say the specialty of who ordered the service"
        return unknown(criterion, "unknown", because)
    because = f"ordered by specialty {specialty}"
    if specialty in criterion.terms.specialties:
        return met(criterion, library, because)
    return not_met(criterion, "other", because)
