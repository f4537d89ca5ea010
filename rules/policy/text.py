"""Cuts the policy's document into sections, each identified by a digest of its normalised text.

The text is not part of the project. Only the beginning of a section (`markers`) and its digest
are kept, so that a later document can be compared with the one that was read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence

_HEADING = re.compile(r"[A-Z][A-Z &/()]{3,}")


def normalise(text: str) -> str:
    """Turns every run of whitespace into one space, and strips both ends."""
    return " ".join(text.split())


def digest(text: str) -> str:
    """Returns the SHA-256 of the normalised text."""
    return f"sha256:{hashlib.sha256(normalise(text).encode()).hexdigest()}"


def cut(
    document: str, markers: Mapping[str, Sequence[str]], furniture: Sequence[str]
) -> dict[str, str]:
    """
    Returns each section's text: from its start to the next one's, markers included.

    `markers` has the sections in document order. A section starts at the first line that begins
    with its first marker; the others must follow on later lines, in order, before the next heading
    (a marker in capitals). A section without markers starts where the document does. One that is
    not found is left out, and its text belongs to the one before. Lines that begin with one of
    `furniture` are on every page and belong to no section.
    """
    lines = [line.strip() for line in document.splitlines()]
    lines = [line for line in lines if not line.startswith(tuple(furniture))]
    starts: dict[str, int] = {}
    at = -1
    names = list(markers)
    for position, name in enumerate(names):
        later = [markers[other][0] for other in names[position + 1 :] if markers[other]]
        headings = tuple(marker for marker in later if _HEADING.fullmatch(marker))
        found = _find(lines, at + 1, markers[name], headings)
        if found is not None:
            starts[name], at = found
    ends = [*list(starts.values())[1:], len(lines)]
    return {
        name: "\n".join(lines[start:end])
        for (name, start), end in zip(starts.items(), ends, strict=True)
    }


def _find(
    lines: Sequence[str], since: int, markers: Sequence[str], headings: tuple[str, ...]
) -> tuple[int, int] | None:
    """Finds the lines of the first and last marker; without markers, no line is consumed."""
    if not markers:
        return since, since - 1
    found: list[int] = []
    for marker in markers:
        at = _next_line(lines, found[-1] + 1 if found else since, marker, headings)
        if at is None:
            return None
        found.append(at)
    return found[0], found[-1]


def _next_line(
    lines: Sequence[str], since: int, marker: str, headings: tuple[str, ...]
) -> int | None:
    """Finds the first line that begins with the marker, unless a heading comes before it."""
    for at in range(since, len(lines)):
        if lines[at].startswith(marker):
            return at
        if lines[at].startswith(headings):
            return None
    return None
