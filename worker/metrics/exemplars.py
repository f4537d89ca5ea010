"""The newest traced event in each bucket of the event ages: from a number to one of its traces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

_STORED: Final = re.compile(rb"([0-9a-f]{32}) (\d{1,15}) (\d{1,15})")


class TracedAge(NamedTuple):
    """The age at which an event with a trace left the queue."""

    trace_id: str
    age: int
    """Milliseconds."""
    time: int
    """When it left, in milliseconds."""

    @property
    def stored(self) -> str:
        """As it stands in the hash."""
        return f"{self.trace_id} {self.age} {self.time}"


def traced_ages(stored: Mapping[bytes, bytes]) -> Mapping[str, TracedAge]:
    """By the bucket of the age; what cannot be read was not written by us and is left out."""
    return {
        bucket.decode(errors="replace"): TracedAge(found[1].decode(), int(found[2]), int(found[3]))
        for bucket, value in stored.items()
        if (found := _STORED.fullmatch(value))
    }
