"""Each decision with a cost has a page of the same form, and the index lists them all."""

from __future__ import annotations

import re

from tests.support.sources import ROOT, text_of

HEADINGS = ["Context", "Choice", "What else", "Good", "Less good"]
FOLDER = ROOT / "docs/adr"
DECISIONS = sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")


def test_each_page_has_context_choice_alternatives_and_both_kinds_of_consequences():
    headings = {
        path.name: re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE)
        for path in DECISIONS
    }

    assert headings
    assert {} == {name: found for name, found in headings.items() if found != HEADINGS}


def test_the_index_lists_each_page_by_number_and_title():
    rows = re.findall(
        r"^\| \[(\d+)\]\((\S+)\) \| (.+) \|$", text_of("docs/adr/README.md"), re.MULTILINE
    )
    expected = []
    for path in DECISIONS:
        number, title = re.findall(r"^# (\d+)\. (.+)$", path.read_text("utf-8"), re.MULTILINE)[0]
        assert path.name.startswith(f"{int(number):04d}-")
        expected.append((number, path.name, title))

    assert expected == rows


def test_a_page_is_read_in_one_sitting():
    long = [path.name for path in DECISIONS if len(path.read_text("utf-8").split()) > 400]

    assert [] == long
