"""The policy beside its reading as Markdown, as HTML and in a terminal: whole, and unharmed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import cache
from html import unescape
from html.parser import HTMLParser

import pytest
from rich.console import Console

from rules.loading.files import SHIPPED, load_library, read_policy
from rules.policy.change_log import LibraryChange
from rules.policy.reading import HOW_TO_READ, PersonsLine, Reading, read_out
from worker.library_views.html import page
from worker.library_views.markdown import markdown
from worker.library_views.terminal import show


@cache
def reading() -> Reading:
    return read_out(read_policy(SHIPPED)[-1], load_library(SHIPPED))


def terminal(of: Reading) -> str:
    console = Console(width=160, color_system=None)
    with console.capture() as capture:
        for part in show(of):
            console.print(part)
    return capture.get()


WAYS = {"terminal": terminal, "markdown": markdown, "html": page}


@pytest.mark.parametrize("way", WAYS)
def test_everything_is_told_in_every_way(way: str) -> None:
    written = WAYS[way](reading())
    if way == "html":  # there an identifier in a sentence is an element
        written = re.sub(r"</?code>", "", written)
    text = " ".join(unescape(written).split())

    assert all(sentence in text for sentence in HOW_TO_READ)
    for section in reading().sections:
        assert section.id in text
        for criterion in section.criteria:
            for said in (criterion.met, criterion.not_met):
                assert (_without_marks(said) if way == "html" else said) in text
            for reason in criterion.reasons:
                assert reason.code in text
        for parameter in section.parameters:
            assert parameter.name in text
    for code, _ in reading().needs:
        assert code in text or code.replace("_", " ") in text
    for asked in reading().questions:
        assert asked.chosen.split()[-1] in text


def _without_marks(words: str) -> str:
    return words.replace("`", "")


@pytest.mark.parametrize("way", WAYS)
def test_the_change_log_and_the_law_are_told(way: str) -> None:
    change = LibraryChange(7, date(2026, 11, 29), "Ann & Bob", "The law of Ohio.")
    law = replace(reading().jurisdictions[0], state="OH", mode="recommend", source="An Act")
    until = replace(law, state="*", line_of_business="*", effective_to=date(2030, 1, 1))
    told = reading()._replace(changes=(change,), jurisdictions=(law, until))

    text = " ".join(unescape(WAYS[way](told)).split())

    assert all(said in text for said in ("7", "2026-11-29", "Ann & Bob", "The law of Ohio."))
    said = ("OH", "a person, who sees the recommended denial", "An Act")
    assert all(words in text for words in said)
    assert "from 2026-01-01 up to 2030-01-01" in text


@pytest.mark.parametrize("way", WAYS)
def test_the_plans_that_ask_for_more_than_one_person_are_told(way: str) -> None:
    both = PersonsLine("ours", second_person_for_denials=True, quality_sample_one_in=20)
    sample = PersonsLine("theirs", second_person_for_denials=False, quality_sample_one_in=None)

    text = " ".join(unescape(WAYS[way](reading()._replace(persons=(both, sample)))).split())

    for said in ("ours", "needs a second person", "1 in 20", "theirs", "needs one person", "none"):
        assert said in text


def test_only_plans_that_ask_for_more_than_one_person_are_listed() -> None:
    assert [line.plan_id for line in reading().persons] == ["sample-ny-commercial"]


@pytest.mark.parametrize("way", WAYS)
def test_a_code_set_is_told_with_its_source(way: str) -> None:
    text = " ".join(unescape(WAYS[way](reading())).split())

    for held in reading().document.code_sets:
        assert held.name in text
        assert held.source.split()[-1] in text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("until", "expected"),
    [(None, "no end"), (date(2026, 1, 1), "up to 2026-01-01")],
    ids=["open", "ended"],
)
def test_the_days_of_the_version_are_told(way: str, until: date | None, expected: str) -> None:
    document = replace(reading().document, effective_to=until)

    text = WAYS[way](reading()._replace(document=document))

    assert f"from 2025-03-17, {expected}; next review" in text


def test_every_row_of_a_markdown_table_has_its_cells() -> None:
    rows = [line for line in markdown(reading()).splitlines() if line.startswith("|")]
    cells = [len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows]

    assert {6, 2, 5, 4, 3} == set(cells)
    assert 6 == cells[0]


def test_a_text_cannot_break_a_markdown_table() -> None:
    section = reading().sections[0]._replace(reading="one | two\nthree")

    text = markdown(reading()._replace(sections=(section,)))

    assert "one \\| two three" in text


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    parser = _Balanced()

    parser.feed(page(reading()))

    assert [] == parser.open
    assert not {"script", "link", "img", "iframe"} & parser.seen
    assert parser.targets <= parser.ids
    assert "http" not in page(reading())


def test_a_text_cannot_put_anything_into_the_page() -> None:
    section = reading().sections[0]._replace(reading="<script>alert(1)</script>")

    text = page(reading()._replace(sections=(section,)))

    assert "<script>" not in text
    assert "&lt;script&gt;" in text


class _Balanced(HTMLParser):
    """What is open, what was seen, and what the links lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.ids: set[str] = set()
        self.targets: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        given = dict(attrs)
        if "id" in given:
            self.ids.add(str(given["id"]))
        if str(given.get("href", "")).startswith("#"):
            self.targets.add(str(given["href"])[1:])
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()
