"""The code sets of one policy version, as the criteria look codes up."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

Purpose = int | str
"""A purpose of a policy: its number in the policy's own list, or a word."""
Support = Literal["listed", "documented", "suggested"]
PetClass = Literal["brain", "possible", "skull_base"]
ResetKind = Literal["surgery", "radiosurgery", "radiotherapy"]
Technique = Literal["decided", "watched"]
"""Whether a procedure is of the policy's own set, or of the one that it holds against that."""
ModifierMeaning = Literal[
    "professional", "technical", "discontinued", "repeat", "distinct", "bilateral"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedCode:
    """A procedure that the policy decides."""

    investigational: bool
    """Flagged by the policy's code table; such a code is not walked for exclusivity either."""
    has_components: bool
    """Whether a professional or technical modifier can stand on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedCode:
    """A procedure that the policy only holds against its own."""

    pet_class: PetClass
    """How likely it looks at the brain; `skull_base` counts only if a parameter says so."""
    has_own_ct: bool
    """A head CT (`ConventionalCode.may_be_attenuation`) of the same day is taken for its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConventionalCode:
    """A conventional brain imaging procedure."""

    may_be_attenuation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Indications:
    """Which of the policy's indications (1 to 6) a diagnosis speaks for, and how strongly."""

    indications: frozenset[Purpose]
    support: Support


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A diagnosis that has an indication, as if listed with it, only beside certain others."""

    code: str
    indication: Purpose
    beside: frozenset[str]
    in_history: bool
    """Whether the others may stand in the member's history too, not only on the line or study."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicationName:
    """One of the policy's indications, with the family of questions that it belongs to."""

    section: str
    group: str
    """The policy's own word, such as tumour or seizure."""
    label: str


class CodeFamily(Protocol):
    """A set of diagnoses given by headings: what is under an entry belongs to it."""

    def __contains__(self, code: str) -> bool:
        """Whether a code belongs to the set."""


@dataclass(frozen=True, kw_only=True)
class CodeSets:
    """The code sets of one version of the policy."""

    decided: Mapping[str, DecidedCode]
    """The policy's own set of procedures."""
    watched: Mapping[str, WatchedCode]
    """Those that it only holds against its own."""
    conventional_imaging: Mapping[str, ConventionalCode]
    episode_reset: Mapping[str, ResetKind]
    indications: Mapping[str, Indications]
    unrelated: CodeFamily
    """Diagnoses that were looked at and are none of the policy's purposes."""
    brain_tumour: frozenset[str]
    company: tuple[Company, ...]
    indication_names: Mapping[Purpose, IndicationName]
    symptom_chapters: frozenset[str]
    """First letters of codes that name no disease: symptoms, factors, external causes."""
    circumstances: frozenset[str]
    """First letters of codes that name a circumstance: the same without symptoms."""
    named: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Further sets, which criteria name in their slots."""

    @cached_property
    def imaging(self) -> frozenset[str]:
        """Every procedure of either technique and of conventional imaging."""
        return frozenset((*self.decided, *self.watched, *self.conventional_imaging))

    @cached_property
    def walked(self) -> Mapping[str, Technique]:
        """The procedures that are held against the other technique, with their own."""
        own = [code for code, held in self.decided.items() if not held.investigational]
        return {**dict.fromkeys(own, "decided"), **dict.fromkeys(self.watched, "watched")}

    @cached_property
    def with_own_ct(self) -> tuple[str, ...]:
        """The watched procedures that a head CT of the same day may belong to."""
        return tuple(code for code, held in self.watched.items() if held.has_own_ct)

    def in_order(self, purposes: Container[Purpose]) -> list[Purpose]:
        """Some of the purposes, in the policy's order."""
        return [purpose for purpose in self.indication_names if purpose in purposes]

    @cached_property
    def in_company(self) -> frozenset[str]:
        """The diagnoses whose indication may depend on others beside them."""
        return frozenset(rule.code for rule in self.company)
