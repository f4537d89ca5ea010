"""`make defects`: every defect of the rules, put in on purpose, and what caught it."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.defects.catching import catch_code, catch_data
from tests.defects.defect import Caught, Defect
from tests.defects.rules_code import CODE
from tests.defects.rules_data import DATA


def main() -> int:
    """Runs all of them; exits with 1 if any is not caught by what it names."""
    with tempfile.TemporaryDirectory(prefix="mrs-defects-") as folder:
        place = Path(folder)
        caught = [
            *_run(catch_data, DATA, place / "data", 1),
            *_run(catch_code, CODE, place / "code", 2),
        ]
    console = Console()
    console.print(_table(caught))
    missed = sum(not one.is_caught for one in caught)
    console.print(f"{len(caught)} defects, {missed} not caught")
    return 1 if missed else 0


def _run(
    catch: Callable[[Defect, Path], Caught], defects: Sequence[Defect], folder: Path, at_once: int
) -> Iterable[Caught]:
    folders = [folder / str(number) for number in range(len(defects))]
    folder.mkdir()
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(catch, defects, folders))


def _table(caught: Iterable[Caught]) -> Table:
    table = Table(title="Defects put into the rules on purpose")
    for heading in ("defect", "where", "caught by", "witness"):
        table.add_column(heading, overflow="fold")
    for defect, is_caught, witness in caught:
        table.add_row(
            Text(defect.name),
            Text(defect.file),
            Text(f"{defect.by}: {defect.caught}"),
            Text(
                witness if is_caught else f"NOT CAUGHT {witness}", style="" if is_caught else "red"
            ),
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
