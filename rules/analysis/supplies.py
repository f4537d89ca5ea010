"""
What could honestly be supplied or change for a line: documents, words, corrections, voids.

Never another procedure or date of service, and another diagnosis only where none can be used; each
is dated as a real document could be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial

from rules.analysis.corrections import corrections
from rules.analysis.offers import offers
from rules.analysis.offers_of_earlier_study import own_study
from rules.analysis.open_line import Correction, OpenLine, Supply
from rules.analysis.rivals import against_rivals, for_want_of_rivals, void_of
from rules.code_sets import CodeSets, Indications
from rules.facts import Authorization, Coverage, Review, ReviewDecision
from rules.library_model import Library
from rules.plans import Plan
from rules.policy_version import PolicyVersion
from rules.terms import EarlierStudyTerms
from rules.truth import Truth

_ENROLLED = "plan_enrollment"
_RECORDS = "clinical_records"


def for_the_line(case: OpenLine) -> list[Supply]:
    """Everything that might speak for the line, in the order in which a person would ask for it."""
    if case.now.reason == "REVIEW_OUTDATED":
        return [_review(case, "approved")]
    if case.claim.frequency == "8":
        return [*_original(case), _review(case, "approved")]
    return [
        *offers(case),
        *_clinical_records(case),
        *corrections(case),
        _authorization(case),
        *_original(case),
        *_plan(case),
        *_applied_rule(case),
        *for_want_of_rivals(case),
        *_voids_of_earlier_lines(case),
        _review(case, "approved"),
    ]


def against_the_line(case: OpenLine) -> list[Supply]:
    """Everything that might speak against a line that waits."""
    return [
        *_enrolment(case),
        *_conclusive(case),
        *against_rivals(case),
        _review(case, "denied"),
    ]


def _clinical_records(case: OpenLine) -> Iterator[Supply]:
    """Records from which a person finds one of the purposes, as if a code documented it."""
    if not case.is_asked_clinically or case.version is None or not case.asks("purpose"):
        return
    validity = case.library.icd10cm.validity
    valid = tuple(code for code in case.line.diagnoses if validity(code, case.on) == "billable")
    if not valid:
        return
    text = "clinical records that show one of the policy's purposes"
    if case.now.reason != "REVIEWED":
        yield Supply(text, _RECORDS, supposes=partial(_documented, case.version, valid))
    elif any(finding.reason is not None for finding in case.answered("purpose")):
        approval = _review(case, "approved")  # a person has decided, so a person looks again
        yield Supply(f"{text}, by which a reviewer approves", _RECORDS, approval.facts)


def _documented(version: PolicyVersion, valid: tuple[str, ...], library: Library) -> Library:
    """As if the purposes that the codes suggest were listed; else one that no PET competes for."""
    codes = version.codes
    known = {code: codes.indications[code] for code in valid if code in codes.indications}
    shown = {
        code: Indications(indications=held.indications, support="listed")
        for code, held in known.items()
        if held.indications
    }
    if not shown:
        others = sorted(set(codes.indication_names) - version.exclusive)
        purpose = (others or sorted(codes.indication_names))[0]
        shown = {valid[0]: Indications(indications=frozenset({purpose}), support="listed")}
    return _with_indications(library, version, shown)


def _with_indications(
    library: Library, version: PolicyVersion, shown: dict[str, Indications]
) -> Library:
    def change(codes: CodeSets) -> CodeSets:
        return replace(codes, indications={**codes.indications, **shown})

    changed = replace(
        version,
        codes=change(version.codes),
        codes_from=tuple((day, change(codes)) for day, codes in version.codes_from),
    )
    return library.with_versions(lambda one: changed if one is version else one)


def _authorization(case: OpenLine) -> Supply:
    procedure, on = case.line.procedure, case.on
    word = Authorization(f"{case.unused}-authorization", procedure, on, on, "approved")
    return Supply(f"a prior authorization of {procedure} for {on}", "authorization", (word,))


def _original(case: OpenLine) -> Iterator[Supply]:
    """The claim that a replacement or void names, if it is not known; taken to bill the same."""
    named = case.claim.replaces
    if named is not None and named not in case.history.claims.known:
        original = case.claim._replace(claim_id=named, frequency="1", replaces=None)
        yield Supply(f"the original claim {named}", "original_claim", (original,))


def _plan(case: OpenLine) -> Iterator[Supply]:
    """A file for a plan that is not known; or the claim again, under another plan of the member."""
    plans, procedure, plan = case.library.plans, case.line.procedure, case.line.plan
    if plan is None:
        text = f"a plan file for {case.claim.plan_id} (here: commercial, excluding nothing)"
        supposes = partial(_with_plan, _commercial(case.claim.plan_id))
        yield Supply(text, _ENROLLED, supposes=supposes)
    elif case.line.is_decided and _excludes(plan, procedure):
        others = [other for other in plans.values() if not _excludes(other.on(case.on), procedure)]
        alike_first = sorted(
            others,
            key=lambda other: (other.line_of_business != plan.line_of_business, other.plan_id),
        )
        for other in alike_first[:1]:
            enrolment = Coverage(other.plan_id, case.on, None)
            text = "the claim again, under another plan in which the member was enrolled that day"
            text = f"{text} (here: {other.plan_id})"
            again = Correction(plan_id=other.plan_id)
            yield Supply(text, _ENROLLED, (enrolment,), again)


def _with_plan(plan: Plan, library: Library) -> Library:
    return replace(library, plans={**library.plans, plan.plan_id: plan})


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


def _applied_rule(case: OpenLine) -> Iterator[Supply]:
    """What another authority's rule says, by which a person then approves."""
    if any(finding.answer is Truth.UNKNOWN for finding in case.answered("authority")):
        approval = _review(case, "approved")
        text = "what the other authority's rule says of the service, by which a reviewer approves"
        yield Supply(text, "applied_authority", approval.facts)


