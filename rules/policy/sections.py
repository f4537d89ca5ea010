"""Parses names of several sections: `Codes; II`, `Product disclaimer 1, 5`, `I.A.1-6`."""

from __future__ import annotations

import re
from collections.abc import Collection

_NUMBERED = re.compile(r"(?P<stem>.*[ .])(?P<first>\d)(?:-(?P<last>\d)|(?P<others>(?:, \d)+))")


def named_sections(text: str, known: Collection[str]) -> tuple[str, ...] | None:
    """Returns the ids of the sections that a text names; None: one of them is not known."""
    named = tuple(section for part in text.split("; ") for section in _spelt_out(part))
    return named if set(named) <= set(known) else None


def _spelt_out(part: str) -> tuple[str, ...]:
    """Expands `I.A.1-3` to I.A.1, I.A.2, I.A.3; leaves other texts as they are."""
    found = _NUMBERED.fullmatch(part)
    if found is None:
        return (part,)
    first, last, others = found["first"], found["last"], found["others"]
    numbers = tuple(range(int(first), int(last) + 1)) if last else (first, *others.split(", ")[1:])
    return tuple(f"{found['stem']}{number}" for number in numbers)
