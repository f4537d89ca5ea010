"""What `explain` says of a line, as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rules.analysis.counterfactual import Counterfactual, Notice
from rules.analysis.sufficient_sets import SufficientSet
from worker.determinations.data import DataView
from worker.explain.words import deciding_finding, why


def explained(history: Sequence[DataView]) -> dict[str, Any]:
    """Returns a line's latest determination, why it is so, and all its revisions."""
    latest = history[-1]
    deciding = deciding_finding(latest)
    return {
        "claim_id": latest["claim_id"],
        "member_id": latest["member_id"],
        "line": latest["line"],
        "why": why(latest),
        "decided_by_criterion": None if deciding is None else deciding["criterion"],
        "determination": latest,
        "earlier": list(history[:-1]),
    }


def changes(found: Counterfactual, notice: Notice) -> dict[str, Any]:
    """Returns what would change a line, for the examiner, and what a notice may say of it."""
    return {
        "settle": [_set(one) for one in found.for_it],
        "reopen": [_set(one) for one in found.reopening],
        "deny": [_set(one) for one in found.against_it],
        "why_nothing_settles": found.why_none,
        "notice": {
            "documents": [list(texts) for texts in notice.documents],
            "may_ask_a_reviewer": notice.may_ask_a_reviewer,
        },
    }


def _set(one: SufficientSet) -> dict[str, Any]:
    return {
        "facts": [supply.text for supply in one.supplies],
        "outcome": one.outcome,
        "reason": one.reason,
    }
