"""`make model`: every configuration with what was seen of it, and the story of what is wrong."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.model.bounds import Bounds, in_words
from tests.model.configurations import GROWTH, LONG, SMALL
from tests.model.exploration import Found, Tell, explored
from tests.model.start import staged
from tests.model.story import story

STATES_MAX, SECONDS_MAX = 1_200_000, 3_600


def main() -> int:
    """Explores up to so many states each; exits with 1 if anything is wrong."""
    states_max = int(sys.argv[1]) if len(sys.argv) > 1 else STATES_MAX
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    gc.disable()  # nothing here is garbage
    console = Console(width=120)
    seen: list[tuple[Bounds, Found]] = []
    for bounds in (*SMALL, *GROWTH, *LONG):
        if wanted in bounds.name:
            found, told = explore(bounds, states_max, SECONDS_MAX, console.print)
            seen.append((bounds, found))
            console.print(
                f"{bounds.name}: {found.states:,} states, {found.violation or 'nothing wrong'}"
            )
            for sentence in told:
                console.print(sentence)
    console.print(_table(seen))
    return int(any(found.violation for _, found in seen))


def explore(
    bounds: Bounds, states_max: int, seconds_max: float, tell: Tell = lambda _: None
) -> tuple[Found, list[str]]:
    """What is found, and the story of what is wrong."""
    with staged(bounds) as stage:
        found = explored(stage, states_max, seconds_max, tell)
        return found, story(stage, found.way)


def _table(seen: Sequence[tuple[Bounds, Found]]) -> Table:
    table = Table(title="Explored")
    for heading in (
        *("configuration", "workers", "events", "lanes", "may go wrong", "depth", "states"),
        *("steps", "keyspaces", "Redis ran", "replays", "drained", "seconds", "whole", "wrong"),
    ):
        table.add_column(heading, overflow="fold")
    for bounds, found in seen:
        numbers = (found.depth, found.states, found.transitions, found.keyspaces, found.runs)
        table.add_row(
            bounds.name,
            *map(str, (bounds.workers, len(bounds.events), bounds.lanes)),
            in_words(bounds.faults),
            *(f"{number:,}" for number in (*numbers, found.plays, found.drained)),
            f"{found.seconds:.0f}",
            "yes" if found.is_whole else "no",
            found.violation or "nothing",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
