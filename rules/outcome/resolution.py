"""What resolves a line before any criterion is asked (`rules.md` 2)."""

from __future__ import annotations

from rules.history.studies import ClaimLine
from rules.outcome.judgement import Judgement


def resolve(line: ClaimLine, is_reviewed: bool) -> Judgement:
    """
    Superseded or voided, a void, waiting for its original, or neither MRS nor PET: in this order.

    A line that a review resolves waits no longer.
    """
    standing = line.claim.standing
    if standing in ("superseded", "voided"):
        return Judgement("not_applicable", standing.upper())
    if standing == "void":
        return Judgement("not_applicable", "VOID_PROCESSED")
    if line.asked is None:
        return Judgement("not_applicable", "OUT_OF_SCOPE")
    if is_reviewed:
        return Judgement("not_applicable", "VOID_PROCESSED")
    return Judgement("pended", "ORIGINAL_NOT_FOUND")
