"""Whether a PET and an MRS of one member answer the same question (Policy guidelines; I.A.1)."""

from __future__ import annotations

from enum import IntEnum

from rules.history.history import History
from rules.history.studies import Study
from rules.library_model import Parameters


class Likeness(IntEnum):
    """How sure it is that two studies answer one question."""

    NO = 0
    PERHAPS = 1
    CERTAIN = 2


def same_question(mrs: Study, pet: Study, history: History, parameters: Parameters) -> Likeness:
    """
    Compares the indications of the two studies, of any support, within `exclusive_indications`.

    A brain PET answers any question that it shares; another PET only if nothing else that it was
    done for is of another kind.
    """
    asked = history.questions_of(mrs) & parameters.exclusive
    if not asked:
        return Likeness.NO
    answered = history.indications_of(pet)
    is_brain = history.library.pet[pet.procedure].pet_class == "brain"
    if is_brain and not answered:
        return Likeness.PERHAPS
    if asked.isdisjoint(history.questions_of(pet)):
        return Likeness.NO
    if is_brain or _of_one_kind(answered, history):
        return Likeness.CERTAIN
    return Likeness.PERHAPS


def _of_one_kind(answered: dict[str, frozenset[int]], history: History) -> bool:
    """Every disease that the study was done for has an indication, and all are of one group."""
    library = history.library
    diseases = {
        code: numbers
        for code, numbers in answered.items()
        if numbers or code[0] not in library.symptom_chapters
    }
    groups = {
        library.indication_names[number].group
        for numbers in diseases.values()
        for number in numbers
    }
    return all(diseases.values()) and len(groups) == 1
