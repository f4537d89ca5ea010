"""The forms in which a letter comes; each imports what it needs, and no more."""

from __future__ import annotations

from typing import Final, Literal, get_args

from console.letters.content import Letter
from console.letters.text import plain_text_of
from worker.failures import RetryableError

LetterForm = Literal["text", "html", "pdf"]
FORMS: Final[tuple[LetterForm, ...]] = get_args(LetterForm)
MEDIA_TYPES: Final[dict[LetterForm, str]] = {
    "text": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}


class PangoMissing(RetryableError):
    """This machine has no Pango, by which lines are set."""


def made(letter: Letter, form: LetterForm) -> bytes:
    """
    A letter in a form; the same letter is the same bytes.

    Raises `PangoMissing`, and `ModuleNotFoundError` without the extra `console`.
    """
    match form:
        case "text":
            return plain_text_of(letter).encode()
        case "html":
            from console.letters.html import html_of  # noqa: PLC0415

            return html_of(letter).encode()
        case "pdf":
            return _pdf(letter)


def _pdf(letter: Letter) -> bytes:
    try:
        from console.letters.pdf import pdf_of  # noqa: PLC0415
    except OSError as error:
        raise PangoMissing(
            "A PDF needs the system's Pango (Debian: libpango-1.0-0, libpangoft2-1.0-0). "
            "HTML does without."
        ) from error
    return pdf_of(letter)
