"""Which files a policy version needs, by the kinds of its criteria."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

from rules.criteria.kinds import KINDS

USUAL_SETS = (
    "brain_tumour",
    "company",
    "conventional_imaging",
    "episode_reset",
    "indication_names",
    "indications",
    "symptom_chapters",
    "unrelated",
)
"""The code sets that have a meaning of their own; others are plain lists that criteria name."""

REASONS = "reasons.csv"
"""The reasons that only this policy gives, and how it cites the others; a policy may be without."""

NEEDS = "needs.csv"
"""In which words this policy asks for things, where the library has none or others."""


def code_sets_of(policy: bytes) -> frozenset[str] | None:
    """The names of the code sets that a `policy.toml` needs; None where it cannot be read."""
    document = _read(policy)
    return None if document is None else frozenset(_needed(document))


def services_in(policy: bytes) -> tuple[str, str | None]:
    """What a `policy.toml` calls the service that it decides, and the one that it watches."""
    document = _read(policy) or {}
    service, watched = document.get("service"), document.get("watched_service")
    return str(service or ""), str(watched) if watched else None


def _read(policy: bytes) -> Mapping[str, object] | None:
    try:
        return tomllib.loads(policy.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None  # whoever reads the policy says what is wrong with it


def _needed(document: Mapping[str, object]) -> Iterator[str]:
    for key in ("service", "watched_service"):
        service = document.get(key)
        if isinstance(service, str):
            yield service
    yield from _of_criteria(document.get("criterion"))


def _of_criteria(criteria: object) -> Iterator[str]:
    """What criteria, and the parts of criteria, look codes up in."""
    for criterion in criteria if isinstance(criteria, list) else ():
        if isinstance(criterion, dict):
            kind = KINDS.get(str(criterion.get("kind")))
            yield from () if kind is None else kind.code_sets
            sets = criterion.get("sets")
            yield from map(str, sets.values()) if isinstance(sets, dict) else ()
            yield from _of_criteria(criterion.get("part"))
