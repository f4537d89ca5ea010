"""Pieces of HTML: text is escaped, tables fit any width, identifiers are never broken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

_MARKED: Final = re.compile(r"`([^`\n]+)`")
_ANSWER_CLASSES: Final = {"met": "good-word", "not met": "bad-word", "unknown": "waits-word"}


def text(words: str) -> str:
    """Words as HTML; what stands between backticks is an identifier."""
    return _MARKED.sub(r"<code>\1</code>", escape(words))


def code(name: str) -> str:
    """An identifier; it is never broken."""
    return f"<code>{escape(name)}</code>"


def whole(words: str) -> str:
    """A few words that stay on one line, as dates do."""
    return f'<span class="whole">{text(words)}</span>'


def codes(names: Iterable[str]) -> str:
    """Identifiers, which may be broken between them."""
    return ", ".join(map(code, names))


def answer(word: str) -> str:
    """An answer of a criterion, or nothing."""
    return f'<span class="{_ANSWER_CLASSES[word]}">{word}</span>' if word else ""


def paragraph(words: str, kind: str = "") -> str:
    """A paragraph of what is already HTML."""
    return f'<p class="{kind}">{words}</p>' if kind else f"<p>{words}</p>"


def pairs(rows: Iterable[tuple[str, str]]) -> str:
    """Names with what is said of each, both already HTML."""
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{said}</dd>' for name, said in rows)}</dl>"


def folded(summary: str, inside: str) -> str:
    """What is shown only when it is asked for."""
    return f"<details><summary>{text(summary)}</summary>{inside}</details>"


def contents(links: Iterable[tuple[str, str]]) -> str:
    """Links to parts of the page: where to, and words."""
    items = "".join(f'<li><a href="{escape(to)}">{text(words)}</a></li>' for to, words in links)
    return f'<nav class="contents" aria-label="Contents"><ul>{items}</ul></nav>'


def heading(level: int, words: str, anchor: str = "") -> str:
    """A heading, which can be linked to."""
    place = f' id="{escape(anchor)}"' if anchor else ""
    return f"<h{level}{place}>{text(words)}</h{level}>"


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    A table of cells that are already HTML; the first of each row names it.

    Where it is too narrow for its columns, each row becomes a block with the column's name before
    each cell (`library.css`). The roles keep it a table for those who hear it.
    """
    head = "".join(f'<th scope="col" role="columnheader">{text(name)}</th>' for name in columns)
    body = "".join(_row(columns, row) for row in rows)
    return (
        '<div class="fits"><table class="rows" role="table">'
        f"<caption>{text(caption)}</caption>"
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )


def anchor(name: str) -> str:
    """A name as a place in a page."""
    return "s-" + "".join(letter if letter.isalnum() else "-" for letter in name).lower()


def _row(columns: Sequence[str], cells: Sequence[str]) -> str:
    first, *rest = cells
    said = "".join(
        f'<td role="cell" data-name="{escape(name)}">{cell}</td>'
        for name, cell in zip(columns[1:], rest, strict=True)
    )
    return f'<tr role="row"><th scope="row" role="rowheader">{first}</th>{said}</tr>'
