"""Where the sections of a policy document begin, as far as its numbers and headings show it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from rules.policy.text import cut, digest

OPENING: Final = "header"
"""The section before the first one that has a number or a heading."""

_HEADING = re.compile(r"[A-Z][A-Z &/()]{3,}:?")
_NUMBERED = re.compile(
    r"(?P<id>\d{1,2}(?:\.\d{1,2})+|\d{1,2}(?=[.)])|[A-Z](?=[.)])|[IVX]+(?=[.)]))[.)]? "
)


class SectionFound(NamedTuple):
    """A section of a document, with what `policy.toml` says of its beginning."""

    id: str
    markers: tuple[str, ...]
    """The beginnings of the lines at which it starts (`rules/policy/text.py`)."""
    digest: str
    row: int
    """Its first line in the document, from 1."""


class _Start(NamedTuple):
    id: str
    markers: tuple[str, ...]
    row: int


def sections_in(text: str) -> tuple[SectionFound, ...]:
    """
    Returns the sections of a document in their order; the text itself is not kept.

    A heading is a line in capitals, and belongs to the numbered line after it, if there is one.
    The title of the document is none.
    """
    starts = _named_apart([_Start(OPENING, (), 1), *_starts(text.splitlines())])
    parts = _parts(text, starts)
    return tuple(
        SectionFound(start.id, start.markers, digest(parts[start.id]), start.row)
        for start in starts
        if start.id in parts
    )


def _parts(text: str, starts: Sequence[_Start]) -> Mapping[str, str]:
    return cut(text, {start.id: start.markers for start in starts}, ())


def _starts(lines: Sequence[str]) -> Iterator[_Start]:
    heading: _Start | None = None
    is_title = True
    for row, line in enumerate(map(str.strip, lines), 1):
        numbered = _NUMBERED.match(line)
        if not line:
            continue
        if numbered is not None:
            before = heading or _Start("", (), row)
            yield _Start(numbered["id"], (*before.markers, numbered[0]), before.row)
            heading = None
            is_title = False
            continue
        if heading is not None:
            yield heading
            heading = None
        if _HEADING.fullmatch(line) and not is_title:
            heading = _Start(line.strip(":").capitalize(), (line,), row)
        is_title = False
    if heading is not None:
        yield heading


def _named_apart(starts: Sequence[_Start]) -> list[_Start]:
    """The second section of one number is told from the first by a number of its own."""
    seen: dict[str, int] = {}
    apart: list[_Start] = []
    for start in starts:
        seen[start.id] = seen.get(start.id, 0) + 1
        name = start.id if seen[start.id] == 1 else f"{start.id} ({seen[start.id]})"
        apart.append(start._replace(id=name))
    return apart
