"""
What a policy says to each kind of criterion: its terms, typed.

The fields of a class are the slots of its kind. A number, a choice or a list of purposes is filled
by a `[parameter.…]` of the policy, a plain word by `words`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from rules.code_sets import Purpose
from rules.criterion import Criterion
from rules.facts import StudyStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTerms:
    """A kind to which a policy has nothing to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurposeTerms:
    """Which purpose a line documents."""

    unlisted_but_documented: Literal["pend", "accept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierStudyTerms:
    """An earlier study that left the question open."""

    lookback_days: int
    claim_lag_days: int
    must_answer: bool
    """Whether only a conclusive study of the line's own question and episode counts."""
    unusable_lookback_days: int
    attestation: str
    """The kind of attestation that says so."""
    study: str | None = None
    """Which studies count, in words."""

    @property
    def named(self) -> str:
        """How a study is called, for people."""
        return self.study or "MRI or CT of the brain"


@dataclass(frozen=True, kw_only=True)
class ExclusivityTerms:
    """No study of the other set of procedures stands for the same question."""

    window_days: int
    purposes: tuple[Purpose, ...]
    questions: Literal["all", "any"]
    body_certainty: Literal["perhaps", "certain"]
    standing_statuses: tuple[StudyStatus, ...]
    limited_first_study: Literal["pend", "stands", "ignore"]
    watched_after: Literal["deny", "pend", "ignore"]
    """What of a watched line that a decided one stands against."""
    skull_base_counts: bool
    authorized: Literal["pend", "deny"]

    @cached_property
    def exclusive(self) -> frozenset[Purpose]:
        """`purposes` as a set."""
        return frozenset(self.purposes)


@dataclass(frozen=True, kw_only=True)
class PartTerms:
    """What a policy says to a criterion that asks criteria of its own."""

    parts: tuple[Criterion[Any], ...]


Terms = NoTerms | PurposeTerms | EarlierStudyTerms | ExclusivityTerms
