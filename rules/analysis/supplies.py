"""
What could honestly be supplied or change for a line: documents, words, corrections, voids.

Never another diagnosis, code or date of service; each is dated as a real document could be.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from rules.facts import (
    Attestation,
    Authorization,
    Claim,
    Coverage,
    Fact,
    Finalization,
    Line,
    Report,
    Review,
    ReviewDecision,
    StudyResult,
)
from rules.history.history import History
from rules.history.studies import ClaimLine, Study
from rules.library_model import Library, PolicyVersion
from rules.plans import Plan

_REPORT, _WORD, _ENROLLED = (
    "conventional_imaging_report",
    "conventional_imaging_attestation",
    "plan_enrollment",
)
_ATTESTED = "conventional_imaging_limited"
_LIMITED = "gave limited information"
_ONE_DAY = timedelta(days=1)


class Supply(NamedTuple):
    """One thing that could be supplied, or could change."""

    text: str
    """For the examiner; it may name claims, studies and days."""
    need: str | None = None
    """What it answers of what a requester can be asked for; None: nothing of it."""
    facts: tuple[Fact, ...] = ()
    attestation: Attestation | None = None
    """To stand on the claim when it is sent again."""
    plan_id: str | None = None
    """To stand on the claim when it is sent again."""
    plan: Plan | None = None
    """A plan file that the library would hold too."""

    @property
    def corrects_the_claim(self) -> bool:
        """Whether the requester would send the claim again, corrected."""
        return self.attestation is not None or self.plan_id is not None


class Case(NamedTuple):
    """A line that is denied or pended, with what is known around it."""

    history: History
    claim: Claim
    line: Line
    unused: str
    """What no id of the member's record begins with."""

    @property
    def library(self) -> Library:
        """The library by which it is decided."""
        return self.history.library

    @property
    def on(self) -> date:
        """The date of service."""
        return self.line.date_of_service

    @property
    def version(self) -> PolicyVersion | None:
        """The version in force on that date."""
        return self.library.version_on(self.on)


def for_the_line(case: Case) -> list[Supply]:
    """Everything that might speak for the line, in the order in which a person would ask for it."""
    if case.claim.frequency == "8":
        return [*_original(case), _review(case, "approved")]
    return [
        *_imaging(case),
        _authorization(case),
        *_original(case),
        *_plan(case),
        *(supply for study in rivals_of(case) for supply in _without_rival(study, case)),
        *_voids_of_earlier_lines(case),
        _review(case, "approved"),
    ]


def against_the_line(case: Case) -> list[Supply]:
    """Everything that might speak against a line that waits."""
    return [
        *_enrolment(case),
        *_conclusive(case),
        *(supply for study in rivals_of(case) for supply in _paid_rival(study)),
        _review(case, "denied"),
    ]


def rivals_of(case: Case) -> list[Study]:
    """Studies of the other technique within the window, the latest first."""
    library, version = case.library, case.version
    if version is None or library.service_of(case.line.procedure) == "other":
        return []
    others = library.mrs if case.line.procedure in library.pet else library.pet
    first = case.on - timedelta(days=version.parameters.exclusivity_window_days)
    near = [
        study
        for (procedure, on), study in sorted(case.history.studies.items())
        if procedure in others and first <= on <= case.on
    ]
    return sorted(near, key=lambda study: study.on, reverse=True)


def _imaging(case: Case) -> Iterator[Supply]:
    """The report of a study on record, of one that is not, and a word on the claim itself."""
    version = case.version
    if version is None or case.line.procedure not in case.library.mrs:
        return
    first = case.on - timedelta(days=version.parameters.conventional_lookback_days)
    studies = case.history.conventional_between(first, case.on)
    settled = [study.on for study in studies if study.result == "conclusive"]
    for study in studies:
        if study.result == "unknown":
            named = f"{study.procedure} of {study.on}"
            yield Supply(f"a report that the {named} {_LIMITED}", _REPORT, (_limited(study, case),))
    since = max([first, *settled])
    text = f"the report of an MRI or CT of the brain of {since} to {case.on} that {_LIMITED}"
    yield from (Supply(text, _REPORT, (own,)) for own in _own_study("limited", case))
    since = max([first, *(day + _ONE_DAY for day in settled)])
    if since <= case.on:
        days = f"{since} to {case.on}"
        text = f"the claim again, stating that an MRI or CT of the brain of {days} {_LIMITED}"
        yield Supply(text, _WORD, attestation=Attestation(_ATTESTED, case.on))


def _limited(study: Study, case: Case) -> Report:
    """The report of a study on record: the latest word of one that there is, or the first."""
    for report in study.reports:
        return report._replace(result="limited")
    study_id = f"{case.unused}-report"
    return Report(study_id, study.procedure, (), study.on, "performed", "limited", ())


def _own_study(result: StudyResult, case: Case) -> Iterator[Report]:
    """A study of the line's own day that is not on record, never another study's own."""
    codes = case.library.conventional_imaging.items()
    for code in sorted(code for code, held in codes if not held.may_be_attenuation)[:1]:
        yield Report(f"{case.unused}-study", code, (), case.on, "performed", result, ())


def _authorization(case: Case) -> Supply:
    procedure, on = case.line.procedure, case.on
    word = Authorization(f"{case.unused}-authorization", procedure, on, on, "approved")
    return Supply(f"a prior authorization of {procedure} for {on}", "authorization", (word,))


