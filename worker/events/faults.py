"""The faults of one event: where each stands, what is expected there and what was found."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

WHOLE_EVENT: Final = "event"
"""The path of a fault that lies in no one field."""

FAULTS_MAX: Final = 10_000
"""More than a claim of 999 lines has with every field of every line at fault."""

FOUND_CHARACTERS_MAX: Final = 200


class FieldFault(NamedTuple):
    """One thing wrong with an event. Path and expectation hold nothing of what the event says."""

    path: str
    expected: str
    found: str
    """As JSON text, cut when long. For dead letters and `decide`'s stderr only, never for a log."""


class FieldFaults:
    """Gathers the faults of one event, up to the most that one refusal names."""

    __slots__ = ("_named",)

    def __init__(self) -> None:
        self._named: list[FieldFault] = []

    def __len__(self) -> int:
        return len(self._named)

    @property
    def full(self) -> bool:
        """No further fault would be named, so that nothing is gained by reading on."""
        return len(self._named) >= FAULTS_MAX

    def name(self, path: str, expected: str, found: str) -> None:
        """Add a fault."""
        if not self.full:
            self._named.append(FieldFault(path, expected, found))

    def named(self) -> tuple[FieldFault, ...]:
        """All of them, in the order they were met; the last one says if there may be more."""
        if not self.full:
            return tuple(self._named)
        found = f"{FAULTS_MAX} or more"
        return (*self._named, FieldFault(WHOLE_EVENT, f"fewer than {FAULTS_MAX} faults", found))


def shown(value: object) -> str:
    """A JSON value as text for people: in ASCII, so that no terminal obeys it, and not too long."""
    if isinstance(value, str):
        value = value[: FOUND_CHARACTERS_MAX + 1]
    text = json.dumps(value)
    return text if len(text) <= FOUND_CHARACTERS_MAX else f"{text[:FOUND_CHARACTERS_MAX]}..."
