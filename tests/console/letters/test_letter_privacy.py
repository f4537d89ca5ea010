"""Diagnoses that laws protect stand in no letter, and no gap gives one away."""

from __future__ import annotations

from typing import get_args

import pytest

from console.letters.content import letter_of
from console.letters.model import Addressee
from console.letters.text import plain_text_of
from tests.console.letters.cases import case_under, determination, lettering, reviewed

ADDRESSEES: tuple[Addressee, ...] = get_args(Addressee)

PROTECTED = [
    pytest.param(plan, to, code, id=f"{code} under {plan} to the {to}")
    for plan, to, code in (
        ("commercial-NY", "member", "B20"),
        ("commercial-NY", "provider", "B20"),
        ("medicaid-NY", "provider", "Z21"),
        ("commercial-TX", "provider", "B20"),
        ("commercial-CA", "provider", "B20"),
        ("commercial-AZ", "provider", "B20"),
        ("commercial-PA", "provider", "B20"),
        ("medicare-MD", "member", "B20"),
        ("medicare-MD", "provider", "F11.20"),
        ("commercial-PA", "member", "F10.20"),
        ("commercial-CA", "member", "F32.9"),
        ("commercial-CA", "member", "A51.0"),
    )
]


def _text(plan: str, to: Addressee, code: str) -> str:
    data = determination("INVESTIGATIONAL_INDICATION", "denied")
    for finding in data["findings"]:
        finding["because"] = f"none of the policy's indications: {code}, C71.1"
    return plain_text_of(letter_of(case_under(plan, data, to, code, "C71.1"), lettering()))


@pytest.mark.parametrize(("plan", "to", "code"), PROTECTED)
def test_a_protected_diagnosis_is_in_no_text(plan: str, to: Addressee, code: str):
    assert code not in _text(plan, to, code)


def test_a_diagnosis_that_no_law_protects_is_named_to_the_provider():
    assert "C71.1" in _text("commercial-NY", "provider", "G93.5")


@pytest.mark.parametrize("plan", ["commercial-NY", "commercial-PA", "medicare-MD"])
def test_a_members_letter_is_the_same_whether_a_code_is_protected_or_not(plan: str):
    assert _text(plan, "member", "B20") == _text(plan, "member", "G93.5")


@pytest.mark.parametrize("to", ADDRESSEES)
def test_a_letter_says_that_codes_may_be_left_out_whether_one_was_or_not(to: Addressee):
    assert "whether something was left out" in " ".join(_text("commercial-NY", to, "G93.5").split())


@pytest.mark.parametrize(
    "words", ["The HIV clinic wrote", "history of opioid use", "B20 with abscess and AIDS"]
)
@pytest.mark.parametrize("to", ADDRESSEES)
def test_a_reviewers_words_about_something_protected_are_left_out(words: str, to: Addressee):
    case = case_under("commercial-NY", reviewed("denied", "first", words), to)

    text = " ".join(plain_text_of(letter_of(case, lettering())).split())

    assert words not in text
    assert "The reviewer's own words are not printed here. Ask us for them." in text


def test_a_code_in_a_reviewers_words_is_replaced_for_a_member():
    case = case_under("commercial-NY", reviewed("denied", "first", "C71.1 is too weak"), "member")

    text = plain_text_of(letter_of(case, lettering()))

    assert "C71.1" not in text
    assert "“a diagnosis on record is too weak”" in " ".join(text.split())


def test_every_protected_code_cites_its_law():
    assert all(row.law for row in lettering().letters.sensitive)
