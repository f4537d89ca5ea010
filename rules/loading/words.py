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
        return f"Perhaps {by_folded[near[0]]} is meant. Write one of: {listed}."
    return f"Write one of: {listed}."
