"""
So many days after the latest treatment, and no more than so many.

What a policy folder writes:

    [[criterion]]
    name = "after_radiotherapy"
    kind = "after_treatment"
    sections = ["I.D"]
    cited_as = "I.D"
    parameters = { least_days = "rest_days", most_days = "follow_up_days" }
    sets = { treatments = "radiotherapy" }
    reasons = { too_early = "TOO_EARLY", too_late = "TOO_LATE", no_treatment = "NO_TREATMENT" }

The set holds procedures and codes of therapies that are none. Either end may be left out.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from rules.answers import authorized, met, not_met, unknown
from rules.criteria.earlier_services import services_until
from rules.criteria.question import Question
from rules.criteria.therapies import therapies_until
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.terms_of_history import AfterTreatmentTerms


class _Ended(NamedTuple):
    """A treatment by its last day, that of the line where it went on."""

    on: date
    code: str
    evidence: tuple[Evidence, ...]


def ask_after_treatment(asked: Question, criterion: Criterion[AfterTreatmentTerms]) -> Finding:
    """From claims, imaging reports and reported treatments, whoever paid."""
    if asked.authorizations:
        return authorized(criterion, asked.library, asked.authorizations)
    on, terms = asked.line.on, criterion.terms
    least, most = terms.least_days, terms.most_days
    used = criterion.used("least_days", "most_days")
    latest = _latest(asked, terms.treatments)
    if not latest:
        because = "no treatment is on record up to the service"
        return unknown(criterion, "no_treatment", because, (), used)
    days = (on - latest[0].on).days
    codes = ", ".join(sorted({each.code for each in latest}))
    because = f"{days} days after {codes} of {latest[0].on}"
    evidence = tuple([pointer for each in latest for pointer in each.evidence])
    if least is not None and days < least:
        return not_met(criterion, "too_early", because, evidence, used)
    if most is not None and days > most:
        return not_met(criterion, "too_late", because, evidence, used)
    return met(criterion, asked.library, because, evidence, used)


def _latest(asked: Question, codes: frozenset[str]) -> list[_Ended]:
    """All whose last day is the latest."""
    on = asked.line.on
    found = [
        _Ended(min(each.reported.ended_on or each.begun_on, on), each.code, (each.evidence,))
        for each in therapies_until(asked, codes)
    ]
    last = max((each.on for each in found), default=date.min)
    billed: list[_Ended] = []
    for service in services_until(asked, codes, last):
        if billed and service.on < billed[0].on:
            break
        billed.append(_Ended(service.on, service.procedure, service.evidence))
    latest = billed[0].on if billed else last
    return [*billed[::-1], *[each for each in found if each.on == latest]]
