"""A document cut into sections, on a document made up for it."""

from __future__ import annotations

from rules.policy.text import cut, digest, normalise

MARKERS = {
    "header": [],
    "I": ["STATEMENTS", "- I. "],
    "I.A": ["1. "],
    "I.B": ["2. "],
    "Notes": ["NOTES & MORE"],
    "Bullet 1": ["BULLETS", "- "],
    "Bullet 2": ["- "],
}
FURNITURE = ["Page: "]
DOCUMENT = """
A policy

STATEMENTS

- I. It is so when:
  1. the first   holds
Page: 1 of 2
     and more of it
  2. the second holds

NOTES & MORE
Nothing. 2. is no section here.

BULLETS
- one
- two
"""


def normalised(document: str) -> dict[str, str]:
    return {name: normalise(text) for name, text in cut(document, MARKERS, FURNITURE).items()}


def test_whitespace_alone_makes_no_difference() -> None:
    assert normalise("  a\n\n b\tc ") == "a b c"
    assert digest("a  b\n") == digest("a b")
    assert digest("a b") != digest("a B")


def test_a_section_is_what_stands_between_its_start_and_the_next() -> None:
    assert normalised(DOCUMENT) == {
        "header": "A policy",
        "I": "STATEMENTS - I. It is so when:",
        "I.A": "1. the first holds and more of it",
        "I.B": "2. the second holds",
        "Notes": "NOTES & MORE Nothing. 2. is no section here.",
        "Bullet 1": "BULLETS - one",
        "Bullet 2": "- two",
    }


def test_a_section_that_is_gone_is_left_out_and_takes_no_other_with_it() -> None:
    without = DOCUMENT.replace("  2. the second holds\n", "")

    sections = normalised(without)

    assert "I.B" not in sections
    assert sections["I.A"] == "1. the first holds and more of it"
    assert sections["Notes"] == "NOTES & MORE Nothing. 2. is no section here."


def test_a_heading_that_is_gone_takes_its_section_away() -> None:
    without = DOCUMENT.replace("BULLETS\n", "")

    sections = normalised(without)

    assert "Bullet 1" not in sections
    assert sections["Bullet 2"] == "- one - two"


def test_a_heading_without_what_must_follow_it_is_no_section() -> None:
    sections = normalised("A policy\nSTATEMENTS\nNOTES & MORE\nNothing.")

    assert sections == {"header": "A policy STATEMENTS", "Notes": "NOTES & MORE Nothing."}
