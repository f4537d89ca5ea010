"""What a prior authorization says in place of a clinical criterion (`rules.md` 4)."""

from __future__ import annotations

from rules.criteria.answers import met
from rules.determination import Evidence, Finding
from rules.library import Library


def authorized(library: Library, criterion: str, ids: tuple[str, ...]) -> Finding:
    """Met, because the service was authorized for the date of service."""
    return met(library, criterion, "a prior authorization holds", authorization_evidence(ids))


def authorization_evidence(ids: tuple[str, ...]) -> tuple[Evidence, ...]:
    """A pointer to each authorization."""
    return tuple(Evidence("authorization", id=authorization_id) for authorization_id in ids)
