"""Sections of a document are found by their numbers and headings, as an analyst would name them."""

from __future__ import annotations

import pytest

from rules.loading.files import read_policy
from rules.policy.text import digest
from tests.support.libraries import EXAMPLES, with_examples
from worker.policy_drafts.document import sections_in

NAMES = tuple(sorted(folder.name for folder in (EXAMPLES / "policies").iterdir()))


def ids_and_markers(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(section.id, section.markers) for section in sections_in(text)]


def test_each_example_has_the_sections_that_its_document_shows(tmp_path):
    read = {held.policy_id: held for held in read_policy(with_examples(tmp_path / "l", *NAMES))}

    for name in NAMES:
        text = (EXAMPLES / "documents" / f"{name}.txt").read_text()
        assert [(held.id, held.markers, held.digest) for held in read[name].sections] == [
            (found.id, found.markers, found.digest) for found in sections_in(text)
        ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("3. What it is for.", ("3", ("3. ",)), id="a number with a dot"),
        pytest.param("3) What it is for.", ("3", ("3) ",)), id="a number with a bracket"),
        pytest.param("3.1 What it is for.", ("3.1", ("3.1 ",)), id="a number below another"),
        pytest.param("3.1. What it is for.", ("3.1", ("3.1. ",)), id="the same with a dot"),
        pytest.param("B. What it is for.", ("B", ("B. ",)), id="a letter"),
        pytest.param("IV. What it is for.", ("IV", ("IV. ",)), id="a Roman number"),
        pytest.param("LIMITS:", ("Limits", ("LIMITS:",)), id="a heading"),
    ],
)
def test_a_section_begins_at(line, expected):
    assert [("header", ()), expected] == ids_and_markers(f"A title\n{line}\nand more")


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("50 years or older", id="a number in a sentence"),
        pytest.param("At night.", id="a letter that begins a word"),
        pytest.param("MRI of the brain", id="capitals in a sentence"),
    ],
)
def test_no_section_begins_at(line):
    assert [("header", ())] == ids_and_markers(f"A title\n{line}\nand more")


def test_a_heading_belongs_to_the_number_after_it_and_stands_alone_before_text():
    text = "A TITLE OF IT\n\nFOR WHOM\n\n1. Adults.\n\nSOURCES\nA book.\n"

    assert [
        ("header", ()),
        ("1", ("FOR WHOM", "1. ")),
        ("Sources", ("SOURCES",)),
    ] == ids_and_markers(text)


def test_a_heading_before_another_is_a_section_and_so_is_the_last_line():
    text = "Title\nFOR WHOM\nCODES\n"

    assert ["header", "For whom", "Codes"] == [name for name, _ in ids_and_markers(text)]


def test_a_number_that_comes_again_is_told_from_the_first():
    text = "Title\nFIRST PART\n1. One.\nSECOND PART\n1. Another.\n"

    assert ["header", "1", "1 (2)"] == [name for name, _ in ids_and_markers(text)]


def test_a_section_has_its_text_and_its_line():
    (_, first, second) = sections_in("Title\n1. One\nand more.\n2. Two.")

    assert (2, digest("1. One and more.")) == (first.row, first.digest)
    assert (4, digest("2. Two.")) == (second.row, second.digest)