def _voids_of_earlier_lines(case: OpenLine) -> Iterator[Supply]:
    """Voids of other claims for the same procedure and day."""
    key = case.line.key
    others = {
        line.claim.content.claim_id: line.claim.content
        for line in case.history.live
        if line.key == key and line.is_decided
    }
    for claim_id in sorted(others.keys() - {case.claim.claim_id}):
        yield void_of(others[claim_id], f"{key[0]} of {key[1]}", case)


def _review(case: OpenLine, decision: ReviewDecision) -> Supply:
    """By somebody whose review counts under the plan."""
    word, plan = "approves" if decision == "approved" else "denies", case.line.plan
    roles: frozenset[str] = frozenset()
    if plan is not None:
        roles = plan.approving_roles if decision == "approved" else plan.peer_reviewer_roles
    role = min(roles, default="reviewer")
    review = Review(case.line.name[0], case.line.name[1], decision, "decided by a person", role)
    return Supply(f"a reviewer {word} the line", "review", (review,))


def _enrolment(case: OpenLine) -> Iterator[Supply]:
    earlier = None if case.version is None else case.version.having(EarlierStudyTerms)
    if earlier is not None and case.line.is_decided:
        lookback = timedelta(days=earlier.terms.lookback_days)
        enrolment = Coverage(case.claim.plan_id, case.on - lookback, None)
        text = f"an enrolment record from {enrolment.enrolled_from} through {case.on}"
        yield Supply(text, None, (enrolment,))


def _conclusive(case: OpenLine) -> Iterator[Supply]:
    earlier = None if case.version is None else case.version.having(EarlierStudyTerms)
    if earlier is not None and case.line.is_decided:
        text = f"the report of an {earlier.terms.named} of {case.on} that was conclusive"
        yield from (Supply(text, None, (own,)) for own in own_study("conclusive", case))
