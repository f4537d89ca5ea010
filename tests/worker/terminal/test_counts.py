"""One thing is named in the singular, anything else in the plural."""

from __future__ import annotations

import re

import pytest

from tests.support.sources import ROOT
from worker.terminal.counts import counted

_OPEN = re.compile(r"[a-z]{4}\(s\)")


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(0, "0 entries", id="none"),
        pytest.param(1, "1 entry", id="one"),
        pytest.param(2, "2 entries", id="two"),
        pytest.param(1234, "1,234 entries", id="many"),
    ],
)
def test_the_word_fits_the_number(number, expected):
    assert expected == counted(number, "entry", "entries")


@pytest.mark.parametrize(("number", "expected"), [(1, "1 event"), (2, "2 events")], ids=["1", "2"])
def test_a_plural_is_made_with_an_s_unless_another_is_given(number, expected):
    assert expected == counted(number, "event")


def test_no_message_leaves_the_number_of_a_word_open():
    """As in `1 file(s)`."""
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for folder in ("rules", "worker")
        for file in sorted((ROOT / folder).rglob("*.py"))
        for line in file.read_text("utf-8").splitlines()
        if _OPEN.search(line)
    ]

    assert [] == found
