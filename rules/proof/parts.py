"""The parts of the decision space around one version of the policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rules.library_model import Library
from rules.proof.baseline import Baseline
from rules.proof.classes import DiagnosisClass
from rules.proof.denial_modes import who_may_deny
from rules.proof.purposes import questions, several_questions
from rules.proof.reviews import reviewed_lines
from rules.proof.situation import Setting
from rules.proof.space import (
    diagnoses_by_date,
    earlier_lines,
    imaging,
    lifecycle,
    modifiers,
    pairs_of_diagnoses,
    rivals_of_pet,
    rivals_of_spectroscopy,
    routing,
)


class SpacePart(NamedTuple):
    """A part of the space: what it varies, and every combination of it."""

    name: str
    settings: Iterator[Setting]


def parts(
    library: Library, baseline: Baseline, classes: Sequence[DiagnosisClass]
) -> Iterator[SpacePart]:
    """The parts around one version of the policy."""
    yield SpacePart("service, plan, date, authority", routing(library, baseline))
    yield SpacePart("diagnosis class, date, service", diagnoses_by_date(baseline, classes))
    yield SpacePart("two diagnosis classes", pairs_of_diagnoses(baseline, classes))
    yield SpacePart("two studies' diagnosis classes", questions(baseline, classes))
    yield SpacePart("two studies' purposes", several_questions(baseline, classes))
    yield SpacePart("imaging history", imaging(library, baseline))
    yield SpacePart("PET before a spectroscopy", rivals_of_spectroscopy(baseline))
    yield SpacePart("spectroscopy before a PET", rivals_of_pet(baseline))
    yield SpacePart("earlier lines", earlier_lines(library, baseline))
    yield SpacePart("modifiers", modifiers(library, baseline))
    yield SpacePart("replacements and voids", lifecycle(baseline))
    yield SpacePart("reviews", reviewed_lines(library, baseline))
    yield SpacePart("who may deny", who_may_deny(library, baseline))
