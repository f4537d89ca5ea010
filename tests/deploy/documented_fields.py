"""Fields of an object held against those that its documentation has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

Fields = Mapping[str, type]
"""Each with the type of its value."""


def faults_of_fields(
    where: str, given: Mapping[str, Any], fields: Fields, needed: AbstractSet[str] = frozenset()
) -> Iterator[str]:
    """What is missing, what there is not, and what has a value of another type."""
    for name in sorted(needed - set(given)):
        yield f"{where}: {name} is missing"
    for name, value in given.items():
        if name not in fields:
            yield f"{where}: there is no {name}"
        elif type(value) is not fields[name]:
            yield f"{where}: {name} is a {type(value).__name__}"
