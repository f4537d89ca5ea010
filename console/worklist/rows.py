"""What the worklist says of a pended line, in a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from console.claim.view import PEER_REVIEW, is_findings_only
from console.deciding.cases import Case
from console.deciding.kept_decisions import WaitsFor
from console.worklist.open_work import ShownWork
from rules.library_model import Library
from worker.explain.billed_lines import BilledLine
from worker.explain.words import NEEDS_IN_SHORT, due_words

PERSONS: Mapping[WaitsFor, str] = {
    "second_person": "a second person",
    "senior": "a senior who is neither of the two",
}
"""Who has to decide a line that one person has decided already."""


class WorkRow(NamedTuple):
    """One pended line."""

    case: Case
    due_on: date
    due_in: str
    is_overdue: bool
    age_days: int | None
    """Since the claim was received; None: not known."""
    reason: str
    label: str
    """The library's few words for the reason."""
    billed: BilledLine | None
    policy: str | None
    waits_for: str
    holder: str


def row(shown: ShownWork, library: Library, viewer: str, today: date) -> WorkRow:
    """A line that is shown, in the words of the library."""
    line = shown.line
    return WorkRow(
        case=line.case,
        due_on=line.due_on,
        due_in=due_words((line.due_on - today).days),
        is_overdue=line.due_on < today,
        age_days=(today - line.billed.received_at).days if line.billed else None,
        reason=line.reason,
        label=_label(shown, library),
        billed=line.billed,
        policy=line.policy,
        waits_for=_waits_for(shown),
        holder=_holder(shown.holder, viewer),
    )


def label_of(reason: str, library: Library) -> str:
    """The library's few words for a reason; its code if it has none."""
    known = library.reasons.get(reason)
    return reason if known is None or not known.label else known.label


def _label(shown: ShownWork, library: Library) -> str:
    """Where a law leaves a line to a person, nothing is said of where the findings point."""
    line = shown.line
    if line.reason == PEER_REVIEW and is_findings_only(line.billed, library):
        return "a person decides it"
    return label_of(line.reason, library)


def _waits_for(shown: ShownWork) -> str:
    """The words of `adjudicator pends`; nothing is recommended in a list."""
    if shown.needs is None:
        return "no longer in the stream"
    if shown.waits_for is not None:
        return PERSONS[shown.waits_for]
    words = (NEEDS_IN_SHORT.get(code, code.replace("_", " ")) for code in shown.needs)
    return ", ".join(words)


def _holder(holder: str | None, viewer: str) -> str:
    if holder is None:
        return "nobody"
    return "you" if holder == viewer else holder
