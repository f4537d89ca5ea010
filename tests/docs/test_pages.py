"""The pages can be read: short lines, links that lead somewhere, a README of one sitting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.pages import PAGES, SPECIFICATION, anchors_of, links_of, prose_of
from tests.support.sources import ROOT, text_of

COLUMNS_MAX = 100
README_WORDS_MAX = 600
WRITTEN_BY_US = [page for page in PAGES if page not in SPECIFICATION]


def test_no_line_is_longer_than_100_columns_but_rows_of_tables():
    long = [
        f"{page}:{number}: {line}"
        for page in WRITTEN_BY_US
        for number, line in enumerate(text_of(page).splitlines(), start=1)
        if len(line) > COLUMNS_MAX and not line.startswith("|")
    ]

    assert [] == long


def test_every_link_inside_the_project_leads_somewhere():
    assert [] == [f"{page}: {link}" for page in PAGES for link in _lost_links_of(page)]


def test_a_page_has_one_title_and_it_comes_first():
    wrong = [
        page
        for page in WRITTEN_BY_US
        if not page.startswith(".github/")
        and not re.match(r"changelog\.d/(?!README)", page)
        and (
            not text_of(page).startswith("# ")
            or len(re.findall(r"^# ", prose_of(page), re.MULTILINE)) != 1
        )
    ]

    assert [] == wrong


def test_the_readme_is_read_in_one_sitting():
    assert len(text_of("README.md").split()) < README_WORDS_MAX


def test_the_readme_begins_with_one_sentence():
    title, sentence = text_of("README.md").split("\n\n")[:2]

    assert "# mrs-adjudicator" == title
    assert sentence.endswith(".")
    assert 1 == len(re.findall(r"\.(?= [A-Z]|\n|$)", sentence))


def test_the_readme_shows_three_pictures_that_are_made_from_the_software():
    pictures = re.findall(r"!\[[^\]]+\]\((\S+\.svg)\)", text_of("README.md"))

    assert {"docs/pictures/pipeline.svg", "docs/pictures/explain.svg"} < set(pictures)
    assert len(pictures) >= 3


def _lost_links_of(page: str) -> Iterator[str]:
    for link in links_of(page):
        path, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / path if path else ROOT / page).resolve()
        is_ours = re.match(r"[a-z]+:", link) is None
        if is_ours and not (target.exists() and _has_anchor(target, anchor)):
            yield link


def _has_anchor(target: Path, anchor: str) -> bool:
    return not anchor or anchor in anchors_of(str(target.relative_to(ROOT)))
