"""`make mutants`: every criterion changed in every small way, and whether the tests notice."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from tests.defects.catching import copy_project, run_in
from tests.defects.explained import explained
from tests.defects.mutants import CRITERIA, Mutant, mutants_of
from tests.support.sources import ROOT

AT_ONCE = 2


class Judged(NamedTuple):
    """What noticed a mutant; nothing: it lives."""

    mutant: Mutant
    noticed_by: str | None


def main() -> int:
    """Tries the mutants; exits with 1 if one lives that nobody has explained."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--every", type=int, default=1, help="Try only every so many-th.")
    arguments.add_argument("--of", default="", help="Try only modules whose name has this.")
    chosen = arguments.parse_args()
    mutants = [m for file in _modules(chosen.of) for m in mutants_of(ROOT, file)]
    began = time.monotonic()
    judged = judge(mutants[:: chosen.every])
    console = Console()
    alive = [one.mutant for one in judged if one.noticed_by is None]
    console.print(_table(judged))
    console.print(_survivors(alive))
    score = 1 - len(alive) / len(judged)
    console.print(
        f"{len(judged)} of {len(mutants)} mutants, {len(judged) - len(alive)} noticed: "
        f"{score:.1%}, {time.monotonic() - began:.0f} seconds"
    )
    unexplained = [mutant for mutant in alive if mutant.name not in explained()]
    return 1 if unexplained else 0


def judge(mutants: Sequence[Mutant]) -> list[Judged]:
    """Each mutant by the scenarios, and what they let live by the tests of the rules."""
    with (
        tempfile.TemporaryDirectory(prefix="mrs-mutants-") as folder,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        places = [Path(folder) / str(number) for number in range(len(mutants))]
        judged = pool.map(_judge, mutants, places)
        return list(track(judged, "Mutants", len(mutants), console=Console(stderr=True)))


def _judge(mutant: Mutant, place: Path) -> Judged:
    copy_project(place)
    (place / mutant.file).write_text(mutant.source, "utf-8")
    by_scenario = run_in(place, "tests.defects.catching", "any scenario", "")
    if by_scenario.returncode:
        return Judged(mutant, "scenarios")
    by_test = run_in(place, "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests_for(mutant))
    return Judged(mutant, "tests" if by_test.returncode else None)


def tests_for(mutant: Mutant) -> list[str]:
    """The tests of what decides, none of them random; those of the mutant's criterion first."""
    others = ("library", "policy", "proof", "counterfactual", "member", "record", "propert")
    word = Path(mutant.file).stem[:8]
    paths = [
        path.relative_to(ROOT)
        for path in sorted((ROOT / "tests/rules").rglob("test_*.py"))
        if not any(other in path.stem for other in others) and "hypothesis" not in path.read_text()
    ]
    return [str(path) for path in sorted(paths, key=lambda path: word not in path.stem)]


def _modules(word: str) -> list[str]:
    return [file for file in CRITERIA if word in Path(file).stem]


def _table(judged: Iterable[Judged]) -> Table:
    by_module: dict[str, list[str | None]] = {}
    for mutant, noticed_by in judged:
        by_module.setdefault(Path(mutant.file).stem, []).append(noticed_by)
    table = Table(title="Mutants of the criteria")
    for heading in ("module", "mutants", "noticed by scenarios", "by tests of the rules", "alive"):
        table.add_column(heading)
    for module, found in by_module.items():
        counts = (len(found), found.count("scenarios"), found.count("tests"), found.count(None))
        table.add_row(module, *map(str, counts))
    return table


def _survivors(alive: Iterable[Mutant]) -> Table:
    table = Table(title="Those that live", show_lines=True)
    for heading in ("mutant", "why"):
        table.add_column(heading, overflow="fold")
    for mutant in alive:
        why = explained().get(mutant.name)
        table.add_row(Text(mutant.name), Text(why or "NOT EXPLAINED", style="" if why else "red"))
    return table


if __name__ == "__main__":
    sys.exit(main())
