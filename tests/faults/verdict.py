"""What a run is found guilty of: events lost, effects doubled, anything else wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class Verdict:
    """A sentence for each finding; a run without any has passed."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def equal(self, expected: object, found: object, what: str) -> None:
        """It is wrong if the two differ."""
        if expected != found:
            self.wrong.append(f"{what}: expected {expected}, found {found}")

    def count(self, least: int, most: int, found: int, what: str) -> None:
        """Fewer than expected are lost, more are doubled."""
        self.lost += [what] * (least - found)
        self.doubled += [what] * (found - most)

    def add(self, wrong: Iterable[str]) -> None:
        """More that is wrong."""
        self.wrong += wrong
