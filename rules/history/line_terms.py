"""What a line of a claim comes to by itself, asked once for all lines that bill the same."""

from __future__ import annotations

from datetime import date
from typing import Final

from rules.code_sets import CodeSets, ModifierMeaning, ResetKind
from rules.determination import PolicyUsed, Service
from rules.history.diagnoses import Meanings, meanings_of
from rules.library_model import Library
from rules.plans import Plan
from rules.policy_version import AskedCriteria, Policy, PolicyVersion
from rules.remembered import Memo

_NO_MEANINGS: frozenset[ModifierMeaning] = frozenset()


class LineTerms:
    """
    What a plan, a procedure, diagnoses and modifiers come to on a stretch of days.

    Lines that bill the same have the same object, so that what leans on nothing else of a line is
    kept by it. `policy` decides or watches the procedure, else it is the first of the plan; `asked`
    is None where it does neither; `epoch` numbers the stretch (`Library.epoch_of`). A service that
    `is_discontinued` is no study, no earlier line and no treatment.
    """

    __slots__ = (
        "asked",
        "codes",
        "diagnoses",
        "epoch",
        "is_decided",
        "is_discontinued",
        "is_imaging",
        "is_walked",
        "is_watched",
        "meaning",
        "modifiers",
        "plan",
        "policy",
        "policy_id",
        "reset",
        "service",
        "used",
        "version",
    )

    def __init__(
        self,
        plan_id: str,
        procedure: str,
        on: date,
        diagnoses: tuple[str, ...],
        modifiers: tuple[str, ...],
        library: Library,
    ) -> None:
        """`on`: any day of the stretch."""
        self.plan: Final[Plan | None] = _plan(plan_id, on, library)
        ruled = library.ruled(self.plan, procedure, on)
        self.policy: Final[Policy] = ruled.policy
        self.policy_id: Final[str] = ruled.policy.policy_id
        self.service: Final[Service] = ruled.service
        stretch = library.stretch_of(ruled.policy, on)
        codes = stretch.codes
        self.is_decided: Final[bool] = ruled.service == stretch.nearest.service
        self.is_watched: Final[bool] = ruled.service != "other" and not self.is_decided
        self.asked: Final[AskedCriteria | None] = stretch.nearest.asked.get(ruled.service)
        self.version: Final[PolicyVersion | None] = stretch.version
        self.used: Final[PolicyUsed] = PolicyUsed(self.policy_id, _name(stretch.version))
        self.codes: Final[CodeSets] = codes
        self.epoch: Final[int] = stretch.epoch
        self.diagnoses: Final[tuple[str, ...]] = tuple(sorted(set(diagnoses)))
        self.meaning: Final[Meanings] = meanings_of(
            self.diagnoses, on, self.epoch, codes, self.policy, library
        )
        self.modifiers: Final[frozenset[ModifierMeaning]] = _meanings(modifiers, library)
        """What the modifiers mean (`code_sets/modifiers.csv`)."""
        self.is_discontinued: Final[bool] = "discontinued" in self.modifiers
        is_walked = not self.is_discontinued and _is_walked(procedure, codes, stretch.version)
        self.is_walked: Final[bool] = is_walked
        """Whether it is part of a study that is held against the other technique."""
        self.is_imaging: Final[bool] = procedure in self.policy.imaging
        reset = None if self.is_discontinued else codes.episode_reset.get(procedure)
        self.reset: Final[ResetKind | None] = reset
        """The treatment that it is, if it is one that can start a new episode."""


_TERMS: Memo[tuple[str, str, int, tuple[str, ...], tuple[str, ...]], LineTerms] = Memo(
    "terms of lines"
)


def terms_of(
    plan_id: str,
    procedure: str,
    on: date,
    diagnoses: tuple[str, ...],
    modifiers: tuple[str, ...],
    library: Library,
) -> LineTerms:
    """The terms of a line; `diagnoses` are those that it points to."""
    remembered = library.remembered(_TERMS)
    key = (plan_id, procedure, library.epoch_of(on), diagnoses, modifiers)
    return remembered.get(key) or remembered.keep(
        key, LineTerms(plan_id, procedure, on, diagnoses, modifiers, library)
    )


def _plan(plan_id: str, on: date, library: Library) -> Plan | None:
    plan = library.plans.get(plan_id)
    return None if plan is None else plan.on(on)


def _name(version: PolicyVersion | None) -> str | None:
    return None if version is None else version.version


def _meanings(modifiers: tuple[str, ...], library: Library) -> frozenset[ModifierMeaning]:
    known = library.modifiers
    return frozenset([known[each] for each in modifiers if each in known]) or _NO_MEANINGS


def _is_walked(procedure: str, codes: CodeSets, version: PolicyVersion | None) -> bool:
    technique = codes.walked.get(procedure)
    if technique != "watched" or codes.watched[procedure].pet_class != "skull_base":
        return technique is not None
    row = None if version is None else version.exclusivity
    return row is not None and row.terms.skull_base_counts
