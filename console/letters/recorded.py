"""The letter about a line that is recorded."""

from __future__ import annotations

from datetime import date

from console.letters.case import Lettering, LetterRefused, case_of
from console.letters.content import Letter, letter_of
from console.letters.model import Addressee, LetterKind
from worker.explain.claim_history import ClaimHistory
from worker.explain.held_claim import held_line


def recorded_letter(
    known: ClaimHistory,
    line: int,
    of: Lettering,
    to: Addressee,
    *,
    kind: LetterKind | None = None,
    on: date | None = None,
) -> Letter:
    """
    The letter about the latest determination of a line; `on`: its date, else that of the decision.

    Raises `LetterRefused`.
    """
    data = known.lines[line][-1]
    claim = held_line(known.record, data["claim_id"], line)
    if claim is None:
        raise LetterRefused("The record of the member does not hold the claim.")
    day = on or known.day_of(data)
    if day is None:
        raise LetterRefused("A new library alone caused the decision: say the date of the letter.")
    return letter_of(case_of(data, claim, of, to, day, kind), of)
