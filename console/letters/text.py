"""A letter as plain text, for those who read by ear or send it by another way."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill

from console.letters.content import Letter, LetterPart

_WIDTH = 78


def plain_text_of(letter: Letter) -> str:
    """The same words in the same order as the page."""
    return "\n".join(_lines(letter)) + "\n"


def _lines(letter: Letter) -> Iterator[str]:
    if letter.draft:
        yield _filled(f"Draft: do not send. {' '.join(letter.draft)}")
        yield ""
    yield letter.sender.name
    yield letter.sender.address
    yield from ("", letter.date, "", *letter.addressee)
    for part in letter.parts:
        yield from ("", part.heading.upper(), "")
        yield from _body(part)
    yield ""
    yield _filled(" ".join(f"{label}: {text}." for label, text in letter.record))


def _body(part: LetterPart) -> Iterator[str]:
    for number, paragraph in enumerate(part.paragraphs):
        if number:
            yield ""
        yield _filled(paragraph)
    for label, text in part.rows:
        yield _filled(f"{label}: {text}", "    ")
    for what, more in part.entries:
        yield _filled(f"- {what} {more}", "  ")


def _filled(text: str, indent: str = "") -> str:
    return fill(
        text, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
