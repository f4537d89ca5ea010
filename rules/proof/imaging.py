"""The classes of a member's conventional imaging: every way to ask criterion 8."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from rules.code_sets import CodeSets
from rules.facts import Attestation, Coverage, Report, StudyResult
from rules.library_model import Library
from rules.policy_version import PolicyVersion
from rules.proof.rivals import treatments
from rules.proof.situation import Setting, Variant
from rules.terms import EarlierStudyTerms

_RESULTS: tuple[StudyResult, ...] = ("limited", "conclusive", "unknown")
_ATTESTED = "conventional_imaging_limited"


def imaging_variants(
    setting: Setting, version: PolicyVersion, library: Library
) -> tuple[Variant, ...]:
    """
    What may be on record of MRI and CT, with the edges of every span.

    Studies are made for what the setting's line is made for, unless they say otherwise.
    """
    return (
        *_attested(setting, version),
        *_attested_beside(setting),
        *_nothing_on_record(setting, version),
        *_one_study(setting, version, library),
        *_two_studies(setting, version),
        *_beside_the_point(setting, version),
        *_head_ct(setting, version, library),
    )


def study_of(
    setting: Setting,
    procedure: str,
    days: int,
    result: StudyResult,
    study_id: str = "S-1",
    *,
    modifiers: tuple[str, ...] = (),
    diagnoses: tuple[str, ...] = (),
) -> Report:
    """A report of a study that was performed so many days before the line."""
    on = setting.day(-days)
    return Report(study_id, procedure, modifiers, on, "performed", result, diagnoses)


def _nothing_on_record(setting: Setting, version: PolicyVersion) -> Iterator[Variant]:
    """Enrolment that covers the span or misses a day of it; a claim that came early or late."""
    terms = _terms(version)
    lookback, lag = terms.lookback_days, terms.claim_lag_days
    for received in sorted({lag, max(lag - 1, 0)}):
        late = {"received_days": received}
        yield Variant(f"no study, no enrolment, received after {received} days", (), late)
        for since, through in (
            (lookback, None),
            (lookback - 1, None),
            (lookback, 0),
            (lookback, 1),
        ):
            until = None if through is None else setting.day(-through)
            enrolled = Coverage(setting.plan, setting.day(-since), until)
            words = f"enrolled {since} days before until {until}, received after {received} days"
            yield Variant(f"no study, {words}", (enrolled,), late)


def _one_study(setting: Setting, version: PolicyVersion, library: Library) -> Iterator[Variant]:
    """One study on each day on which something changes, also of before the span; or broken off."""
    codes = setting.diagnoses
    for procedure, result in product(_plain(version.codes), _RESULTS):
        for days in (14, 0, -1, *edges_of_lookback(version)):
            study = study_of(setting, procedure, days, result, diagnoses=codes)
            yield Variant(f"{procedure} {days} days before, {result}", (study,))
        voided = study_of(setting, procedure, 14, result)._replace(status="voided")
        yield Variant(f"{procedure} voided, {result}", (voided,))
        for modifier in _modifiers(library, "discontinued"):
            for days in (14, *edges_of_lookback(version)):
                broken_off = study_of(setting, procedure, days, result, modifiers=(modifier,))
                yield Variant(f"{procedure}-{modifier} {days} days before, {result}", (broken_off,))


def edges_of_lookback(version: PolicyVersion) -> tuple[int, ...]:
    """The last day of each of the two spans before a line, and the day before that."""
    terms = _terms(version)
    lookback, unusable = terms.lookback_days, terms.unusable_lookback_days
    return tuple(sorted({lookback, lookback + 1, unusable, unusable + 1}))


def _two_studies(setting: Setting, version: PolicyVersion) -> Iterator[Variant]:
    codes = setting.diagnoses
    for procedure, first, second in product(_plain(version.codes), _RESULTS, _RESULTS):
        for apart in (0, 10):
            studies = (
                study_of(setting, procedure, 14 + apart, first, diagnoses=codes),
                study_of(setting, procedure, 14, second, "S-2", diagnoses=codes),
            )
            yield Variant(f"{first}, {apart} days later {second}", studies)


def _beside_the_point(setting: Setting, version: PolicyVersion) -> Iterator[Variant]:
    """A conclusive study for nothing that the line is for, or with a treatment around it."""
    for procedure in _plain(version.codes):
        other = study_of(setting, procedure, 14, "conclusive")
        yield Variant("conclusive, for another question", (other,))
        limited = study_of(setting, procedure, 30, "limited", "S-2")
        yield Variant("limited, then conclusive for another question", (limited, other))
        own = study_of(setting, procedure, 14, "conclusive", diagnoses=setting.diagnoses)
        for variant in treatments(setting, version, ((), setting.diagnoses), 14):
            yield Variant(f"conclusive, {variant.name}", (own, *variant.beside))


def _attested(setting: Setting, version: PolicyVersion) -> Iterator[Variant]:
    """An attestation alone, and beside a conclusive study of the days around it."""
    for days in (14, 0, *edges_of_lookback(version)):
        sets = {"attestations": (Attestation(_ATTESTED, setting.day(-days), "PWK-1"),)}
        yield Variant(f"attested {days} days before", (), sets)
        for procedure, apart in product(_plain(version.codes), (1, 0, -1)):
            study = study_of(
                setting, procedure, days + apart, "conclusive", diagnoses=setting.diagnoses
            )
            yield Variant(f"attested {days} days before, conclusive {days + apart}", (study,), sets)
    other = Attestation("something_else", setting.day(-14))
    yield Variant("another kind of attestation", (), {"attestations": (other,)})


def _attested_beside(setting: Setting) -> Iterator[Variant]:
    """An attestation on a later claim for the same study, and on one for another study."""
    word = (Attestation(_ATTESTED, setting.day(-14), "PWK-2"),)
    for days, of in ((0, "the same study"), (-1, "the study of another day")):
        claim = setting._replace(on=setting.day(-days), received_days=20).claim()
        beside = claim._replace(claim_id="D-1", attestations=word)
        yield Variant(f"attested on a claim for {of}", (beside,))


def _head_ct(setting: Setting, version: PolicyVersion, library: Library) -> Iterator[Variant]:
    """A head CT on the day of a PET/CT, with and without what tells the two apart."""
    codes = version.codes
    cts = [code for code, ct in codes.conventional_imaging.items() if ct.may_be_attenuation]
    for ct, pet in product(sorted(cts)[:1], sorted(codes.with_own_ct)[:1]):
        own = study_of(setting, pet, 14, "unknown", "S-2")
        for modifiers in ((), *((modifier,) for modifier in _modifiers(library, "distinct"))):
            study = study_of(setting, ct, 14, "limited", modifiers=modifiers)
            yield Variant(f"{ct} {' '.join(modifiers)} beside {pet}", (study, own))


def _plain(codes: CodeSets) -> list[str]:
    """One procedure that is never another study's own."""
    scans = codes.conventional_imaging.items()
    return sorted(code for code, scan in scans if not scan.may_be_attenuation)[:1]


def _modifiers(library: Library, meaning: str) -> list[str]:
    return sorted(code for code, said in library.modifiers.items() if said == meaning)[:1]


def _terms(version: PolicyVersion) -> EarlierStudyTerms:
    earlier = version.having(EarlierStudyTerms)
    assert earlier is not None  # only asked where the policy has such a criterion
    return earlier.terms
