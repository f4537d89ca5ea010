"""
No more than so many services in a life, in so many days, or in an episode.

What a policy folder writes:

    [[criterion]]
    name = "subsequent_pet"
    kind = "count"
    sections = ["III"]
    cited_as = "III"
    parameters = { most = "subsequent_most", span = "counted_in", beyond = "beyond" }
    words = { modifier = "PS" }
    sets = { counted = "oncologic_pet" }
    reasons = { too_many = "SUBSEQUENT_LIMIT", unclear = "SUBSEQUENT_UNCLEAR" }

`span = "rolling"` needs `span_days` too. An episode begins with the last treatment that resets.
"""

from __future__ import annotations

from datetime import date

from rules.answers import authorized, denied_or_held, met, unknown
from rules.criteria.conventional_imaging import exclusive_of
from rules.criteria.earlier_services import CountedServices, counted_services, names_of
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.history.days import days_before
from rules.history.treatments import TreatmentDay, resetting
from rules.terms_of_history import CountTerms


def ask_count(asked: Question, criterion: Criterion[CountTerms]) -> Finding:
    """What has the line's own procedure and day is the line's own service, and counts once."""
    line, library, terms = asked.line, asked.library, criterion.terms
    if asked.authorizations:
        return authorized(criterion, library, asked.authorizations)
    if terms.modifier is not None and terms.modifier not in line.billed.modifiers:
        return met(criterion, library, f"the line has no modifier {terms.modifier}")
    begun = _begun(asked) if terms.span == "episode" else []
    since = _since(line.on, terms, begun)
    if since is None:
        because = "the policy does not say how many days its rolling span has"
        return unknown(criterion, "unclear", because, (), criterion.used("span"))
    found = counted_services(asked, terms.counted, since, terms.modifier, terms.most)
    return _say(asked, criterion, found, tuple([each.evidence for each in begun]))


def _say(
    asked: Question,
    criterion: Criterion[CountTerms],
    found: CountedServices,
    begun: tuple[Evidence, ...],
) -> Finding:
    terms = criterion.terms
    slots = ("most", "span", "span_days") if terms.span == "rolling" else ("most", "span")
    allowed = f"{terms.most} {_allowed(terms)}"
    evidence = (*begun, *found.evidence)
    if len(found.surely) >= terms.most:
        counted = names_of(found.surely) or "none before it"
        because = f"{counted} of {allowed}: the line is beyond"
        used = criterion.used(*slots, "beyond")
        evidence = (*begun, *CountedServices(found.surely, ()).evidence)
        return denied_or_held(criterion, "too_many", terms.beyond, because, evidence, used)
    used = criterion.used(*slots)
    if len(found.surely) + len(found.perhaps) >= terms.most:
        because = f"it is not known whether {names_of(found.perhaps)} counts; {allowed}"
        return unknown(criterion, "unclear", because, evidence, used)
    because = f"{len(found.surely) + len(found.perhaps)} before it of {allowed}"
    return met(criterion, asked.library, because, evidence, used)


def _allowed(terms: CountTerms) -> str:
    if terms.span == "rolling":
        return f"allowed in {terms.span_days} days"
    return "allowed in a lifetime" if terms.span == "lifetime" else "allowed in an episode"


def _begun(asked: Question) -> list[TreatmentDay]:
    """The treatments of the day on which the line's episode began."""
    line = asked.line
    found = resetting(asked.history.treatments, date.min, line.on, exclusive_of(line))
    return [each for each in found if each.on == found[-1].on]


def _since(on: date, terms: CountTerms, begun: list[TreatmentDay]) -> date | None:
    """The first day of the span; None: a rolling one that has no number of days."""
    if terms.span == "rolling":
        return None if terms.span_days is None else days_before(on, terms.span_days - 1)
    return begun[-1].on if begun else date.min
