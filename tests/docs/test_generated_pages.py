"""What `make docs` writes is up to date, complete, and stands nowhere else."""

from __future__ import annotations

import re

import pytest

from docs.generate.explained import EXCERPT_BEGINS, EXCERPT_ENDS, excerpt, explain_picture
from docs.generate.written import WRITERS
from tests.support.pages import PAGES, SPECIFICATION
from tests.support.sources import text_of
from worker.cli import COMMANDS
from worker.config.settings import PREFIX, Settings

SETTINGS = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]


@pytest.mark.parametrize("path", WRITERS)
def test_a_generated_file_is_what_make_docs_writes(path):
    assert WRITERS[path]() == text_of(path), "run `make docs`"


def test_commands_are_listed_in_full_on_their_own_page_only():
    rows = {page: re.findall(r"^\| \[?`adjudicator ([a-z0-9-]+)", text_of(page), re.MULTILINE)
            for page in PAGES if page not in SPECIFICATION}  # fmt: skip

    assert {"docs/commands.md"} == {page for page, names in rows.items() if names}
    assert list(COMMANDS) == rows["docs/commands.md"]


def test_settings_are_listed_in_full_on_their_own_page_only():
    rows = {page: re.findall(r"^\| `(MRS_[A-Z_]+)`", text_of(page), re.MULTILINE)
            for page in PAGES if page not in SPECIFICATION}  # fmt: skip

    assert {"docs/settings.md"} == {page for page, names in rows.items() if len(names) > 1}
    assert sorted(SETTINGS) == sorted(rows["docs/settings.md"])


def test_the_excerpt_in_the_readme_shows_what_decided_and_is_short():
    lines = excerpt().splitlines()

    assert len(lines) <= 25
    assert any("this decides" in line for line in lines)
    assert lines[1].startswith("DENIED")
    assert f"{EXCERPT_BEGINS}{excerpt()}{EXCERPT_ENDS}" in text_of("README.md")


def test_the_picture_of_a_denial_has_every_line_of_the_output_and_fetches_nothing():
    picture = explain_picture()

    assert "not&#160;met" in picture
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