def _original(case: Case) -> Iterator[Supply]:
    """The claim that a replacement or void names, if it is not known; taken to bill the same."""
    named = case.claim.replaces
    if named is not None and named not in case.history.book.known:
        original = case.claim._replace(claim_id=named, frequency="1", replaces=None)
        yield Supply(f"the original claim {named}", "original_claim", (original,))


def _plan(case: Case) -> Iterator[Supply]:
    """A file for a plan that is not known; or the claim again, under another plan of the member."""
    plans, procedure = case.library.plans, case.line.procedure
    plan = plans.get(case.claim.plan_id)
    if plan is None:
        text = f"a plan file for {case.claim.plan_id} (here: commercial, excluding nothing)"
        yield Supply(text, _ENROLLED, plan=_commercial(case.claim.plan_id))
    elif procedure in case.library.mrs and _excludes(plan, procedure):
        others = [other for other in plans.values() if not _excludes(other, procedure)]
        alike_first = sorted(
            others,
            key=lambda other: (other.line_of_business != plan.line_of_business, other.plan_id),
        )
        for other in alike_first[:1]:
            enrolment = Coverage(other.plan_id, case.on, None)
            text = "the claim again, under another plan in which the member was enrolled that day"
            text = f"{text} (here: {other.plan_id})"
            yield Supply(text, _ENROLLED, (enrolment,), plan_id=other.plan_id)


def _commercial(plan_id: str) -> Plan:
    return Plan(
        plan_id=plan_id,
        line_of_business="commercial",
        clinical_denials_need_peer_review=False,
        investigational_group="CO",
        non_covered_group="CO",
    )


def _excludes(plan: Plan, procedure: str) -> bool:
    """A dual plan only if both its sides do."""
    if procedure in plan.excluded_procedures:
        return True
    sides = (plan.medicare_excluded_procedures, plan.medicaid_excluded_procedures)
    return all(procedure in side for side in sides)


def _without_rival(study: Study, case: Case) -> Iterator[Supply]:
    """What would take a study of the other technique away, line by line and report by report."""
    named = f"{study.procedure} of {study.on}"
    for held in study.lines:
        claim, number = held.known.claim, held.line.number
        if claim.claim_id != case.claim.claim_id:
            yield _void(claim, named, case)._replace(need=_own_pet(held, case))
        text = f"the core system denies line {number} of claim {claim.claim_id} ({named})"
        yield Supply(text, None, (Finalization(claim.claim_id, number, "denied"),))
    for report in study.reports:
        text = f"a report that the {named} ({report.study_id}) was not done"
        yield Supply(text, "pet_result", (report._replace(status="voided"),))
        if report.result == "unknown":
            text = f"a report that the {named} ({report.study_id}) {_LIMITED}"
            yield Supply(text, "pet_result", (report._replace(result="limited"),))


def _own_pet(held: ClaimLine, case: Case) -> str | None:
    """What became of a PET is asked of whoever rendered both."""
    npi = case.line.rendering_npi
    is_own = npi is not None and npi == held.line.rendering_npi
    return "pet_result" if is_own and held.service == "pet" else None


def _voids_of_earlier_lines(case: Case) -> Iterator[Supply]:
    """Voids of other claims for the same procedure and day."""
    key = (case.line.procedure, case.on)
    others = {
        held.known.claim.claim_id: held.known.claim
        for held in case.history.live
        if held.key == key and held.service == "mrs"
    }
    for claim_id in sorted(others.keys() - {case.claim.claim_id}):
        yield _void(others[claim_id], f"{key[0]} of {key[1]}", case)


def _void(claim: Claim, named: str, case: Case) -> Supply:
    void = claim._replace(
        claim_id=f"{case.unused}-void-of-{claim.claim_id}",
        frequency="8",
        replaces=claim.claim_id,
        attestations=(),
    )
    return Supply(f"a void of claim {claim.claim_id} ({named})", None, (void,))


def _review(case: Case, decision: ReviewDecision) -> Supply:
    word = "approves" if decision == "approved" else "denies"
    review = Review(
        case.claim.claim_id, case.line.number, decision, "decided by a person", "reviewer"
    )
    return Supply(f"a reviewer {word} the line", "review", (review,))


def _enrolment(case: Case) -> Iterator[Supply]:
    if case.version is not None and case.line.procedure in case.library.mrs:
        lookback = timedelta(days=case.version.parameters.conventional_lookback_days)
        enrolment = Coverage(case.claim.plan_id, case.on - lookback, None)
        text = f"an enrolment record from {enrolment.enrolled_from} through {case.on}"
        yield Supply(text, None, (enrolment,))


def _conclusive(case: Case) -> Iterator[Supply]:
    if case.line.procedure in case.library.mrs:
        text = f"the report of an MRI or CT of the brain of {case.on} that was conclusive"
        yield from (Supply(text, None, (own,)) for own in _own_study("conclusive", case))


def _paid_rival(study: Study) -> Iterator[Supply]:
    named = f"{study.procedure} of {study.on}"
    for held in study.lines:
        claim_id, number = held.known.claim.claim_id, held.line.number
        text = f"the core system pays line {number} of claim {claim_id} ({named})"
        yield Supply(text, None, (Finalization(claim_id, number, "paid"),))
    for report in study.reports:
        text = f"a report that the {named} ({report.study_id}) was paid"
        yield Supply(text, None, (report._replace(status="paid"),))
