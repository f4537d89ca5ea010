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


def test_a_list_in_the_text_is_leaned_on_by_what_asks_its_code_set() -> None:
    shipped = shipped_open().documents[0]

    found = {one.section: one for one in trace("", shipped, REASONS)}

    codes = found["Codes"]
    assert "indications" in codes.code_sets
    assert "indication" in codes.through_code_sets
    assert "indication" not in codes.criteria
    assert {"INVESTIGATIONAL_INDICATION", "INDICATION_UNCLEAR"} <= set(codes.reasons)
    assert ("unrelated" in found["II"].code_sets) is True
    assert len(codes.reasons) == len(set(codes.reasons))


def test_a_criterion_that_cites_a_section_is_not_told_twice() -> None:
    shipped = shipped_open().documents[0]

    for one in trace("", shipped, REASONS):
        assert set() == set(one.criteria) & set(one.through_code_sets)


def test_every_code_set_is_leaned_on_through_some_section() -> None:
    shipped = shipped_open().documents[0]

    told = {name for one in trace("", shipped, REASONS) for name in one.code_sets}

    assert told == {held.name for held in shipped.code_sets}
    assert 10 == len(told)


def test_a_section_that_nothing_leans_on_is_told_so() -> None:
    shipped = shipped_open().documents[0]

    found = {one.section: one for one in trace("", shipped, REASONS)}

    assert not found["References"].is_leaned_on
    assert "missing" == found["References"].state
