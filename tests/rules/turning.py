"""Asks what would turn a line, and names what is supplied by its kind."""

from __future__ import annotations

from rules.analysis.counterfactual import Counterfactual, what_would_change
from rules.analysis.supplies import Supply
from rules.library_model import Library
from tests.rules.builders import Sending, record
from tests.rules.deciding import shipped

UNLISTED = ("C61",)
"""Diagnoses that have none of the policy's purposes."""


def turned(
    *sendings: Sending, using: Library | None = None, of: tuple[str, int] = ("C-1", 1)
) -> Counterfactual:
    found = what_would_change(record(*sendings), using or shipped(), of)
    assert found is not None
    return found


def sets(found: Counterfactual) -> list[tuple[str, ...]]:
    """Each set by the beginnings of its texts."""
    return [tuple(kind(supply) for supply in turn.supplies) for turn in found.for_it]


def against(found: Counterfactual) -> list[tuple[str, ...]]:
    return [tuple(kind(supply) for supply in turn.supplies) for turn in found.against_it]


def kind(supply: Supply) -> str:
    kinds = {
        "a report that the": "report",
        "the report of": "report of another",
        "the claim again, stating": "attestation",
        "the claim again, under": "another plan",
        "a prior authorization": "authorization",
        "a reviewer": "review",
        "the original": "original",
        "a plan file": "plan file",
        "a void": "void",
        "the core system": "core system",
        "an enrolment": "enrolment",
    }
    return next(kind for start, kind in kinds.items() if supply.text.startswith(start))
