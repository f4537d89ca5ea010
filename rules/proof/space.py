"""The decision space, dimension by dimension: its classes with what they may meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import get_args

from rules.facts import Authorization, ClaimType, StudyResult
from rules.library_model import Library
from rules.loading.authorities import Effect
from rules.plans import Authority, AuthorityRow, LineOfBusiness
from rules.proof.baseline import Baseline, diagnoses_of
from rules.proof.classes import (
    NO_PROCEDURE,
    UNKNOWN_PLAN,
    DiagnosisClass,
    codes_on,
    grouped,
)
from rules.proof.earlier_lines import earlier_line_variants
from rules.proof.imaging import imaging_variants, study_of
from rules.proof.lifecycle import lifecycle_variants
from rules.proof.reviews import reviews
from rules.proof.rivals import billed, billed_rivals, reported_rivals, treatments
from rules.proof.situation import Setting, Variant
from rules.truth import Truth

_AUTHORITIES: tuple[Authority, ...] = get_args(Authority)
_CLAIM_TYPES: tuple[ClaimType, ...] = get_args(ClaimType)
_NO_MODIFIER = "ZZ"
ADDED = "a rule that a plan may add"
"""The reference of an authority row that is not the library's own."""


def routing(library: Library, baseline: Baseline) -> Iterator[Setting]:
    """Each procedure under each plan on the first and last day of each span, and added rows."""
    for procedure, plan, on in product(baseline.procedures, baseline.plans, baseline.days):
        setting = baseline.setting._replace(procedure=procedure, plan=plan, on=on)
        for rows in ((), *((row,) for row in addable_rows(library, procedure, baseline))):
            yield baseline.after_mri(setting._replace(rows=rows))


def addable_rows(library: Library, procedure: str, baseline: Baseline) -> Iterator[AuthorityRow]:
    """Rows on a procedure that a plan might add beside the library's own, from the version on."""
    since = baseline.version.effective_from
    for authority, effect in product(_AUTHORITIES, get_args(Effect)):
        taken = {
            name
            for row in library.authorities
            if row.authority == authority and procedure in row.procedures
            for name in row.lines_of_business
            if row.effective_to is None or row.effective_to > since
        }
        free = frozenset(get_args(LineOfBusiness)) - taken
        if free:
            yield AuthorityRow(
                authority=authority,
                reference=ADDED,
                procedures=frozenset({procedure}),
                lines_of_business=free,
                effective_from=since,
                effective_to=None,
                effect=effect,
            )


def diagnoses_by_date(baseline: Baseline, classes: Sequence[DiagnosisClass]) -> Iterator[Setting]:
    """Each class of diagnoses, and none, on every kind of day, for every kind of service."""
    codes = [(), *((held.representative,) for held in classes)]
    for procedure, diagnoses, on in product(baseline.procedures, codes, baseline.days):
        setting = baseline.setting._replace(procedure=procedure, diagnoses=diagnoses, on=on)
        yield baseline.after_mri(setting)


def pairs_of_diagnoses(baseline: Baseline, classes: Sequence[DiagnosisClass]) -> Iterator[Setting]:
    """Two classes on one line, and one on the line with the other in the history."""
    codes = codes_on(baseline.setting.on, classes)
    for one, other in product(codes, codes):
        setting = baseline.setting._replace(diagnoses=(one, other))
        yield baseline.after_mri(setting)
        for days in (14, 0, -1):
            before = study_of(setting, NO_PROCEDURE, days, "unknown", "S-2")
            seen = before._replace(diagnoses=(other,))
            yield baseline.after_mri(setting._replace(diagnoses=(one,)), seen)


def imaging(library: Library, baseline: Baseline) -> Iterator[Setting]:
    """Every imaging history, for each spectroscopy and kind of diagnosis, authorized or not."""
    variants = imaging_variants(baseline.setting, baseline.version, library)
    for variant, procedure, diagnoses in product(
        variants, spectroscopies(baseline), diagnoses_of(baseline)
    ):
        setting = variant.of(baseline.setting._replace(procedure=procedure, diagnoses=diagnoses))
        yield setting
        yield authorized(setting).of(setting)


