"""How firmly a study of one technique stands against the other (`rules.md` 4.9)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from rules.history.studies import Study
from rules.policy_version import Policy
from rules.terms import ExclusivityTerms

_PAID_OR_ALLOWED = frozenset({"paid", "allowed"})
_NOT_DONE_OR_ELSEWHERE = frozenset({"pending", "other_payer"})


class Strength(IntEnum):
    """How firmly a study stands."""

    NO = 0
    MAYBE = 1
    YES = 2


class Rival:
    """A study of the other technique on an earlier day or the same, and how it was decided."""

    __slots__ = ("at_most", "decided", "study")

    def __init__(self, study: Study, decided: Strength, at_most: Strength = Strength.YES) -> None:
        self.study: Final[Study] = study
        self.decided: Final[Strength] = decided
        self.at_most: Final[Strength] = at_most
        """MAYBE on the same day, unless it counts as first."""


_LIMITED = {"pend": Strength.MAYBE, "stands": Strength.YES, "ignore": Strength.NO}
"""How firmly a study of limited result stands at most (`limited_first_study`)."""


def strength_of(rival: Rival, terms: ExclusivityTerms) -> Strength:
    """The weakest of how it was decided, of its status and of what a limited result allows."""
    study = rival.study
    stands = min(rival.decided, rival.at_most, _by_status(study, terms))
    if study.result == "limited":
        stands = min(stands, _LIMITED[terms.limited_first_study])
    return stands


def statuses_that_stand(policy: Policy) -> frozenset[str]:
    """Those of which any version lets a study stand; a study of no such status never does."""
    return _NOT_DONE_OR_ELSEWHERE | policy.standing_statuses


def is_paid_or_allowed(study: Study) -> bool:
    """Whether a report or the core system says so of any part of the study."""
    return not _PAID_OR_ALLOWED.isdisjoint(study.statuses)


def is_looked_at(study: Study, terms: ExclusivityTerms) -> bool:
    """A PET from the skull base down is looked at only if the parameter says so."""
    pet = study.codes.watched.get(study.procedure)
    return pet is None or pet.pet_class != "skull_base" or terms.skull_base_counts


def _by_status(study: Study, terms: ExclusivityTerms) -> Strength:
    """The best of its lines' and reports'."""
    statuses = study.statuses
    if not statuses.isdisjoint(terms.standing_statuses):
        return Strength.YES
    return Strength.NO if statuses.isdisjoint(_NOT_DONE_OR_ELSEWHERE) else Strength.MAYBE
