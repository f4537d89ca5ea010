"""How a finding of exclusivity names the study that stands, so that a provider can follow it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from rules.history.studies import Study
from rules.terms import ExclusivityTerms


def named_rival(study: Study, rivals: Sequence[Study], what: str, terms: ExclusivityTerms) -> str:
    """The first rival with its day, purpose, diagnoses, status and payer; and how many more."""
    rival = rivals[0]
    days = (study.on - rival.on) // timedelta(days=1)
    before = "1 day before" if days == 1 else f"{days} days before"
    apart = "of the same day" if days == 0 else f"of {rival.on}, {before},"
    more = f" (and {len(rivals) - 1} more)" if len(rivals) > 1 else ""
    details = "; ".join(filter(None, (_purpose(study, rival, terms), _status(rival))))
    return f"{rival.procedure} {apart} {what}{more}: {details}"


def _purpose(study: Study, rival: Study, terms: ExclusivityTerms) -> str:
    """The purposes that the two share, and the rival's diagnoses that name them."""
    shared = study.meaning.every & rival.meaning.every & terms.exclusive
    if not shared:
        return "no valid diagnosis says what it was made for"
    names = rival.codes.indication_names
    sections = ", ".join(names[number].section for number in rival.codes.in_order(shared))
    codes = [
        code
        for code, numbers in rival.meaning.indications.items()
        if not shared.isdisjoint(numbers)
    ]
    return f"{sections} ({', '.join(codes)})"


def _status(rival: Study) -> str:
    """What is known of its payment, and under which plan it was billed."""
    statuses = ", ".join(sorted(rival.statuses)).replace("_", " ")
    plans = sorted({line.claim.content.plan_id for line in rival.lines})
    payer = f"billed to plan {', '.join(plans)}" if plans else "known from a report"
    return f"{statuses}, {payer}"
