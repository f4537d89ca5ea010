"""The classes of a member's conventional imaging: every way to ask criterion 8."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from rules.facts import Attestation, Coverage, Report, StudyResult, StudyStatus
from rules.library_model import Library, PolicyVersion
from rules.proof.situation import Setting, Variant

_RESULTS: tuple[StudyResult, ...] = ("limited", "conclusive", "unknown")
_ATTESTED = "conventional_imaging_limited"


def imaging_variants(
    setting: Setting, version: PolicyVersion, library: Library
) -> tuple[Variant, ...]:
    """What may be on record of MRI and CT, with the edges of every span."""
    return (
        *_attested(setting, version, library),
        *_nothing_on_record(setting, version),
        *_one_study(setting, version, library),
        *_two_studies(setting, library),
        *_head_ct(setting, library),
    )


def study_of(
    setting: Setting,
    procedure: str,
    days: int,
    result: StudyResult,
    study_id: str = "S-1",
    *,
    status: StudyStatus = "performed",
    modifiers: tuple[str, ...] = (),
) -> Report:
    """A report of a study so many days before the line that is asked about."""
    return Report(study_id, procedure, modifiers, setting.day(-days), status, result, ())


def _nothing_on_record(setting: Setting, version: PolicyVersion) -> Iterator[Variant]:
    """Enrolment that covers the span or misses a day of it; a claim that came early or late."""
    lookback = version.parameters.conventional_lookback_days
    lag = version.parameters.imaging_claim_lag_days
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
    lookback = version.parameters.conventional_lookback_days
    for procedure, result in product(_plain(library), _RESULTS):
        for days in (14, 0, lookback, lookback + 1, -1):
            study = study_of(setting, procedure, days, result)
            yield Variant(f"{procedure} {days} days before, {result}", (study,))
        voided = study_of(setting, procedure, 14, result, status="voided")
        yield Variant(f"{procedure} voided, {result}", (voided,))
        for modifier in _modifiers(library, "discontinued"):
            broken_off = study_of(setting, procedure, 14, result, modifiers=(modifier,))
            yield Variant(f"{procedure}-{modifier}, {result}", (broken_off,))


def _two_studies(setting: Setting, library: Library) -> Iterator[Variant]:
    for procedure, first, second in product(_plain(library), _RESULTS, _RESULTS):
        for apart in (0, 10):
            studies = (
                study_of(setting, procedure, 14 + apart, first),
                study_of(setting, procedure, 14, second, "S-2"),
            )
            yield Variant(f"{first}, {apart} days later {second}", studies)


def _attested(setting: Setting, version: PolicyVersion, library: Library) -> Iterator[Variant]:
    lookback = version.parameters.conventional_lookback_days
    for days in (14, 0, lookback, lookback + 1):
        word = Attestation(_ATTESTED, setting.day(-days), "PWK-1")
        sets = {"attestations": (word,)}
        yield Variant(f"attested {days} days before", (), sets)
        for procedure, apart in product(_plain(library), (1, 0, -1)):
            study = study_of(setting, procedure, days + apart, "conclusive")
            yield Variant(f"attested {days} days before, conclusive {days + apart}", (study,), sets)
    other = Attestation("something_else", setting.day(-14))
    yield Variant("another kind of attestation", (), {"attestations": (other,)})


def _head_ct(setting: Setting, library: Library) -> Iterator[Variant]:
    """A head CT on the day of a PET/CT, with and without what tells the two apart."""
    cts = [code for code, ct in library.conventional_imaging.items() if ct.may_be_attenuation]
    pets = [code for code, pet in library.pet.items() if pet.has_own_ct]
    for ct, pet in product(sorted(cts)[:1], sorted(pets)[:1]):
        own = study_of(setting, pet, 14, "unknown", "S-2")
        for modifiers in ((), *((modifier,) for modifier in _modifiers(library, "distinct"))):
            study = study_of(setting, ct, 14, "limited", modifiers=modifiers)
            yield Variant(f"{ct} {' '.join(modifiers)} beside {pet}", (study, own))


def _plain(library: Library) -> list[str]:
    """One procedure that is never another study's own."""
    codes = (code for code, ct in library.conventional_imaging.items() if not ct.may_be_attenuation)
    return sorted(codes)[:1]


def _modifiers(library: Library, meaning: str) -> list[str]:
    return sorted(code for code, said in library.modifiers.items() if said == meaning)[:1]
