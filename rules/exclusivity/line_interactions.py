"""How the other lines and studies of a member stand to a line that is decided."""

from __future__ import annotations

from typing import Literal

from rules.exclusivity.strength import Strength
from rules.history.studies import LineKey, Study

How = Literal["alone", "decided"]
"""As if alone on its day (`rules.md` 4.9, on the same day), or as decided in the end."""


class LineInteractions:
    """
    They stand as they are decided themselves.

    These are the only two ways in which what becomes of one line reaches another: how firmly its
    study stands, and whether a gate has barred it from being an earlier line.
    """

    def stands(self, study: Study, decided: Strength, how: How) -> Strength:
        """How firmly a study stands, given how it is decided."""
        return decided

    def is_barred(self, line: LineKey, is_barred: bool) -> bool:
        """Whether a line holds no place before others, given whether a gate denies it."""
        return is_barred


AS_DECIDED = LineInteractions()
