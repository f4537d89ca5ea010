"""A version of the policy as people read it: sections, readings, criteria, choices, questions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from rules.determination import ParameterValue

QuestionKind = Literal["silent", "unclear", "contradiction"]
ParameterType = Literal["days", "choice", "yes_no", "any_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySection:
    """A part of the policy, and our reading of it in our own words."""

    id: str
    markers: tuple[str, ...]
    """How the lines begin at which it starts (`rules/policy/text.py`)."""
    digest: str
    """Of its normalised text."""
    automated: bool
    """Whether a criterion, a parameter or a reason leans on it."""
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCriterion:
    """One condition for payment, in words."""

    name: str
    sections: tuple[str, ...]
    """Every section that it leans on."""
    cited_as: str
    """The sections as a determination cites them."""
    parameters: tuple[str, ...]
    looks_at: str
    met: str
    not_met: str
    unknown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyParameter:
    """A number or choice for which the policy has no answer, with the question and the others."""

    name: str
    type: ParameterType
    value: ParameterValue
    section: str
    question: str
    least: int | None
    """Of `days`: the smallest answer; else None."""
    most: int | None
    """Of `days`: the greatest answer; else None."""
    other_answers: tuple[ParameterValue, ...]
    """Of `choice` and `yes_no`: what else could stand there; of `any_of`: what can be listed."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """Where the policy is silent, unclear or at odds with itself, and what we chose."""

    id: str
    kind: QuestionKind
    sections: tuple[str, ...]
    question: str
    readings: tuple[str, ...]
    chosen: str
    parameters: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCodeSet:
    """A code set of the version, and what it stands between."""

    name: str
    sections: tuple[str, ...]
    """The sections that it puts into codes."""
    criteria: tuple[str, ...]
    """What asks it."""
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """One version, whole, in the policy's order."""

    policy_id: str
    version: str
    source: str
    effective_from: date
    effective_to: date | None
    next_review: str
    approved: date
    listed_diagnoses: int
    """How many billable codes its list expands to."""
    page_furniture: tuple[str, ...]
    """How lines begin that stand on every page."""
    sections: tuple[PolicySection, ...]
    criteria: tuple[PolicyCriterion, ...]
    """In the order in which they are asked."""
    parameters: tuple[PolicyParameter, ...]
    open_questions: tuple[OpenQuestion, ...]
    code_sets: tuple[PolicyCodeSet, ...]
