"""Asks what would turn a line, and names what is supplied by its kind."""

from __future__ import annotations

from rules.analysis.counterfactual import Counterfactual, what_would_change
from rules.analysis.open_line import OpenLine, Supply
from rules.analysis.sufficient_sets import open_line
from rules.history.record import Record
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


def opened(known: Record, using: Library | None = None) -> OpenLine:
    """The first line of the first claim, which must be open."""
    found = open_line(known, using or shipped(), ("C-1", 1))
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
        "the claim again, with a diagnosis": "diagnosis",
        "the claim again, without line": "without a line",
        "the claim again, with another provider": "provider",
        "the claim again, ": "modifiers",
        "clinical records": "records",
        "what the other authority": "applied rule",
        "a prior authorization": "authorization",
        "a reviewer": "review",
        "the original": "original",
        "a plan file": "plan file",
        "a void": "void",
        "claim ": "another claim again",
        "the core system": "core system",
        "an enrolment": "enrolment",
    }
    return next(kind for start, kind in kinds.items() if supply.text.startswith(start))
