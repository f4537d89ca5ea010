"""`make defects`: every defect of the rules and the worker, put in on purpose, and its catcher."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.defects.catching import catch_code, catch_data, catch_example
from tests.defects.cluster_code import CLUSTER
from tests.defects.console_code import CONSOLE
from tests.defects.contract_code import CONTRACT
from tests.defects.deciding_code import DECIDING
from tests.defects.defect import Caught, Defect
from tests.defects.denials import DENIALS
from tests.defects.door_code import DOORS
from tests.defects.examples import OF_EXAMPLES_CODE, OF_EXAMPLES_DATA
from tests.defects.joint_walk_code import JOINT_WALK
from tests.defects.report_code import REPORT
from tests.defects.rules_code import CODE
from tests.defects.rules_data import DATA
from tests.defects.upkeep_code import UPKEEP
from tests.defects.worker_code import WORKER

AROUND = (*WORKER, *UPKEEP, *CLUSTER, *CONTRACT, *DOORS, *CONSOLE, *DECIDING, *REPORT)
WITNESS_LETTERS_MAX = 160


def main() -> int:
    """Runs all of them; exits with 1 if any is not caught by what it names."""
    with tempfile.TemporaryDirectory(prefix="mrs-defects-") as folder:
        place = Path(folder)
        caught = [
            *_run(catch_data, DATA, place / "data", 1),
            *_run(catch_example, OF_EXAMPLES_DATA, place / "examples", 1),
            *_run(catch_code, OF_EXAMPLES_CODE, place / "examples-code", 2),
            *_run(catch_code, (*CODE, *DENIALS, *JOINT_WALK), place / "code", 2),
            *_run(catch_code, AROUND, place / "worker", 2),
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
    table = Table(title="Defects put in on purpose, first into the rules, then into the worker")
    for heading in ("defect", "where", "caught by", "witness"):
        table.add_column(heading, overflow="fold")
    for defect, is_caught, witness in caught:
        table.add_row(
            Text(defect.name),
            Text(defect.file),
            Text(f"{defect.by}: {defect.caught}"),
            _shown(witness) if is_caught else Text(f"NOT CAUGHT {witness}", style="red"),
        )
    return table


def _shown(witness: str) -> Text:
    """The beginning says enough; all of it stands in what the test itself prints."""
    text = Text(witness)
    text.truncate(WITNESS_LETTERS_MAX, overflow="ellipsis")
    return text


if __name__ == "__main__":
    sys.exit(main())
