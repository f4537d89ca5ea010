"""The classes of studies that a line may compete with: every way to ask criterion 9."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import product
from typing import get_args

from rules.facts import (
    Claim,
    Fact,
    Finalization,
    FinalStatus,
    Line,
    Report,
    StudyResult,
    StudyStatus,
    Treatment,
    TreatmentStatus,
)
from rules.policy_version import PolicyVersion
from rules.proof.situation import OURS, Setting, Variant

DiagnosisCodes = tuple[str, ...]

_STATUSES: tuple[StudyStatus, ...] = get_args(StudyStatus)
_RESULTS: tuple[StudyResult, ...] = get_args(StudyResult)
_TREATED: tuple[TreatmentStatus, ...] = get_args(TreatmentStatus)
_FINAL: tuple[FinalStatus | None, ...] = (None, *get_args(FinalStatus))


def reported_rivals(
    setting: Setting,
    version: PolicyVersion,
    procedures: Sequence[str],
    diagnoses: Sequence[DiagnosisCodes],
) -> Iterator[Variant]:
    """Studies that reports alone tell of: each status, each result, each edge of the window."""
    for procedure, days, status, result, codes in product(
        procedures, days_apart(version), _STATUSES, _RESULTS, diagnoses
    ):
        rival = Report("T-1", procedure, (), setting.day(-days), status, result, codes)
        yield Variant(f"{procedure} {days} days before, {status}, {result}", (rival,))


def billed_rivals(
    setting: Setting,
    version: PolicyVersion,
    procedures: Sequence[str],
    diagnoses: Sequence[DiagnosisCodes],
) -> Iterator[Variant]:
    """Studies that claims tell of, by what the core system did with them."""
    for procedure, days, status, codes in product(
        procedures, days_apart(version), _FINAL, diagnoses
    ):
        rival = billed(setting, procedure, days, codes)
        facts: tuple[Fact, ...] = (rival,)
        if status is not None:
            facts = (rival, Finalization(rival.claim_id, 1, status))
        yield Variant(f"{procedure} billed {days} days before, {status}", facts)


def treatments(
    setting: Setting, version: PolicyVersion, diagnoses: Sequence[DiagnosisCodes], rival_days: int
) -> Iterator[Variant]:
    """A treatment of each kind, billed and reported, around the two studies and on their days."""
    resets = sorted(version.codes.episode_reset.items(), reverse=True)
    kinds = {kind: code for code, kind in resets}
    for procedure, days, codes in product(
        sorted(kinds.values()), (rival_days + 1, rival_days, rival_days - 1, 0, -1), diagnoses
    ):
        treatment = billed(setting, procedure, days, codes, "H-1")
        yield Variant(f"{procedure} {days} days before", (treatment,))
        for status in _TREATED:
            reported = Treatment("X-1", procedure, setting.day(-days), status, codes)
            yield Variant(f"{procedure} reported {days} days before, {status}", (reported,))


def billed(
    setting: Setting, procedure: str, days: int, diagnoses: DiagnosisCodes, claim_id: str = "P-1"
) -> Claim:
    """A claim of the same plan and provider for a service so many days before the line."""
    on = setting.day(-days)
    line = Line(1, procedure, (), on, (), Decimal(1), None, OURS)
    received = max(on, setting.day(-days + 2))
    return Claim(claim_id, "1", None, "professional", setting.plan, received, diagnoses, (line,))


def days_apart(version: PolicyVersion) -> tuple[int, ...]:
    """The same day, the window's last day and the one after it, and a study that came after."""
    window = 0 if version.exclusivity is None else version.exclusivity.terms.window_days
    return tuple(sorted({0, 1, window, window + 1, -1}))
