"""A page that a text names is there."""

from __future__ import annotations

import re

import pytest

from tests.support.sources import ROOT

PAGE = re.compile(r"\bdocs/[a-z_-]+\.md\b")
READ = sorted(
    file
    for folder, pattern in (
        (".", "*.md"), ("docs", "*.md"), ("ops", "**/*.md"), ("rules", "**/*.py"),
        ("rules", "*.md"), ("worker", "**/*.py"),
    )
    for file in (ROOT / folder).glob(pattern)
)  # fmt: skip
NAMED = sorted({page for file in READ for page in PAGE.findall(file.read_text())})


def test_pages_are_named_at_all():
    assert "docs/rules.md" in NAMED


@pytest.mark.parametrize("page", NAMED)
def test_a_page_that_is_named_is_there(page):
    assert (ROOT / page).is_file()
