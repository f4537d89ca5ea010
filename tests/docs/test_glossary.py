"""Each word of the glossary has one sentence and a place where it is met."""

from __future__ import annotations

import re

from tests.support.sources import text_of

TABLES = [
    re.findall(r"^\| ([a-z ]+) \| (.+) \| (.*)\|$", part, re.MULTILINE)[1:]
    for part in text_of("docs/glossary.md").split("\n## ")[1:]
]
ROWS = [row for table in TABLES for row in table]
NOT_YET_MET = {"letter"}
"""Kept free for what will come."""


def test_each_word_has_one_sentence():
    unclear = [word for word, means, _ in ROWS if not re.fullmatch(r"[A-Z*].*\.", means)]

    assert len(ROWS) > 40
    assert [] == unclear


def test_each_word_is_met_in_a_place_that_is_linked():
    without = {word for word, _, place in ROWS if not re.search(r"\]\(\S+\)", place)}

    assert NOT_YET_MET == without


def test_no_word_stands_twice_and_each_table_is_sorted():
    words = [word for word, _, _ in ROWS]

    assert len(words) == len(set(words))
    assert [sorted(row[0] for row in table) for table in TABLES] == [
        [row[0] for row in table] for table in TABLES
    ]
