"""A version of the policy as people read it: sections, readings, criteria, choices, questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from rules.code_sets import Purpose
from rules.criterion import Gate
from rules.determination import ParameterValue

QuestionKind = Literal["silent", "unclear", "contradiction"]
ParameterType = Literal["days", "years", "count", "measure", "choice", "yes_no", "any_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySection:
    """A part of the policy, and our reading of it in our own words."""

    id: str
    markers: tuple[str, ...]
    """The beginnings of the lines at which it starts (`rules/policy/text.py`)."""
    digest: str
    """The digest of its normalised text."""
    automated: bool
    """Whether a criterion, a parameter or a reason depends on it."""
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCriterion:
    """One condition for payment, in words."""

    name: str
    kind: str
    """Its kind in the closed vocabulary (`docs/policies.md`)."""
    services: tuple[str, ...]
    """The services of whose lines it is asked."""
    gate: Gate | None
    bars: bool
    """Whether a line that it denies is no earlier line to any other."""
    only_purposes: tuple[Purpose, ...]
    """The purposes for which alone it is asked; empty: all."""
    only_states: tuple[str, ...]
    """The states of plans for which alone it is asked; empty: all."""
    sections: tuple[str, ...]
    """Every section that it depends on."""
    cited_as: str
    """The sections as determinations cite them."""
    slots: Mapping[str, str]
    """The name of the parameter in each slot."""
    words: Mapping[str, str]
    """The word in each slot that takes one."""
    sets: Mapping[str, str]
    """The name of the code set in each slot that takes one."""
    reasons: Mapping[str, str]
    """The code of the reason in each role."""
    parts: tuple[PolicyCriterion, ...]
    """Of a kind that asks others: those, with the sections and the words of the whole."""
    looks_at: str
    met: str
    not_met: str
    unknown: str

    @property
    def with_parts(self) -> tuple[PolicyCriterion, ...]:
        """Itself, and the criteria that it asks in turn."""
        return (self, *[each for part in self.parts for each in part.with_parts])

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters."""
        of_parts = [name for part in self.parts for name in part.parameters]
        return tuple(dict.fromkeys((*self.slots.values(), *of_parts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyParameter:
    """A number or choice that the policy leaves open, with its question and other answers."""

    name: str
    type: ParameterType
    value: ParameterValue
    section: str
    question: str
    least: int | Decimal | None
    """Of a number or a measure: the smallest answer; else None."""
    most: int | Decimal | None
    """Of a number or a measure: the greatest answer; else None."""
    other_answers: tuple[ParameterValue, ...]
    """For `choice` and `yes_no`: the other answers; for `any_of`: what can be listed."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """Where the policy is silent, unclear or contradicts itself, and what we chose."""

    id: str
    kind: QuestionKind
    sections: tuple[str, ...]
    question: str
    readings: tuple[str, ...]
    chosen: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCodeSet:
    """A code set of the version, with the sections and criteria it links."""

    name: str
    sections: tuple[str, ...]
    """The sections that it expresses as codes."""
    criteria: tuple[str, ...]
    """The criteria that use it."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """One complete version, in the policy's order."""

    policy_id: str
    version: str
    service: str
    """What it calls the service that it decides."""
    watched_service: str | None
    """What it calls the one that it only holds against its own."""
    source: str
    effective_from: date
    effective_to: date | None
    next_review: str
    approved: date
    listed_diagnoses: int
    """The number of billable codes that its list expands to."""
    page_furniture: tuple[str, ...]
    """The beginnings of lines that are on every page."""
    sections: tuple[PolicySection, ...]
    criteria: tuple[PolicyCriterion, ...]
    """In the order in which they are asked."""
    parameters: tuple[PolicyParameter, ...]
    open_questions: tuple[OpenQuestion, ...]
    code_sets: tuple[PolicyCodeSet, ...]