def rivals_of_spectroscopy(baseline: Baseline) -> Iterator[Setting]:
    """Every PET before a spectroscopy or on its day, and treatments between the two."""
    version, codes = baseline.version, diagnoses_of(baseline)
    procedure = sorted(pets(baseline))
    for kind, held in baseline.kinds.items():
        if kind.coding is not Truth.MET:
            continue  # behind that gate no rival is looked at
        setting = baseline.after_mri(baseline.setting._replace(diagnoses=(held.representative,)))
        yield from (
            variant.of(setting)
            for variants in (reported_rivals, billed_rivals)
            for variant in variants(setting, version, procedure, codes)
        )
        for pet in procedure[:1]:
            rival = Variant("", (billed(setting, pet, 20, baseline.setting.diagnoses),))
            for variant in treatments(setting, version, codes, 20):
                yield variant.of(rival.of(setting))


def rivals_of_pet(baseline: Baseline) -> Iterator[Setting]:
    """Every spectroscopy before a PET or on its day; approved, pended or denied by its imaging."""
    version, codes = baseline.version, diagnoses_of(baseline)
    own = (baseline.setting.procedure,)
    for pet, diagnoses in product(pets(baseline), codes):
        setting = baseline.setting._replace(procedure=pet, diagnoses=diagnoses)
        for variant in reported_rivals(setting, version, own, (baseline.setting.diagnoses, ())):
            yield variant.of(setting)
        for result in get_args(StudyResult):
            seen = (baseline.mri(setting, result),)
            for variant in billed_rivals(setting, version, own, (baseline.setting.diagnoses,)):
                yield variant.of(setting._replace(beside=seen))


def earlier_lines(library: Library, baseline: Baseline) -> Iterator[Setting]:
    """Every earlier line, against a line of a known provider or none, professional or not."""
    for npi, claim_type in product((baseline.setting.npi, None), _CLAIM_TYPES):
        setting = baseline.after_mri(baseline.setting._replace(npi=npi, claim_type=claim_type))
        for variant in earlier_line_variants(setting, library):
            yield variant.of(setting)


def modifiers(library: Library, baseline: Baseline) -> Iterator[Setting]:
    """Each modifier, each two, and one of no meaning, on each service with a rival before it."""
    codes = [*sorted(library.modifiers), _NO_MODIFIER]
    asked_for = baseline.setting.diagnoses
    version = baseline.version
    own = billed(baseline.setting, baseline.setting.procedure, 20, asked_for)
    rivals = {version.watched_service: own}
    for pet in sorted(baseline.codes.watched)[:1]:
        rivals[version.service] = billed(baseline.setting, pet, 20, asked_for)
    for procedure, one, other in product(baseline.procedures, codes, codes):
        setting = baseline.setting._replace(procedure=procedure, modifiers=tuple({one, other}))
        rival = rivals.get(baseline.service_of(procedure))
        yield baseline.after_mri(setting)
        if rival is not None:
            yield baseline.after_mri(setting, rival)


def lifecycle(baseline: Baseline) -> Iterator[Setting]:
    """Everything that may become of a claim, for every service, under known plans and not."""
    plans = (baseline.setting.plan, UNKNOWN_PLAN, *filter(None, [baseline.peer_plan]))
    for procedure, plan, diagnoses in product(baseline.procedures, plans, diagnoses_of(baseline)):
        setting = baseline.setting._replace(procedure=procedure, plan=plan, diagnoses=diagnoses)
        for variant, review in product(lifecycle_variants(setting), (None, *reviews())):
            said = () if review is None else (review,)
            yield baseline.after_mri(variant.of(setting), *said)


def authorized(setting: Setting) -> Variant:
    """A prior authorization of the service on its day."""
    word = Authorization("A-1", setting.procedure, setting.on, setting.on, "approved")
    return Variant("authorized", (word,))


def spectroscopies(baseline: Baseline) -> list[str]:
    """One spectroscopy of each class."""
    return [code for code in baseline.procedures if code in baseline.codes.decided]


def pets(baseline: Baseline) -> list[str]:
    """One PET of each class of PET: what others rule on them is no part of what they answer."""
    known = baseline.codes.watched
    codes = [code for code in baseline.procedures if code in known]
    return [members[0] for members in grouped((known[code], code) for code in codes).values()]
