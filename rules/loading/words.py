"""Suggestions for unknown words in refusals."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


def one_of(found: str, allowed: Sequence[str]) -> str:
    """Says what to write in place of an unknown word, the nearest allowed word first."""
    by_folded = {word.casefold(): word for word in allowed if word}
    near = get_close_matches(found.casefold(), by_folded, n=1)
    listed = ", ".join(allowed)
    if near:
        return f"Did you mean {by_folded[near[0]]}? Use one of: {listed}."
    return f"Use one of: {listed}."
