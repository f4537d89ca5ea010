"""What a run is found guilty of: events lost, effects doubled, anything else wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

_SHOWN_MAX, _SENTENCE_MAX = 3, 300


@dataclass
class Verdict:
    """A sentence for each finding; a run without any has passed."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def findings(self) -> dict[str, list[str]]:
        """All of them, by what they are guilty of."""
        return {"lost": self.lost, "doubled": self.doubled, "wrong": self.wrong}

    def __str__(self) -> str:
        return "; ".join(
            f"{len(found)} {guilt}: {_in_short(found)}"
            for guilt, found in self.findings().items()
            if found
        )

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


def _in_short(found: list[str]) -> str:
    """Each sentence once, the most frequent first; of very many the first."""
    frequent = [sentence for sentence, _ in Counter(found).most_common(_SHOWN_MAX)]
    return ", ".join(sentence[:_SENTENCE_MAX] for sentence in frequent)
