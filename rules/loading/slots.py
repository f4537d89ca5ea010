"""The slots of each kind of criterion: where a policy fills them, and with what type."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Literal, NamedTuple, get_args, get_type_hints

PARTS = "parts"
"""The slot of a kind that asks other criteria."""

FilledBy = Literal["parameters", "words", "sets", "part"]
"""The key of a `[[criterion]]` under which a slot is filled."""


class KindSlot(NamedTuple):
    """One slot of a kind."""

    name: str
    type: object
    """Of what fills it, whether or not it may be left out."""
    filled_by: FilledBy
    is_optional: bool


def slots_of(terms: type[Any]) -> dict[str, KindSlot]:
    """Returns the slots of the kind with these terms, by name, in their order."""
    hints = get_type_hints(terms)
    return {field.name: _slot(field.name, hints[field.name]) for field in fields(terms)}


def _slot(name: str, hint: object) -> KindSlot:
    args = [each for each in get_args(hint) if each is not type(None)]
    is_optional = type(None) in get_args(hint) and len(args) == 1
    kind = args[0] if is_optional else hint
    return KindSlot(name, kind, _filled_by(name, kind), is_optional)


def _filled_by(name: str, kind: object) -> FilledBy:
    if name == PARTS:
        return "part"
    if kind is str:
        return "words"
    return "sets" if kind == frozenset[str] else "parameters"
