"""Criterion 8: MRI or CT gave limited information (I.A)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from rules.answers import authorized, met, not_met, unknown
from rules.code_sets import Purpose
from rules.criteria.attestations import Attested, attestations_of
from rules.criteria.qualified_studies import QualifyingStudies
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Evidence, Finding, ParameterValue
from rules.history.days import days_before
from rules.history.policy_view import PolicyView
from rules.history.studies import ClaimLine, Study
from rules.history.treatments import resetting
from rules.library_model import Library
from rules.terms import EarlierStudyTerms

_Used = Mapping[str, ParameterValue]
_Imaging = Criterion[EarlierStudyTerms]

_WITHOUT_A_WORD = ("conventional_imaging_report", "authorization", "review")
"""What helps where an attestation was sent, or could speak of no later day than the report."""


def ask_conventional_imaging(asked: Question, criterion: _Imaging) -> Finding:
    """The latest day with a known result decides."""
    line, history, library = asked.line, asked.history, asked.library
    if asked.authorizations:
        return authorized(criterion, library, asked.authorizations)
    terms = criterion.terms
    since = line.on - timedelta(days=terms.lookback_days)
    span = QualifyingStudies(since, line.on, line, history)
    used = criterion.used("lookback_days")
    if any(study.result == "conclusive" for study in span.latest_first()):
        used = criterion.used("lookback_days", "must_answer")
    latest = _latest_that_decide(span, line, history, terms)
    limited = [study for study in latest if study.result == "limited"]
    if limited:
        because = f"{_named(limited[0])} gave limited information"
        return met(criterion, library, because, _evidence(limited), used)
    on_claims = attestations_of(line, history, terms.attestation)
    attested = [each for each in on_claims if span.since <= each.on <= span.until]
    if attested:
        return _attested(max(attested), latest, criterion, library, used)
    if latest:
        return _conclusive(latest, span, criterion, used)
    studies = span.in_order()
    if studies:
        return _no_result(line, studies, history, criterion, used)
    return _nothing_usable(line, span, history, criterion)


def _latest_that_decide(
    span: QualifyingStudies, line: ClaimLine, history: PolicyView, terms: EarlierStudyTerms
) -> list[Study]:
    """Of the latest day with a known result that speaks of the line's question, by procedure."""
    latest: list[Study] = []
    for study in span.latest_first():
        if latest and study.on < latest[0].on:
            break
        if study.result == "limited" or (
            study.result == "conclusive" and _decides(study, line, history, terms)
        ):
            latest.append(study)
    return latest[::-1]


def _decides(study: Study, line: ClaimLine, history: PolicyView, terms: EarlierStudyTerms) -> bool:
    """Whether a conclusive study was made for the line's question, in the line's episode."""
    if not terms.must_answer:
        return True
    asked = history.meaning_of_line(line).every
    return not asked.isdisjoint(study.meaning.every) and not history.treated_between(
        study.on, line.on, exclusive_of(line)
    )


def _attested(
    attested: Attested,
    conclusive: Sequence[Study],
    criterion: _Imaging,
    library: Library,
    used: _Used,
) -> Finding:
    """An attestation holds, unless a conclusive report of that day or later speaks against it."""
    if conclusive and conclusive[0].on >= attested.on:
        because = f"{_named(conclusive[0])} was conclusive, the attestation says otherwise"
        both = (*_evidence(conclusive), attested.evidence)
        return unknown(criterion, "no_result", because, both, used, needs=_WITHOUT_A_WORD)
    because = f"attested for a study of {attested.on}"
    return met(criterion, library, because, (attested.evidence,), used)


def _conclusive(
    latest: Sequence[Study], span: QualifyingStudies, criterion: _Imaging, used: _Used
) -> Finding:
    """Only reports that all say conclusive deny; what disagrees or is missing is for a person."""
    day, studies = latest[0].on, span.in_order()
    missing = [study for study in studies if study.on >= day and study.result == "unknown"]
    earlier = [study for study in studies if study.on < day and study.result == "limited"]
    doubts = (*earlier, *missing)
    named = f"{_named(latest[0])} was conclusive"
    if not doubts:
        return not_met(criterion, "conclusive", named, _evidence(latest), used)
    what = "was limited" if earlier else "has no known result"
    because = f"{named}, but {_named(doubts[0])} {what}"
    evidence = _evidence((*latest, *doubts))
    needs = _WITHOUT_A_WORD if day == span.until else None
    return unknown(criterion, "no_result", because, evidence, used, needs=needs)


