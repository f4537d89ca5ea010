"""What a policy says to the kinds of criteria that look at a line, its claim and its plan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rules.terms import PartTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferredTerms:
    """Somebody else's criteria govern the service."""

    whose: str | None = None
    """Who has them, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTerms:
    """The service was provided at one of some places."""

    places: frozenset[str]
    """Place-of-service codes."""
    institutional: Literal["pend", "accept"] | None = None
    """What of an institutional claim, which has no place of service; None: `pend`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedByTerms:
    """The service was ordered by someone of one of some specialties."""

    specialties: frozenset[str]
    """Codes of the provider taxonomy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestedTerms:
    """The requester attests something."""

    attestation: str
    """The kind of attestation."""
    missing: Literal["deny", "pend"]
    within_days: int | None = None
    """How many days before the date of service it may lie; None: any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredTerms:
    """A measure that the requester attests lies between two bounds, both included."""

    attestation: str
    """The kind of attestation."""
    unit: str
    """The only unit in which a value can be held against the bounds."""
    least: Decimal | None = None
    most: Decimal | None = None
    within_days: int | None = None
    """How many days before the date of service it may lie; None: any number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanionTerms:
    """A service that goes with this one is billed too."""

    companions: frozenset[str]
    """Procedures, one of which is enough."""
    missing: Literal["deny", "pend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationTerms:
    """The service was authorized beforehand."""

    rule: Literal["required", "waived"]
    missing: Literal["deny", "pend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsTerms:
    """A line bills no more than so many units."""

    most: int


@dataclass(frozen=True, kw_only=True)
class NOfTerms(PartTerms):
    """At least so many of its parts are met."""

    least: int
