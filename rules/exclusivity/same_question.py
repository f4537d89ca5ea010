"""Whether a PET and an MRS of one member answer the same question (Policy guidelines; I.A.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum

from rules.code_sets import CodeSets, Purpose
from rules.history.diagnoses import Meaning
from rules.history.studies import Study
from rules.terms import ExclusivityTerms


class Likeness(IntEnum):
    """How sure it is that two studies answer one question."""

    NO = 0
    PERHAPS = 1
    CERTAIN = 2


def same_question(mrs: Study, pet: Study, terms: ExclusivityTerms) -> Likeness:
    """
    Compares the indications of the two studies, of any support, within `exclusive_indications`.

    Certain only when the PET answered all that the spectroscopy asks, was made for nothing else,
    and looked at the brain; whichever of the two came first.
    """
    asked = mrs.meaning.every & terms.exclusive
    if not asked:
        return Likeness.NO
    meaning = pet.meaning
    answered = meaning.indications
    if pet.codes.watched[pet.procedure].pet_class == "brain" and not answered:
        return Likeness.PERHAPS
    if asked.isdisjoint(meaning.every):
        return Likeness.NO
    is_certain = (
        _answers_all(asked, meaning, pet.codes, terms)
        and _has_no_other_disease(answered, pet.codes)
        and _looked_at_the_brain(meaning, pet, terms)
    )
    return Likeness.CERTAIN if is_certain else Likeness.PERHAPS


def _answers_all(
    asked: frozenset[Purpose], meaning: Meaning, codes: CodeSets, terms: ExclusivityTerms
) -> bool:
    """Whether the PET's diagnoses document each group of questions, not only suggest it."""
    documented, wanted = _groups(meaning.documented, codes), _groups(asked, codes)
    if terms.questions == "any":
        return not wanted.isdisjoint(documented)
    return wanted <= documented


def _has_no_other_disease(answered: Mapping[str, frozenset[Purpose]], codes: CodeSets) -> bool:
    """A specific diagnosis without an indication: the PET may have been made for that."""
    return all(numbers or code[0] in codes.symptom_chapters for code, numbers in answered.items())


def _looked_at_the_brain(meaning: Meaning, pet: Study, terms: ExclusivityTerms) -> bool:
    """A body PET may have; it is certain only if a parameter says so and all is of one group."""
    if pet.codes.watched[pet.procedure].pet_class == "brain":
        return True
    return terms.body_certainty == "certain" and len(_groups(meaning.every, pet.codes)) == 1


def _groups(numbers: Iterable[Purpose], codes: CodeSets) -> frozenset[str]:
    return frozenset(codes.indication_names[number].group for number in numbers)
