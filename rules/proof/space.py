"""The decision space, part by part: the classes of each dimension with what they may meet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple, get_args

from rules.facts import Authorization, ClaimType, Report, Review, ReviewDecision, StudyResult
from rules.library_model import Library
from rules.loading.authorities import Effect
from rules.plans import Authority, AuthorityRow, LineOfBusiness
from rules.proof.baseline import Ground, diagnoses_of
from rules.proof.classes import (
    NO_PROCEDURE,
    UNKNOWN_PLAN,
    DiagnosisClass,
)
from rules.proof.earlier_lines import earlier_line_variants
from rules.proof.imaging import imaging_variants, study_of
from rules.proof.lifecycle import lifecycle_variants
from rules.proof.rivals import billed, billed_rivals, reported_rivals, treatments
from rules.proof.situation import ASKED, Setting, Variant
from rules.truth import Truth

_AUTHORITIES: tuple[Authority, ...] = get_args(Authority)
_DECISIONS: tuple[ReviewDecision, ...] = get_args(ReviewDecision)
_CLAIM_TYPES: tuple[ClaimType, ...] = get_args(ClaimType)
_NO_MODIFIER = "ZZ"
ADDED = "a rule that a plan may add"
"""The reference of an authority row that is not the library's own."""


class Part(NamedTuple):
    """A part of the space: what it varies, and every combination of it."""

    name: str
    settings: Iterator[Setting]


def parts(library: Library, ground: Ground, classes: Sequence[DiagnosisClass]) -> Iterator[Part]:
    """The parts around one version of the policy."""
    yield Part("service, plan, date, authority", routing(library, ground))
    yield Part("diagnosis class, date, service", diagnoses_by_date(ground, classes))
    yield Part("two diagnosis classes", pairs_of_diagnoses(ground, classes))
    yield Part("two studies' diagnosis classes", questions(library, ground, classes))
    yield Part("imaging history", imaging(library, ground))
    yield Part("PET before a spectroscopy", rivals_of_spectroscopy(library, ground))
    yield Part("spectroscopy before a PET", rivals_of_pet(library, ground))
    yield Part("earlier lines", earlier_lines(library, ground))
    yield Part("modifiers", modifiers(library, ground))
    yield Part("replacements and voids", lifecycle(ground))


def routing(library: Library, ground: Ground) -> Iterator[Setting]:
    """Each procedure under each plan on the first and last day of each span, and added rows."""
    for procedure, plan, on in product(ground.procedures, ground.plans, ground.days):
        setting = ground.setting._replace(procedure=procedure, plan=plan, on=on)
        for rows in ((), *((row,) for row in addable_rows(library, procedure, ground))):
            yield ground.after_mri(setting._replace(rows=rows))


def addable_rows(library: Library, procedure: str, ground: Ground) -> Iterator[AuthorityRow]:
    """Rows on a procedure that a plan might add beside the library's own, from the version on."""
    since = ground.version.effective_from
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


def diagnoses_by_date(ground: Ground, classes: Sequence[DiagnosisClass]) -> Iterator[Setting]:
    """Each class of diagnoses, and none, on every kind of day, for every kind of service."""
    codes = [(), *((held.representative,) for held in classes)]
    for procedure, diagnoses, on in product(ground.procedures, codes, ground.days):
        setting = ground.setting._replace(procedure=procedure, diagnoses=diagnoses, on=on)
        yield ground.after_mri(setting)


def pairs_of_diagnoses(ground: Ground, classes: Sequence[DiagnosisClass]) -> Iterator[Setting]:
    """Two classes on one line, and one on the line with the other in the history."""
    codes = [held.representative for held in classes]
    for one, other in product(codes, codes):
        setting = ground.setting._replace(diagnoses=(one, other))
        yield ground.after_mri(setting)
        for days in (14, 0, -1):
            before = study_of(setting, NO_PROCEDURE, days, "unknown", "S-2")
            seen = before._replace(diagnoses=(other,))
            yield ground.after_mri(setting._replace(diagnoses=(one,)), seen)


def questions(
    library: Library, ground: Ground, classes: Sequence[DiagnosisClass]
) -> Iterator[Setting]:
    """A spectroscopy of each class after a PET of each class, in each class of PET."""
    codes = [held.representative for held in classes]
    for pet, one, other in product(pets(library, ground), codes, codes):
        rival = Report("T-1", pet, (), ground.setting.day(-10), "paid", "conclusive", (other,))
        yield ground.after_mri(ground.setting._replace(diagnoses=(one,)), rival)


def one_question(
    library: Library, ground: Ground, classes: Sequence[DiagnosisClass]
) -> Iterator[Setting]:
    """A spectroscopy of each class by itself, and after a PET of the same class."""
    for held in classes:
        codes = (held.representative,)
        setting = ground.after_mri(ground.setting._replace(diagnoses=codes))
        yield setting
        for pet in pets(library, ground):
            yield setting._replace(beside=(*setting.beside, billed(setting, pet, 10, codes)))


