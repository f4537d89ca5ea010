"""Describes a line that another library decides differently."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal, NamedTuple

from rules.analysis.two_libraries import Flip
from rules.determination import Determination
from rules.facts import Claim, Line
from rules.history.claims import resolve_claims
from rules.history.record import Record
from rules.history.studies import LineKey
from rules.library_model import Library
from rules.member.published import GOODNESS
from rules.outcome.judgement import first
from rules.truth import Truth

FlipOrder = Literal["first_order", "cascaded"]
Direction = Literal["favourable", "adverse", "neutral"]


class FlipEnding(NamedTuple):
    """The outcome of a line, with its reason."""

    outcome: str
    reason: str


class PolicyService(NamedTuple):
    """The policy by which a line was looked up, and what that calls its procedure."""

    policy: str
    service: str


class Billed(NamedTuple):
    """A line with the content of its claim."""

    claim: Claim
    line: Line


def ending_of(determination: Determination) -> FlipEnding:
    """Returns outcome and reason."""
    return FlipEnding(determination.outcome, determination.reason)


def service_of(determination: Determination) -> PolicyService:
    """Returns policy and service."""
    assert determination.policy is not None  # only what is read back may lack it
    return PolicyService(determination.policy.id, determination.service)


def order_of(flip: Flip) -> FlipOrder:
    """Whether the line flips on its own or because others do."""
    return "first_order" if flip.is_first_order else "cascaded"


def direction(before: str, after: str) -> Direction:
    """Whether the new outcome is better or worse for the provider."""
    better = GOODNESS[after] - GOODNESS[before]
    if better == 0:
        return "neutral"
    return "favourable" if better > 0 else "adverse"


def billed_lines(record: Record, library: Library) -> dict[LineKey, Billed]:
    """Returns what was billed on each decided line."""
    claims = resolve_claims(record.claims, library.plans)
    lines = [(one.content, line) for one in claims.known.values() for line in one.content.lines]
    lines += [(one.content, line) for one, line in claims.displaced]
    return {(claim.claim_id, line.number): Billed(claim, line) for claim, line in lines}


def because(determination: Determination) -> str:
    """Returns the words of the finding that decided; empty if none did."""
    if determination.review is not None or determination.outcome not in ("denied", "pended"):
        return ""
    for answer in (Truth.NOT_MET, Truth.UNKNOWN):
        finding = first(determination.findings, answer)
        if finding is not None:
            return finding.because
    return ""


def flip_data(flip: Flip, billed: Billed, member_id: str) -> dict[str, Any]:
    """Returns a flip as JSON data."""
    claim, line = billed
    return {
        "claim_id": claim.claim_id,
        "line": line.number,
        "member_id": member_id,
        "plan_id": claim.plan_id,
        **service_of(flip.before)._asdict(),
        "procedure": line.procedure,
        "date_of_service": line.date_of_service.isoformat(),
        "charge": amount(line.charge),
        "order": order_of(flip),
        "direction": direction(flip.before.outcome, flip.after.outcome),
        "before": _said(flip.before),
        "after": _said(flip.after),
        "by_itself": _said(flip.by_itself),
    }


def amount(charge: Decimal | None) -> str | None:
    """Returns an amount of money as JSON data."""
    return None if charge is None else f"{charge:f}"


def _said(determination: Determination) -> dict[str, str]:
    outcome, reason = ending_of(determination)
    return {"outcome": outcome, "reason": reason, "because": because(determination)}
