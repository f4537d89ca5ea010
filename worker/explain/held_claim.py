"""The claim that a determined line stands on, as it is recorded."""

from __future__ import annotations

from rules.facts import Claim, Line
from rules.history.claims import order_of_contents
from rules.history.record import Record


def held_line(record: Record, claim_id: str, number: int) -> tuple[Claim, Line] | None:
    """
    The content of a claim id that a line of it is decided by, and the line.

    That is the content that holds, or, for a line that only a displaced one has, the earliest of
    those (`rules.md` 2). None: no claim of the record has the line.
    """
    contents = [entry for entry in record.claims if entry[1].claim_id == claim_id]
    for _, claim in sorted(contents, key=order_of_contents):
        for line in claim.lines:
            if line.number == number:
                return claim, line
    return None
