"""Offers the nearest of some known words in place of one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like another, whatever the case; None if none does."""
    by_folded = {each.casefold(): each for each in known}
    found = get_close_matches(word.casefold(), by_folded, n=1)
    return by_folded[found[0]] if found else None


def offered(word: str, known: Iterable[str]) -> str:
    """` Did you mean ...?` with the nearest known word; empty if there is none."""
    found = nearest(word, known)
    return "" if found is None else f" Did you mean {found}?"
