"""The forms of a letter: the same words, the same bytes, and nothing from outside."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import unicodedata
from html.parser import HTMLParser
from importlib import import_module
from types import ModuleType
from typing import Any

import pypdf
import pytest

from console.letters.content import Letter, letter_of
from console.letters.html import html_of
from console.letters.model import Addressee
from console.letters.text import plain_text_of
from tests.console.letters.cases import case_under, determination, lettering, reviewed
from tests.support.programs import needed_pango
from tests.support.sources import ROOT

DAY = ROOT / "worker" / "samples" / "day.jsonl"


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._hidden += tag in {"style", "title"}
        self.text += " " if tag in {"p", "br", "h1", "h2", "th", "td", "li"} else ""

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in {"style", "title"}

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data


def _pdf() -> ModuleType:
    """What sets the pages; it can be imported only where Pango is."""
    needed_pango()
    return import_module("console.letters.pdf")


def _letter(to: Addressee = "member", data: dict[str, Any] | None = None) -> Letter:
    data = data or determination("CONVENTIONAL_IMAGING_CONCLUSIVE", "denied")
    return letter_of(case_under("commercial-NY", data, to), lettering())


def _words(text: str) -> str:
    """The letters of a text in order, whatever the line breaks."""
    return re.sub(r"\s+", "", text)


def _in_html(page: str) -> str:
    parser = _Words()
    parser.feed(page)
    return parser.text


def _in_pdf(made: bytes) -> str:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made)).pages]
    return " ".join(re.sub(r"Page \d+ of \d+|•", "", page) for page in pages)


@pytest.mark.parametrize("to", ["member", "provider"])
def test_a_pdf_has_the_words_of_the_page(to: Addressee):
    pdf = _pdf()

    letter = _letter(to)

    assert _words(_in_pdf(pdf.pdf_of(letter))) == _words(_in_html(html_of(letter)))


@pytest.mark.parametrize("to", ["member", "provider"])
def test_the_plain_text_has_them_too(to: Addressee):
    letter = _letter(to)
    said = _words(plain_text_of(letter)).casefold().replace("-", "").replace(":", "")

    page = _words(_in_html(html_of(letter))).casefold().replace("-", "").replace(":", "")

    assert said == page


def test_the_same_letter_is_the_same_pdf():
    pdf = _pdf()

    assert pdf.pdf_of(_letter()) == pdf.pdf_of(_letter())


def test_the_same_letter_is_the_same_pdf_in_another_process(tmp_path):
    needed_pango()
    command = [sys.executable, "-m", "worker", "letter", "CLM-2025-0403", "--member", "M-003"]
    command += ["--events", str(DAY), "--format", "pdf", "--output"]
    files = [tmp_path / "one.pdf", tmp_path / "two.pdf"]

    for file, seed in zip(files, ("1", "2"), strict=True):
        subprocess.run(
            [*command, str(file)],
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": seed, "HOME": str(tmp_path)},
            check=True,
        )

    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes().startswith(b"%PDF-")


def test_a_pdf_has_no_clock_in_it():
    pdf = _pdf()

    read = pypdf.PdfReader(io.BytesIO(pdf.pdf_of(_letter())))

    assert read.metadata is not None
    assert set(read.metadata) & {"/CreationDate", "/ModDate"} == set()
    assert read.metadata["/Title"] == "We did not approve your claim"


@pytest.mark.parametrize(
    "named",
    [
        '<img src="http://127.0.0.1:9/x.png">',
        '<img src="file:///etc/passwd">',
        '<link rel="stylesheet" href="https://example.org/x.css">',
        '<p style="background: url(http://127.0.0.1:9/y)">x</p>',
    ],
)
def test_what_a_page_names_outside_of_itself_is_not_fetched(named: str):
    pdf = _pdf()

    with pytest.raises(pdf.NothingIsFetched):
        pdf.pdf_of_page(f"<html lang=en><title>x</title>{named}")


def test_a_page_names_nothing_outside_of_itself():
    page = html_of(_letter())

    assert not re.search(r"(src|href)=|url\(|@import|<script|http", page)


def test_what_a_person_wrote_is_text_on_the_page():
    attack = "<script>alert(1)</script> <img src=x onerror=alert(2)>"

    page = html_of(_letter(data=reviewed("denied", "first", attack)))

    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


HOSTILE = [
    pytest.param("\x1b[2J\x1b]0;owned\x07", id="control sequences of a terminal"),
    pytest.param("approved \u202edeined\u202c", id="letters that run backwards"),
    pytest.param("one\x00two\udcff", id="a zero byte and half a letter"),
    pytest.param("line\nDRAFT\r\nmore", id="line ends"),
]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_moves_a_cursor_or_hides_a_letter_is_written_out(words: str):
    letter = _letter(data=reviewed("denied", "first", words))

    for made in (plain_text_of(letter), html_of(letter)):
        made.encode()
        bad = [c for c in made if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs"}]
        assert bad == []
    assert "line DRAFT more" in plain_text_of(letter) or "\\" in plain_text_of(letter)
