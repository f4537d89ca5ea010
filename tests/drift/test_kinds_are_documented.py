"""The page of policies has the kinds of criteria that there are, with their slots and roles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints

from rules.criteria.kinds import KINDS
from rules.proof.facts_by_kind import FACTS_BY_KIND
from rules.proof.role_answers import ANSWERS_BY_ROLE
from rules.truth import Truth
from tests.support.sources import text_of

PAGE = "docs/policies.md"
SLOTS = ("missing", "beyond", "sooner", "rule", "least_days", "most_days")


def test_the_page_asks_what_the_kinds_ask() -> None:
    assert sorted(KINDS) == sorted(row[0] for row in rows_of("What each asks"))


def test_the_page_has_each_slot_and_says_which_may_be_left_out() -> None:
    told = [(row[0], row[1].strip("*`"), row[1].startswith("*")) for row in rows_of("Slots")]

    assert sorted(slots()) == sorted(told)


def test_the_page_has_each_role_with_its_usual_reason() -> None:
    told = [(row[0], row[1].strip("`"), row[3].strip("`")) for row in rows_of("Roles")]

    assert sorted(told) == sorted(
        (name, role, usual) for name, kind in KINDS.items() for role, usual in kind.reasons.items()
    )


def test_the_page_has_the_answers_of_each_role_as_the_proof_goes_through_them() -> None:
    told = {(row[0], row[1].strip("`")): row[2] for row in rows_of("Roles")}
    roles = {
        (kind, role): answers
        for kind, held in ANSWERS_BY_ROLE.items()
        for role, answers in held.items()
    }

    assert told.keys() == roles.keys()
    for key, answers in roles.items():
        said = answers_in_words(answers)
        assert said == (told[key], told[key]) or told[key].startswith("by "), key
        if told[key].startswith("by "):
            assert said[0].startswith("not met"), key
            assert said[1] == "unknown", key


def test_the_proof_makes_facts_for_each_kind_and_knows_the_answers_of_each_role() -> None:
    assert sorted(KINDS) == sorted(FACTS_BY_KIND)
    assert {name: sorted(kind.reasons) for name, kind in KINDS.items()} == {
        name: sorted(roles) for name, roles in ANSWERS_BY_ROLE.items()
    }


def answers_in_words(answers: Callable[[Any], tuple[Truth, ...]]) -> tuple[str, str]:
    """What is answered where a policy denies, and where it leaves it to a person."""
    choices = (SimpleNamespace(**dict.fromkeys(SLOTS, choice)) for choice in ("deny", "pend"))
    denied, left = (answers(terms) for terms in choices)
    return tuple(  # type: ignore[return-value]
        " or ".join(each.value.replace("_", " ") for each in given) for given in (denied, left)
    )


def test_the_guide_says_which_sentence_asks_for_each_kind() -> None:
    part = text_of("ops/guide/policy.md").split("| what the document says | kind |\n")[1]
    rows = [line.split("|") for line in part.split("\n\n")[0].splitlines()[1:]]

    assert sorted(KINDS) == sorted(row[2].strip(" `") for row in rows)


def slots() -> Iterator[tuple[str, str, bool]]:
    for name, kind in KINDS.items():
        hints = get_type_hints(kind.terms)
        for field in fields(kind.terms):
            yield name, field.name, type(None) in get_args(hints[field.name])


def rows_of(heading: str) -> list[list[str]]:
    """The cells of the rows under a heading; the first is the kind, without its marks."""
    part = text_of(PAGE).split(f"### {heading}\n")[1].split("\n#")[0]
    rows = [line.strip("|").split("|") for line in part.splitlines() if re.match(r"\| `", line)]
    cells = [[cell.strip() for cell in row] for row in rows]
    return [[row[0].strip("`"), *row[1:]] for row in cells]
