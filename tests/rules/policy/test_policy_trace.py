"""A policy document held against the one that was read; the text here is the test's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.policy.document import PolicyDocument
from rules.policy.text import digest
from rules.policy.trace import Traced, trace
from tests.rules.proof_libraries import shipped_open

TEXT = """A policy of the test's own

SCOPE
Whatever comes.

CONDITIONS
1. It rains.
2. It pours.
"""
REASONS = shipped_open().library.reasons


def document() -> PolicyDocument:
    """A version of three sections that was read from the text above."""
    shipped = shipped_open().documents[0]
    head, scope, first = (
        replace(shipped.sections[0], id=name, markers=markers, digest=digest(text))
        for name, markers, text in (
            ("header", (), "A policy of the test's own"),
            ("I.A", ("SCOPE",), "SCOPE Whatever comes."),
            ("Policy guidelines", ("CONDITIONS",), "CONDITIONS 1. It rains. 2. It pours."),
        )
    )
    return replace(shipped, sections=(head, scope, first), page_furniture=("Page",))


def traced(text: str) -> dict[str, Traced]:
    return {one.section: one for one in trace(text, document(), REASONS)}


def states(text: str) -> list[str]:
    return [one.state for one in traced(text).values()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(TEXT, ["same", "same", "same"], id="the_same_document"),
        pytest.param(TEXT.replace(" ", "  \n "), ["same", "same", "same"], id="other_line_ends"),
        pytest.param(f"Page 1\n{TEXT}", ["same", "same", "same"], id="another_page_number"),
        pytest.param(TEXT.replace("rains", "snows"), ["same", "same", "changed"], id="one_word"),
        pytest.param(
            TEXT.replace("SCOPE", "EXTENT"), ["changed", "missing", "same"], id="another_heading"
        ),
    ],
)
def test_a_section_is_known_by_the_digest_of_its_text(text: str, expected: list[str]) -> None:
    assert expected == states(text)


def test_what_leans_on_a_section_is_named() -> None:
    one = traced(TEXT)["Policy guidelines"]

    assert ("pet_exclusivity",) == one.criteria
    assert "exclusivity_window_days" in one.parameters
    assert "PET_EXCLUSIVE" in one.reasons
    assert "direction" in one.questions
    assert one.is_leaned_on


def test_a_section_that_nothing_leans_on_is_told_so() -> None:
    shipped = shipped_open().documents[0]

    found = {one.section: one for one in trace("", shipped, REASONS)}

    assert not found["References"].is_leaned_on
    assert "missing" == found["References"].state