def imaging(library: Library, ground: Ground) -> Iterator[Setting]:
    """Every imaging history, for each spectroscopy and kind of diagnosis, authorized or not."""
    variants = imaging_variants(ground.setting, ground.version, library)
    for variant, procedure, diagnoses in product(
        variants, spectroscopies(library, ground), diagnoses_of(ground)
    ):
        setting = variant.of(ground.setting._replace(procedure=procedure, diagnoses=diagnoses))
        yield setting
        yield authorized(setting).of(setting)


def rivals_of_spectroscopy(library: Library, ground: Ground) -> Iterator[Setting]:
    """Every PET before a spectroscopy or on its day, and treatments between the two."""
    version, codes = ground.version, diagnoses_of(ground)
    procedure = sorted(pets(library, ground))
    for kind, held in ground.kinds.items():
        if kind.coding is not Truth.MET:
            continue  # behind that gate no rival is looked at
        setting = ground.after_mri(ground.setting._replace(diagnoses=(held.representative,)))
        yield from (
            variant.of(setting)
            for variants in (reported_rivals, billed_rivals)
            for variant in variants(setting, version, procedure, codes)
        )
        for pet in procedure[:1]:
            rival = Variant("", (billed(setting, pet, 20, ground.setting.diagnoses),))
            for variant in treatments(setting, library, codes, 20):
                yield variant.of(rival.of(setting))


def rivals_of_pet(library: Library, ground: Ground) -> Iterator[Setting]:
    """Every spectroscopy before a PET or on its day; approved, pended or denied by its imaging."""
    version, codes = ground.version, diagnoses_of(ground)
    own = (ground.setting.procedure,)
    for pet, diagnoses in product(pets(library, ground), codes):
        setting = ground.setting._replace(procedure=pet, diagnoses=diagnoses)
        for variant in reported_rivals(setting, version, own, (ground.setting.diagnoses, ())):
            yield variant.of(setting)
        for result in get_args(StudyResult):
            seen = (ground.mri(setting, result),)
            for variant in billed_rivals(setting, version, own, (ground.setting.diagnoses,)):
                yield variant.of(setting._replace(beside=seen))


def earlier_lines(library: Library, ground: Ground) -> Iterator[Setting]:
    """Every earlier line, against a line of a known provider or none, professional or not."""
    for npi, claim_type in product((ground.setting.npi, None), _CLAIM_TYPES):
        setting = ground.after_mri(ground.setting._replace(npi=npi, claim_type=claim_type))
        for variant in earlier_line_variants(setting, library):
            yield variant.of(setting)


def modifiers(library: Library, ground: Ground) -> Iterator[Setting]:
    """Each modifier, each two, and one of no meaning, on each service with a rival before it."""
    codes = [*sorted(library.modifiers), _NO_MODIFIER]
    asked_for = ground.setting.diagnoses
    rivals = {"pet": billed(ground.setting, ground.setting.procedure, 20, asked_for)}
    for pet in sorted(library.pet)[:1]:
        rivals["mrs"] = billed(ground.setting, pet, 20, asked_for)
    for procedure, one, other in product(ground.procedures, codes, codes):
        setting = ground.setting._replace(procedure=procedure, modifiers=tuple({one, other}))
        rival = rivals.get(library.service_of(procedure))
        yield ground.after_mri(setting)
        if rival is not None:
            yield ground.after_mri(setting, rival)


def lifecycle(ground: Ground) -> Iterator[Setting]:
    """Everything that may become of a claim, for every service, under known plans and not."""
    plans = (ground.setting.plan, UNKNOWN_PLAN, *filter(None, [ground.peer_plan]))
    for procedure, plan, diagnoses in product(ground.procedures, plans, diagnoses_of(ground)):
        setting = ground.setting._replace(procedure=procedure, plan=plan, diagnoses=diagnoses)
        for variant, review in product(lifecycle_variants(setting), (None, *reviews())):
            said = () if review is None else (review,)
            yield ground.after_mri(variant.of(setting), *said)


def reviews() -> tuple[Review, ...]:
    """Each decision that a reviewer can take of the line."""
    return tuple(
        Review(*ASKED, decision, "seen by a person", "medical director") for decision in _DECISIONS
    )


def authorized(setting: Setting) -> Variant:
    """A prior authorization of the service on its day."""
    word = Authorization("A-1", setting.procedure, setting.on, setting.on, "approved")
    return Variant("authorized", (word,))


def spectroscopies(library: Library, ground: Ground) -> list[str]:
    """One spectroscopy of each class."""
    return [code for code in ground.procedures if code in library.mrs]


def pets(library: Library, ground: Ground) -> list[str]:
    """One PET of each class."""
    return [code for code in ground.procedures if code in library.pet]
