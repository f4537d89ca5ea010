"""The faults of one event: where each is, what is expected there and what was found."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

WHOLE_EVENT: Final = "event"
"""The path of a fault that belongs to no single field."""

FAULTS_MAX: Final = 10_000
"""More than a claim of 999 lines can have with a fault in every field of every line."""

FOUND_CHARACTERS_MAX: Final = 200


class FieldFault(NamedTuple):
    """One thing wrong with an event. Path and expectation hold none of the event's content."""

    path: str
    expected: str
    found: str
    """As JSON, truncated if long. For dead letters and `decide`'s stderr only, never for a log."""


class FieldFaults:
    """Collects the faults of one event, up to the most that one refusal names."""

    __slots__ = ("_named",)

    def __init__(self) -> None:
        self._named: list[FieldFault] = []

    def __len__(self) -> int:
        return len(self._named)

    @property
    def full(self) -> bool:
        """No further fault would be named, so there is no point in reading on."""
        return len(self._named) >= FAULTS_MAX

    def name(self, path: str, expected: str, found: str) -> None:
        """Add a fault."""
        if not self.full:
            self._named.append(FieldFault(path, expected, found))

    def named(self) -> tuple[FieldFault, ...]:
        """All faults, in the order they were found; the last one says if there may be more."""
        if not self.full:
            return tuple(self._named)
        found = f"{FAULTS_MAX} or more"
        return (*self._named, FieldFault(WHOLE_EVENT, f"fewer than {FAULTS_MAX} faults", found))


def shown(value: object) -> str:
    """A JSON value as text for people: truncated, and in ASCII so that no terminal acts on it."""
    if isinstance(value, str):
        value = value[: FOUND_CHARACTERS_MAX + 1]
    text = json.dumps(value)
    return text if len(text) <= FOUND_CHARACTERS_MAX else f"{text[:FOUND_CHARACTERS_MAX]}..."
