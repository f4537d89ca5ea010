"""The group, CARC and RARC that a line carries (`rules.md` 4)."""

from __future__ import annotations

from typing import NamedTuple

from rules.history.studies import ClaimLine
from rules.outcome.judgement import Judgement
from rules.reasons import Reason

REVIEWERS_GROUP = "CO"
"""The group of a denial that carries the reviewer's own codes."""
_NOTICE = "member_notice"
"""The attestation that the member was told before the service that it may not be paid."""


class Codes(NamedTuple):
    """What a remittance advice, or a request for information, would carry."""

    group: str | None = None
    carc: str | None = None
    rarc: tuple[str, ...] = ()


NO_CODES = Codes()


def codes_of(judgement: Judgement, line: ClaimLine) -> Codes:
    """Those of the review, of the finding that decided, or of the reason itself."""
    if judgement.outcome not in ("denied", "pended"):
        return NO_CODES
    own = judgement.own_codes
    if own is not None:
        return Codes(REVIEWERS_GROUP, own.carc, own.rarc or ())
    finding = judgement.codes_of
    reason = line.policy.reasons[judgement.reason]
    if finding is not None and finding.reason is not None:
        reason = line.policy.reasons[finding.reason]
    rarc = finding.rarc if finding is not None and finding.rarc is not None else reason.rarc
    group = _group(reason, line) if judgement.outcome == "denied" else None
    return Codes(group, reason.carc, rarc)


def _group(reason: Reason, line: ClaimLine) -> str | None:
    """
    The reason's group; the plan's own where the contract with it says which.

    The member's, where the claim attests that the member was told beforehand; else the provider's.
    """
    plan = line.plan
    if reason.group == "notice:PR":
        told = any(each.kind == _NOTICE for each in line.claim.content.attestations)
        return "PR" if told else REVIEWERS_GROUP
    if plan is not None and reason.group == "plan:investigational":
        return plan.investigational_group
    if plan is not None and reason.group == "plan:non_covered":
        return plan.non_covered_group
    return reason.group
