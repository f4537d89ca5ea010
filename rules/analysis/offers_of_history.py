"""What could be supplied for criteria that look at the member and at what was done before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from rules.analysis.open_line import OpenLine, Supply
from rules.analysis.rivals import void_of
from rules.criteria.earlier_services import counted_services
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Evidence, Finding
from rules.facts import Report, Sex, Treatment, TreatmentOutcome
from rules.history.days import days_before
from rules.terms_of_history import (
    AfterTreatmentTerms,
    AgeTerms,
    CountTerms,
    EvaluationTerms,
    IntervalTerms,
    SexTerms,
    TriedTerms,
)
from rules.truth import Truth

_PROCEDURE: Final = re.compile(r"[0-9A-Z][0-9]{3}[0-9A-Z]")
_TREATMENT: Final = "treatment_record"
_LOOKED_AT: Final = 4
"""So many services that surely count are looked at: no more facts are changed together."""


def a_member_record_with_the_birth_date(
    case: OpenLine, criterion: Criterion[AgeTerms], finding: Finding
) -> Iterator[Supply]:
    """Where it is not known; nobody becomes older or younger by a record."""
    if finding.answer is Truth.NOT_MET:
        return
    terms = criterion.terms
    years = next((end for end in (terms.least_years, terms.most_years) if end is not None), 0)
    person = case.history.known.person._replace(birth_date=_years_before(case.on, years))
    text = f"the member's record with a birth date (here: {years} years old)"
    yield Supply(text, "member_record", (person,))


def a_member_record_with_the_sex(
    case: OpenLine, criterion: Criterion[SexTerms], finding: Finding
) -> Iterator[Supply]:
    """Where it is not known, or neither of the two."""
    if finding.answer is not Truth.NOT_MET:
        sex: Sex = criterion.terms.sex
        person = case.history.known.person._replace(sex=sex)
        text = f"the member's record with the sex (here: {sex})"
        yield Supply(text, "member_record", (person,))


def an_evaluation(
    case: OpenLine, criterion: Criterion[EvaluationTerms], _: Finding
) -> Iterator[Supply]:
    """The record of one of the same day."""
    for code in sorted(criterion.terms.evaluations)[:1]:
        study_id = f"{case.unused}-evaluation"
        report = Report(study_id, code, (), case.on, "performed", "unknown", case.line.diagnoses)
        text = f"the record of an evaluation (here: {code} of {case.on})"
        yield Supply(text, "evaluation", (report,))


def failed_therapies(
    case: OpenLine, criterion: Criterion[TriedTerms], _: Finding
) -> Iterator[Supply]:
    """The records of as many therapies as are needed; those that are known of come first."""
    terms = criterion.terms
    known = [_code(each, terms.therapies) for each in case.history.known.performed]
    codes = sorted(terms.therapies, key=lambda code: (code not in known, code))[: terms.least]
    if len(codes) == terms.least:
        text = f"the records of therapies that failed (here: {', '.join(codes)})"
        facts = tuple(_treatment(case, code, case.on, "failed") for code in codes)
        yield Supply(text, _TREATMENT, facts)


def a_treatment_before(
    case: OpenLine, criterion: Criterion[AfterTreatmentTerms], finding: Finding
) -> Iterator[Supply]:
    """The record of one that ended in time; where one ended too late already, nothing helps."""
    terms = criterion.terms
    if finding.reason == criterion.reasons["too_early"].code:
        return
    days = next((end for end in (terms.least_days, terms.most_days) if end is not None), 0)
    on = case.on - timedelta(days=days)
    for code in sorted(terms.treatments)[:1]:
        text = f"the record of a treatment (here: {code}, ended on {on})"
        yield Supply(text, _TREATMENT, (_treatment(case, code, on, "unknown"),))


def no_earlier_services(
    case: OpenLine, criterion: Criterion[CountTerms] | Criterion[IntervalTerms], _: Finding
) -> Iterator[Supply]:
    """What would take each service away that counts, or perhaps counts: others have to say so."""
    terms = criterion.terms
    modifier = terms.modifier if isinstance(terms, CountTerms) else None
    asked = Question(case.line, case.view, None, (), case.library)
    found = counted_services(asked, terms.counted, _since(case.on, terms), modifier, _LOOKED_AT)
    for pointer in found.evidence:
        yield from _without(pointer, case)


def _since(on: date, terms: CountTerms | IntervalTerms) -> date:
    """A day before which no service counts."""
    if isinstance(terms, IntervalTerms):
        return days_before(on, terms.least_days - 1)
    is_rolling = terms.span == "rolling" and terms.span_days is not None
    return days_before(on, (terms.span_days or 1) - 1) if is_rolling else date.min


def _without(pointer: Evidence, case: OpenLine) -> Iterator[Supply]:
    for report in case.history.reports:
        if pointer.kind == "report" and report.study_id == pointer.id:
            named = f"{report.procedure} of {report.date_of_service}"
            text = f"a report that the {named} ({report.study_id}) was not done"
            yield Supply(text, None, (report._replace(status="voided"),))
    own = case.claim.claim_id
    for line in case.history.live:
        is_meant = pointer.kind == "line" and line.name == (pointer.claim_id, pointer.line)
        if is_meant and line.claim.content.claim_id != own:
            yield void_of(line.claim.content, f"{line.procedure} of {line.on}", case)


def _treatment(case: OpenLine, code: str, on: date, outcome: TreatmentOutcome) -> Treatment:
    """Begun and ended on one day; what is no procedure is a therapy."""
    is_procedure = _PROCEDURE.fullmatch(code) is not None
    return Treatment(
        f"{case.unused}-treatment-{code}",
        code if is_procedure else "",
        on,
        "performed",
        (),
        on,
        outcome,
        None if is_procedure else code,
    )


def _code(reported: Treatment, codes: frozenset[str]) -> str:
    return reported.therapy if reported.therapy in codes else reported.procedure


def _years_before(on: date, years: int) -> date:
    """The day on which somebody was born who has completed so many years on another."""
    day = min(on.day, 28) if on.month == 2 else on.day
    return date(on.year - years, on.month, day)
