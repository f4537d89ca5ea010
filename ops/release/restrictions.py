"""
Finds what one JSON Schema accepts and another, written by the same generator, does not.

It compares the two keyword by keyword. Where a keyword differs in a way that proves nothing (a
pattern, a condition), that is reported as well: a person has to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

Part = Mapping[str, Any]

Kind = Literal["type", "value", "required", "bound", "form", "gone"]

_LEAST: Final = ("minimum", "minLength", "minItems")
_MOST: Final = ("maximum", "maxLength", "maxItems")
_UNPROVED: Final = ("pattern", "not", "if", "then", "else", "allOf", "format")
_NUMBERS: Final = {"integer", "number"}


class Restriction(NamedTuple):
    """One thing that the first schema accepts and the second does not, or perhaps not."""

    kind: Kind
    path: str
    what: str


class _Side(NamedTuple):
    """A place in a schema, with the whole schema for its references."""

    whole: Part
    part: Part

    def at(self, part: Part) -> _Side:
        """Another place of the same schema, its reference followed."""
        reference = part.get("$ref")
        if reference is None:
            return _Side(self.whole, part)
        found = self.whole["$defs"][reference.removeprefix("#/$defs/")]
        beside = {name: value for name, value in part.items() if name != "$ref"}
        return self.at({**found, **beside})

    def types(self) -> set[str] | None:
        """The types that are accepted; None: any."""
        if "const" in self.part:
            return {"string"}
        named = self.part.get("type")
        if named is None:
            return None
        return {named} if isinstance(named, str) else set(named)

    def values(self) -> list[Any] | None:
        """The values that are accepted; None: any."""
        if "const" in self.part:
            return [self.part["const"]]
        return self.part.get("enum")

    def branches(self) -> list[_Side]:
        """What may be instead of each other."""
        return [self.at(each) for each in self.part.get("anyOf", [])]


def restrictions(first: Part, second: Part) -> Iterator[Restriction]:
    """What the first schema accepts and the second does not."""
    one, other = _Side(first, {}).at(first), _Side(second, {}).at(second)
    yield from _within("", one, other)


def property_paths(schema: Part) -> set[str]:
    """The paths of all fields that a schema names."""
    return set(_paths("", _Side(schema, {}).at(schema), ()))


def _paths(path: str, side: _Side, seen: tuple[Part, ...]) -> Iterator[str]:
    if side.part in seen:
        return
    seen = (*seen, side.part)
    for name, part in side.part.get("properties", {}).items():
        yield _field(path, name)
        yield from _paths(_field(path, name), side.at(part), seen)
    if isinstance(side.part.get("items"), Mapping):
        yield from _paths(f"{path}[]", side.at(side.part["items"]), seen)
    for branch in side.branches():
        yield from _paths(path, branch, seen)


def _within(path: str, one: _Side, other: _Side) -> Iterator[Restriction]:
    if one.part == other.part and one.whole.get("$defs") == other.whole.get("$defs"):
        return
    if "anyOf" in one.part and "type" not in one.part:
        for branch in one.branches():
            yield from _nearest(path, branch, other)
        return
    if "anyOf" in other.part and "type" not in other.part:
        yield from _nearest(path, one, other)
        return
    yield from _of_types(path, one, other)
    yield from _of_values(path, one, other)
    yield from _of_bounds(path, one, other)
    yield from _of_forms(path, one, other)
    yield from _of_fields(path, one, other)
    if isinstance(one.part.get("items"), Mapping) and isinstance(other.part.get("items"), Mapping):
        yield from _within(f"{path}[]", one.at(one.part["items"]), other.at(other.part["items"]))


def _nearest(path: str, one: _Side, other: _Side) -> Iterator[Restriction]:
    """The fewest differences to any of the branches."""
    branches = other.branches() or [other]
    yield from min((list(_within(path, one, branch)) for branch in branches), key=_weight)


def _weight(found: list[Restriction]) -> tuple[int, int]:
    """A branch of another type is the last with which to compare."""
    return sum(each.kind == "type" for each in found), len(found)


def _of_types(path: str, one: _Side, other: _Side) -> Iterator[Restriction]:
    mine, theirs = one.types(), other.types()
    if theirs is None:
        return
    for lost in sorted((mine or {"any type"}) - theirs):
        if not (lost == "integer" and "number" in theirs):
            yield Restriction("type", path, f"a value of type {lost}" if mine else lost)


def _of_values(path: str, one: _Side, other: _Side) -> Iterator[Restriction]:
    mine, theirs = one.values(), other.values()
    if theirs is None:
        return
    if mine is None:
        yield Restriction("value", path, "any other value")
        return
    for value in mine:
        if value not in theirs:
            yield Restriction("value", path, f'"{value}"')


def _of_bounds(path: str, one: _Side, other: _Side) -> Iterator[Restriction]:
    for keywords, is_narrower in ((_LEAST, int.__gt__), (_MOST, int.__lt__)):
        for keyword in keywords:
            mine, theirs = one.part.get(keyword), other.part.get(keyword)
            if theirs is not None and (mine is None or is_narrower(theirs, mine)):
                yield Restriction("bound", path, keyword)


def _of_forms(path: str, one: _Side, other: _Side) -> Iterator[Restriction]:
    for keyword in _UNPROVED:
        theirs = other.part.get(keyword)
        if theirs is not None and theirs != one.part.get(keyword):
            yield Restriction("form", path, keyword)


def _of_fields(path: str, one: _Side, other: _Side) -> Iterator[Restriction]:
    for name in other.part.get("required", []):
        if name not in one.part.get("required", []):
            yield Restriction("required", _field(path, name), "")
    theirs = other.part.get("properties", {})
    for name, part in one.part.get("properties", {}).items():
        if name in theirs:
            yield from _within(_field(path, name), one.at(part), other.at(theirs[name]))
    mine, others = one.part.get("additionalProperties"), other.part.get("additionalProperties")
    if isinstance(mine, Mapping) and isinstance(others, Mapping):
        yield from _within(f"{path}.*", one.at(mine), other.at(others))


def _field(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