def _no_result(
    line: ClaimLine,
    studies: Sequence[Study],
    history: PolicyView,
    criterion: _Imaging,
    used: _Used,
) -> Finding:
    """Studies are known, but none has a result that speaks of the line's question."""
    evidence = _evidence(studies)
    beside = [study for study in studies if study.result == "conclusive"]
    because = f"on record without a result: {_names(studies)}"
    if beside:
        asked = history.meaning_of_line(line).every
        treated = [study for study in beside if not asked.isdisjoint(study.meaning.every)]
        of_another = [study for study in beside if study not in treated]
        said = [f"made for another question: {_names(of_another)}"] if of_another else []
        if treated:
            since, exclusive = treated[0].on, exclusive_of(line)
            treatments = resetting(history.treatments, since, line.on, exclusive)
            evidence += tuple(treatment.evidence for treatment in treatments)
            said.append(f"before the treatment of {treatments[-1].on}: {_names(treated)}")
        because = f"conclusive, but {'; '.join(said)}"
    return unknown(criterion, "no_result", because, evidence, used)


def _nothing_usable(
    line: ClaimLine, span: QualifyingStudies, history: PolicyView, criterion: _Imaging
) -> Finding:
    """Imaging that is too old or was broken off is named; else only a complete history denies."""
    terms = criterion.terms
    used = criterion.used("lookback_days", "unusable_lookback_days")
    first = days_before(line.on, terms.unusable_lookback_days)
    last = days_before(span.since, 1)
    old = QualifyingStudies(first, last, line, history).in_order()
    on_claims = attestations_of(line, history, terms.attestation)
    attested = [each for each in on_claims if first <= each.on < span.since]
    broken_off = [
        imaging
        for imaging in history.discontinued_between(span.since, span.until)
        if imaging.procedure in line.codes.conventional_imaging
    ]
    evidence = (
        *_evidence(old),
        *(each.evidence for each in sorted(attested)),
        *(each.evidence for each in broken_off),
    )
    if broken_off:
        because = f"{broken_off[-1].procedure} of {broken_off[-1].on} was discontinued"
    elif old:
        because = f"{_named(old[-1])} is older than {terms.lookback_days} days"
    elif attested:
        because = f"the attested study of {max(attested).on} is too old"
    else:
        return _nothing_on_record(line, span, history, criterion)
    return unknown(criterion, "unusable", because, evidence, used)


def _nothing_on_record(
    line: ClaimLine, span: QualifyingStudies, history: PolicyView, criterion: _Imaging
) -> Finding:
    """Only a complete history proves that there was no study."""
    until = span.until
    lag = timedelta(days=criterion.terms.claim_lag_days)
    coverage = history.coverage.get(line.claim.content.plan_id)
    enrolled = (
        coverage is not None
        and coverage.enrolled_from <= span.since
        and (coverage.enrolled_through is None or coverage.enrolled_through >= until)
    )
    used = criterion.used("lookback_days", "unusable_lookback_days", "claim_lag_days")
    studies = criterion.terms.named
    nothing = f"no {studies} in our records from {span.since} through {until}"
    evidence = (Evidence("coverage", plan_id=coverage.plan_id),) if coverage is not None else ()
    if enrolled and line.claim.content.received_at >= until + lag:
        because = f"{nothing}, over which the member was enrolled"
        return not_met(criterion, "absent", because, evidence, used)
    gap = "an imaging claim may still come" if enrolled else "the enrolment does not cover it"
    because = f"{nothing}; {gap}"
    return unknown(criterion, "incomplete", because, evidence, used)


def exclusive_of(line: ClaimLine) -> frozenset[Purpose]:
    """The purposes whose treatment begins a new episode under the line's version."""
    return frozenset() if line.version is None else line.version.exclusive


def _named(study: Study) -> str:
    return f"{study.procedure} of {study.on}"


def _names(studies: Sequence[Study]) -> str:
    return ", ".join(_named(study) for study in studies[:3])


def _evidence(studies: Iterable[Study]) -> tuple[Evidence, ...]:
    return tuple([each for study in studies for each in study.evidence])
