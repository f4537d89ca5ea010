"""Criterion 8: MRI or CT gave limited information (I.A)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import chain

from rules.answers import authorized, met, not_met, unknown
from rules.determination import Evidence, Finding
from rules.facts import Attestation
from rules.history.history import History
from rules.history.studies import HeldLine, Study
from rules.library_model import Library, Parameters

_ATTESTED = "conventional_imaging_limited"


def ask_conventional_imaging(
    held: HeldLine, ids: tuple[str, ...], history: History, parameters: Parameters
) -> Finding:
    """The latest day with a known result decides; `ids`: prior authorizations of the service."""
    library = history.library
    if ids:
        return authorized(library, "conventional_imaging", ids)
    until = held.line.date_of_service
    since = until - timedelta(days=parameters.conventional_lookback_days)
    between = history.conventional_between(since, until)
    conventional = library.conventional_imaging
    studies = [
        study
        for study in between
        if not conventional[study.procedure].may_be_attenuation
        or not _is_attenuation(study, history)
    ]
    attestation = _latest_attestation(held, since, until)
    used = {"conventional_lookback_days": parameters.conventional_lookback_days}
    known = [study for study in studies if study.result != "unknown"]
    latest = [study for study in known if study.on == known[-1].on]
    limited = [study for study in latest if study.result == "limited"]
    if limited:
        because = f"{_named(limited[0])} gave limited information"
        return met(library, "conventional_imaging", because, _evidence(limited), used)
    if attestation is not None:
        return _attested(held, attestation, latest, library, used)
    if latest:
        return _conclusive(latest, studies, library, used)
    if studies:
        because = "studies are on record, but no result of them"
        return unknown(library, "CONVENTIONAL_RESULT_UNKNOWN", because, _evidence(studies), used)
    return _nothing_on_record(held, since, history, parameters)


def _is_attenuation(study: Study, history: History) -> bool:
    """Whether a head CT is the PET/CT's own: same day, and no modifier tells the two apart."""
    library = history.library
    modifiers = chain(
        (m for held in study.lines for m in held.line.modifiers),
        (m for report in study.reports for m in report.modifiers),
    )
    if any(library.modifiers.get(m) == "distinct" for m in modifiers):
        return False
    return any((procedure, study.on) in history.studies for procedure in library.with_own_ct)


def _latest_attestation(held: HeldLine, since: date, until: date) -> Attestation | None:
    if not held.known.claim.attestations:
        return None
    inside = [
        attestation
        for attestation in held.known.claim.attestations
        if attestation.kind == _ATTESTED and since <= attestation.date_of_service <= until
    ]
    return max(inside, key=lambda a: (a.date_of_service, a.reference or ""), default=None)


def _attested(
    held: HeldLine,
    attestation: Attestation,
    conclusive: list[Study],
    library: Library,
    used: dict[str, int],
) -> Finding:
    """An attestation holds, unless a conclusive report of that day or later speaks against it."""
    claim_id = held.known.claim.claim_id
    evidence = Evidence("attestation", claim_id=claim_id, reference=attestation.reference)
    if conclusive and conclusive[0].on >= attestation.date_of_service:
        because = f"{_named(conclusive[0])} was conclusive, the attestation says otherwise"
        both = (*_evidence(conclusive), evidence)
        return unknown(library, "CONVENTIONAL_RESULT_UNKNOWN", because, both, used)
    because = f"attested for a study of {attestation.date_of_service}"
    return met(library, "conventional_imaging", because, (evidence,), used)


def _conclusive(
    latest: list[Study], studies: list[Study], library: Library, used: dict[str, int]
) -> Finding:
    """Only reports that all say conclusive deny; what disagrees or is missing is for a person."""
    day = latest[0].on
    missing = [study for study in studies if study.on >= day and study.result == "unknown"]
    earlier = [study for study in studies if study.on < day and study.result == "limited"]
    doubts = (*earlier, *missing)
    named = f"{_named(latest[0])} was conclusive"
    if not doubts:
        return not_met(library, "CONVENTIONAL_IMAGING_CONCLUSIVE", named, _evidence(latest), used)
    what = "was limited" if earlier else "has no known result"
    because = f"{named}, but {_named(doubts[0])} {what}"
    evidence = _evidence((*latest, *doubts))
    return unknown(library, "CONVENTIONAL_RESULT_UNKNOWN", because, evidence, used)


def _nothing_on_record(
    held: HeldLine, since: date, history: History, parameters: Parameters
) -> Finding:
    """Only a complete history proves that there was no study."""
    library = history.library
    until = held.line.date_of_service
    lag = timedelta(days=parameters.imaging_claim_lag_days)
    coverage = history.coverage.get(held.known.claim.plan_id)
    enrolled = (
        coverage is not None
        and coverage.enrolled_from <= since
        and (coverage.enrolled_through is None or coverage.enrolled_through >= until)
    )
    used = {
        "conventional_lookback_days": parameters.conventional_lookback_days,
        "imaging_claim_lag_days": parameters.imaging_claim_lag_days,
    }
    span = f"no MRI or CT of the brain in our records from {since} through {until}"
    evidence = (Evidence("coverage", plan_id=coverage.plan_id),) if coverage is not None else ()
    if enrolled and held.known.claim.received_at >= until + lag:
        because = f"{span}, over which the member was enrolled"
        return not_met(library, "CONVENTIONAL_IMAGING_ABSENT", because, evidence, used)
    gap = "an imaging claim may still come" if enrolled else "the enrolment does not cover it"
    return unknown(library, "CONVENTIONAL_IMAGING_UNKNOWN", f"{span}; {gap}", evidence, used)


def _named(study: Study) -> str:
    return f"{study.procedure} of {study.on}"


def _evidence(studies: Iterable[Study]) -> tuple[Evidence, ...]:
    return tuple([each for study in studies for each in study.evidence])
