"""The daily page of the operator's guide is run as it is written; `make guide` runs all pages."""

from __future__ import annotations

import re

import pytest

from tests.support.guide import PAGES, SECONDS_MAX, blocks_of, run, run_page
from tests.support.sources import ROOT, text_of

pytestmark = [pytest.mark.timeout(SECONDS_MAX + 30), pytest.mark.uncounted]


def test_every_block_of_the_daily_page_does_what_it_says(short_folder):
    exit_code, said = run_page("daily.md", short_folder)

    assert 0 == exit_code, said


def test_a_line_that_fails_fails_its_page(short_folder):
    exit_code, said = run("true\nadjudicator no-such-command\ntrue", short_folder)

    assert (2, True) == (exit_code, "No such command" in said)


def test_the_list_of_pages_has_each_of_them():
    listed = re.findall(r"^\| \[(\w+\.md)\]", text_of("ops/guide/README.md"), re.MULTILINE)

    assert sorted({*PAGES} - {"README.md"}) == sorted(listed)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere_and_a_page_is_short(page):
    text = text_of(f"ops/guide/{page}")
    links = re.findall(r"\]\(([^)#]+)\)", text)

    assert [] == [link for link in links if not (ROOT / "ops" / "guide" / link).exists()]
    assert len(text.splitlines()) < 300


@pytest.mark.parametrize("page", sorted({*PAGES} - {"README.md"}))
def test_what_is_to_be_typed_is_marked_so_that_it_is_run(page):
    fences = re.findall(r"^```(.*)$", text_of(f"ops/guide/{page}"), re.MULTILINE)

    assert {"sh", ""} >= set(fences)
    assert len(blocks_of(page)) * 2 == len(fences)
