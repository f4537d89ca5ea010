"""
Enough other therapies were tried, and failed or were not tolerated.

What a policy folder writes:

    [[criterion]]
    name = "step_therapy"
    kind = "tried_and_failed"
    sections = ["I.B"]
    cited_as = "I.B"
    parameters = { least = "failed_therapies", within_days = "failed_within", missing = "untried" }
    sets = { therapies = "first_line" }
    reasons = { too_few = "STEP_THERAPY" }

The set holds procedures and codes of therapies that are none. `within_days` may be left out.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

from rules.answers import authorized, denied_or_held, met, unknown
from rules.criteria.earlier_services import evidence_of, services_until
from rules.criteria.question import Question
from rules.criteria.therapies import Therapy, therapies_until
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.history.days import days_before
from rules.terms_of_history import TriedTerms


class _Tried(NamedTuple):
    """The codes of therapies, each once, with what they are known from."""

    codes: list[str]
    evidence: tuple[Evidence, ...]


def ask_tried_and_failed(asked: Question, criterion: Criterion[TriedTerms]) -> Finding:
    """A claim says that a therapy was tried, but not what came of it."""
    if asked.authorizations:
        return authorized(criterion, asked.library, asked.authorizations)
    terms = criterion.terms
    since = date.min
    if terms.within_days is not None:
        since = days_before(asked.line.on, terms.within_days)
    failed, open_ = _tried(asked, terms.therapies, since)
    because = f"{_counted(failed.codes)} of {terms.least} therapies failed or were not tolerated"
    used = criterion.used("least", "within_days")
    if len(failed.codes) >= terms.least:
        return met(criterion, asked.library, because, failed.evidence, used)
    evidence = (*failed.evidence, *open_.evidence)
    if len(failed.codes) + len(open_.codes) >= terms.least:
        because = f"{because}; it is not known what came of {', '.join(open_.codes)}"
        return unknown(criterion, "too_few", because, evidence, used)
    used = criterion.used("least", "within_days", "missing")
    return denied_or_held(criterion, "too_few", terms.missing, because, evidence, used)


def _tried(asked: Question, codes: frozenset[str], since: date) -> tuple[_Tried, _Tried]:
    """Those that surely failed since a day, and others of which nobody knows."""
    on = asked.line.on
    therapies = list(therapies_until(asked, codes))
    surely = [each for each in therapies if _failed(each, since, on) == "surely"]
    failed = sorted({each.code for each in surely})
    perhaps = [
        each
        for each in therapies
        if each.code not in failed and _failed(each, since, on) == "perhaps"
    ]
    billed = [each for each in services_until(asked, codes, since) if each.procedure not in failed][
        ::-1
    ]
    open_ = sorted({each.code for each in perhaps} | {each.procedure for each in billed})
    return (
        _Tried(failed, tuple([each.evidence for each in surely])),
        _Tried(open_, (*evidence_of(billed), *[each.evidence for each in perhaps])),
    )


def _failed(therapy: Therapy, since: date, on: date) -> Literal["surely", "perhaps", "no"]:
    """
    Whether a therapy had failed on a day, and not before another.

    What ended later went on then; of what has no end nobody knows that it ended long ago.
    """
    outcome, ended = therapy.reported.outcome, therapy.reported.ended_on
    if outcome == "succeeded" or (ended is not None and ended < since):
        return "no"
    if outcome == "unknown" or (ended is not None and ended > on):
        return "perhaps"
    return "surely" if (ended or therapy.begun_on) >= since else "perhaps"


def _counted(codes: list[str]) -> str:
    return f"{len(codes)} ({', '.join(codes)})" if codes else "none"
