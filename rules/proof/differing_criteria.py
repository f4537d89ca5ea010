"""What two versions of a policy ask differently, parameters apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.criterion import Criterion
from rules.policy_version import PolicyVersion

Said = tuple[str, str, object, object]
"""What kind of thing differs, its name, and what either version says of it."""


def differing_criteria(before: PolicyVersion, after: PolicyVersion) -> Iterator[Said]:
    """Criteria that are asked of other lines or in another way, their order, and named sets."""
    was, now = (_by_name(version) for version in (before, after))
    for name in dict.fromkeys((*was, *now)):
        first, second = _told(was.get(name)), _told(now.get(name))
        if first != second:
            yield "criterion", name, first, second
    shared = [name for name in was if name in now], [name for name in now if name in was]
    if shared[0] != shared[1]:
        yield "criterion", "order", ", ".join(shared[0]), ", ".join(shared[1])
    yield from _named_sets(before.codes.named, after.codes.named)


def _by_name(version: PolicyVersion) -> Mapping[str, Criterion[Any]]:
    return {row.name: row for row in version.with_parts}


def _told(row: Criterion[Any] | None) -> str:
    """What a criterion is asked of, and which reasons it gives."""
    if row is None:
        return "not asked"
    said = [row.kind, row.gate or "no gate", f"of {', '.join(sorted(row.services))}"]
    said += [
        f"only for {', '.join(sorted(map(str, only)))}"
        for only in (row.only_purposes, row.only_states)
        if only
    ]
    said += [f"{role} {reason.code}" for role, reason in sorted(row.reasons.items())]
    return ", ".join(said)


def _named_sets(
    before: Mapping[str, frozenset[str]], after: Mapping[str, frozenset[str]]
) -> Iterator[Said]:
    """Of each set the codes that one of the two alone has."""
    for name in sorted({*before, *after}):
        was, now = (sets.get(name, frozenset()) for sets in (before, after))
        if was != now:
            yield "code set", name, was - now, now - was
