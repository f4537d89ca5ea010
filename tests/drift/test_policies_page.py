"""The page on policies tells each kind of criterion with its slots and its reasons."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from rules.criteria.kinds import KINDS
from tests.support.sources import text_of

PARTS = "parts"
ROWS = {
    name: (slots, roles)
    for name, slots, roles in re.findall(
        r"^\| `(\w+)` \|([^|]*)\|([^|]*)\|", text_of("docs/policies.md"), re.MULTILINE
    )
    if name in KINDS
}


def test_the_page_has_a_row_for_each_kind() -> None:
    assert ROWS.keys() == KINDS.keys()


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_told_with_its_slots_and_the_roles_of_its_reasons(name: str) -> None:
    slots, roles = ROWS[name]
    kind = KINDS[name]

    assert {field.name for field in fields(kind.terms)} - {PARTS} == set(_words(slots))
    assert set(kind.reasons) == set(_words(roles))


def _words(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)
