"""`make model`: every configuration with what was seen of it, and the story of what is wrong."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table

from tests.model.bounds import Bounds, within
from tests.model.configurations import GROWTH, LONG, SMALL
from tests.model.exploration import Found, Tell, explored
from tests.model.start import staged
from tests.model.story import story

STATES_MAX, SECONDS_MAX = 1_200_000, 7_200


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
            for sentence in (*_account(bounds, found), *told):
                console.print(sentence, markup=False, soft_wrap=True)
    console.print(_table(seen))
    return int(any(found.violation for _, found in seen))


def explore(
    bounds: Bounds, states_max: int, seconds_max: float, tell: Tell = lambda _: None
) -> tuple[Found, list[str]]:
    """What is found, and the story of what is wrong."""
    with staged(bounds) as stage:
        found = explored(stage, states_max, seconds_max, tell)
        return found, story(stage, found.way)


def _account(bounds: Bounds, found: Found) -> Iterator[str]:
    """The bounds of one configuration, and what was seen within them."""
    yield bounds.name
    yield f"  bounds: {within(bounds)}"
    whole = "that is all" if found.is_whole else "and there are more"
    yield (
        f"  seen: {found.states:,} states to a depth of {found.depth} steps, "
        f"{found.keyspaces:,} keyspaces; {whole}"
    )
    yield (
        f"  by: {found.transitions:,} steps, {found.runs:,} requests that Redis ran, "
        f"{found.plays:,} replays of an actor's code, {found.seconds:.0f} seconds"
    )
    yield f"  followed to its end: {found.drained:,} states"
    yield f"  wrong: {found.violation or 'nothing'}"


def _table(seen: Sequence[tuple[Bounds, Found]]) -> Table:
    table = Table("configuration", box=None)
    for heading in ("states", "depth", "Redis ran", "replays", "drained", "seconds"):
        table.add_column(heading, justify="right")
    table.add_column("whole")
    table.add_column("wrong")
    for bounds, found in seen:
        numbers = (found.states, found.depth, found.runs, found.plays, found.drained)
        table.add_row(
            bounds.name,
            *(f"{number:,}" for number in numbers),
            f"{found.seconds:.0f}",
            "yes" if found.is_whole else "no",
            "yes" if found.violation else "nothing",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
