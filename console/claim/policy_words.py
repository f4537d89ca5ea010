"""How we read a policy, by version and criterion: what stands beside each finding."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from rules.loading.files import SHIPPED, read_policy
from rules.policy.document import PolicyDocument


class CriterionReading(NamedTuple):
    """A criterion in our words, with our reading of the sections that it stands on."""

    looks_at: str
    answers: tuple[tuple[str, str], ...]
    """Each answer, and what it means."""
    sections: tuple[tuple[str, str], ...]
    """Each section, and how we read it."""


class PolicyWords:
    """The words of every version of every policy in the library."""

    def __init__(self, documents: Iterable[PolicyDocument]) -> None:
        self._readings = {
            (document.policy_id, document.version, name): reading
            for document in documents
            for name, reading in _readings(document)
        }

    def of(self, policy: str, version: str | None, criterion: str) -> CriterionReading | None:
        """The words of a criterion; None: the library no longer has that version."""
        return self._readings.get((policy, version or "", criterion))


@lru_cache(maxsize=4)
def policy_words(folder: Path | None) -> PolicyWords:
    """The words of a library folder, or of the shipped one; read once."""
    return PolicyWords(read_policy(folder or SHIPPED))


def _readings(document: PolicyDocument) -> Iterable[tuple[str, CriterionReading]]:
    sections = {section.id: section.reading for section in document.sections}
    for criterion in document.criteria:
        yield (
            criterion.name,
            CriterionReading(
                criterion.looks_at,
                (
                    ("met", criterion.met),
                    ("not met", criterion.not_met),
                    ("unknown", criterion.unknown),
                ),
                tuple((name, sections[name]) for name in criterion.sections),
            ),
        )
