"""Whether each parameter decides anything: its other answers, and what changes with each."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import NamedTuple

from rules.determination import Determination, ParameterValue
from rules.library_model import Library
from rules.policy.document import PolicyDocument, PolicyParameter
from rules.proof.baseline import Baseline
from rules.proof.classes import DiagnosisClass
from rules.proof.denial_modes import clinical_denials
from rules.proof.imaging import imaging_variants
from rules.proof.laws import shape_of
from rules.proof.purposes import one_question, several_questions
from rules.proof.situation import Laboratory, Setting, Situation
from rules.proof.space import (
    authorized,
    rivals_of_pet,
    rivals_of_spectroscopy,
)

_SPREAD = 29
"""Of so many one is tried; prime to the size of every dimension, so that all values come up."""


class Swing(NamedTuple):
    """Another answer of a parameter, and a situation that it decides otherwise, if there is one."""

    parameter: str
    answer: ParameterValue
    situation: Situation | None


def swings(
    laboratory: Laboratory,
    document: PolicyDocument,
    baseline: Baseline,
    classes: Sequence[DiagnosisClass],
) -> Iterator[Swing]:
    """Each other answer of each parameter of a version."""
    library = laboratory.library
    tried: dict[str, _Trial] = {}
    for parameter in document.parameters:
        criterion = criterion_with(parameter.name, document)
        if criterion not in tried:
            settings = _settings(criterion, library, baseline, classes)
            tried[criterion] = _Trial(laboratory, settings)
        for answer in other_answers(parameter):
            situation = tried[criterion].first_decided_otherwise(parameter.name, answer)
            yield Swing(parameter.name, answer, situation)


def other_answers(parameter: PolicyParameter) -> list[ParameterValue]:
    """What else could stand there: neighbours and ends of a number, a list but for one item."""
    value = parameter.value
    if parameter.least is not None and parameter.most is not None:
        assert isinstance(value, int | Decimal)  # only numbers and measures have ends
        step = 1 if isinstance(value, int) else Decimal((0, (1,), int(value.as_tuple().exponent)))
        near = {parameter.least, value - step, value + step, parameter.most} - {value}
        return [each for each in sorted(near) if parameter.least <= each <= parameter.most]
    if isinstance(value, tuple):
        return [_toggled(value, item) for item in parameter.other_answers]
    return list(parameter.other_answers)


class _Trial:
    """Situations that a parameter might decide otherwise, decided as the library stands."""

    def __init__(self, laboratory: Laboratory, settings: Iterator[Setting]) -> None:
        self._laboratory = laboratory
        self._decided = [
            (situation, kept(laboratory.answer(situation)))
            for situation in (setting.situation() for setting in settings)
        ]

    def first_decided_otherwise(self, name: str, answer: ParameterValue) -> Situation | None:
        """The first whose outcome, codes or due date are others with another answer."""
        for situation, before in self._decided:
            changed = situation._replace(answers=((name, answer),))
            if kept(self._laboratory.answer(changed)) != before:
                return changed
        return None


def kept(one: Determination) -> Hashable:
    """What another answer of a parameter may change of a determination."""
    return (shape_of(one), one.due_on)


def criterion_with(parameter: str, document: PolicyDocument) -> str:
    """The criterion that uses a parameter; empty where none does."""
    uses = (one.name for one in document.criteria if parameter in one.parameters)
    return next(uses, "")


def _settings(
    criterion: str, library: Library, baseline: Baseline, classes: Sequence[DiagnosisClass]
) -> Iterator[Setting]:
    """Where a parameter of a criterion may make a difference."""
    if criterion == "conventional_imaging":
        setting = baseline.setting
        variants = imaging_variants(setting, baseline.version, library)
        return (variant.of(setting) for variant in variants)
    if criterion == "pet_exclusivity":
        rivals = chain(rivals_of_spectroscopy(baseline), rivals_of_pet(baseline))
        some = chain(
            clinical_denials(baseline),
            one_question(baseline, classes),
            islice(several_questions(baseline, classes), 0, None, _SPREAD),
            islice(rivals, 0, None, _SPREAD),
        )
        return chain.from_iterable((one, authorized(one).of(one)) for one in some)
    return one_question(baseline, classes)


def _toggled(value: Sequence[object], item: object) -> ParameterValue:
    """The list without the item, or with it at its end."""
    others = tuple(other for other in value if other != item)
    return others if item in value else (*others, item)  # type: ignore[return-value]
