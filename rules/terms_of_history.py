"""
What a policy says to the kinds of criteria that look at a member's history: their terms, typed.

As in `rules/terms.py` the fields of a class are the slots of its kind. A set of codes is filled by
`sets`; a slot that may be None may stay empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTerms:
    """No more than so many services in a span."""

    counted: frozenset[str] | None = None
    """The procedures that count; None: those of the line's own service."""
    most: int
    """How many there may be, the line's own among them."""
    span: Literal["lifetime", "rolling", "episode"]
    span_days: int | None = None
    """How many days a rolling span has; the line's own day is the last."""
    modifier: str | None = None
    """Only lines with it are asked, and only services with it count."""
    beyond: Literal["deny", "pend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalTerms:
    """At least so many days since the last such service."""

    counted: frozenset[str] | None = None
    """The procedures that count; None: those of the line's own service."""
    least_days: int
    sooner: Literal["deny", "pend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeTerms:
    """Between so many completed years and so many on the date of service, both included."""

    least_years: int | None = None
    most_years: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SexTerms:
    """Only for members of one sex."""

    sex: Literal["female", "male"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedTerms:
    """So many different therapies failed, or were not tolerated."""

    therapies: frozenset[str]
    """Procedures, or codes of therapies that are none."""
    least: int
    within_days: int | None = None
    """None: however long ago."""
    missing: Literal["deny", "pend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationTerms:
    """An evaluation took place before."""

    evaluations: frozenset[str]
    within_days: int
    missing: Literal["deny", "pend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterTreatmentTerms:
    """Between so many days and so many after the latest treatment's end, both included."""

    treatments: frozenset[str]
    """Procedures, or codes of therapies that are none."""
    least_days: int | None = None
    most_days: int | None = None
