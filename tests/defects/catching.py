"""Puts a defect into a copy and runs what must catch it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from rules.loading.faults import LibraryRefused
from rules.loading.files import SHIPPED, load_library
from rules.proof.baseline import baselines
from rules.proof.check import OpenLibrary
from rules.proof.classes import classes_of_diagnoses
from rules.proof.decisions import Decisions, book_of
from rules.proof.enumeration import Enumerated
from rules.proof.laws import LAWS
from rules.proof.library_check import open_library
from rules.proof.parts import parts
from rules.proof.situation import Laboratory
from rules.proof.tables import checks_of_tables
from tests.defects.defect import Caught, Defect
from tests.rules.library_folders import copy_library, edit
from tests.support.libraries import EXAMPLE_NAMES, with_examples
from tests.support.sources import ROOT
from worker.policy_tests.files import read_beside
from worker.policy_tests.run import try_all
from worker.replay.comparison import FieldDifference, compare
from worker.replay.in_memory import decide_all
from worker.replay.scenario_libraries import ScenarioLibraries
from worker.replay.scenarios import Scenario, read_scenarios

SCENARIOS = [str(ROOT / "tests/scenarios" / name) for name in ("open.jsonl", "witnesses.jsonl")]
_SHOWN = 60
_SECONDS_MAX = 600
AS_OF = date(2025, 12, 1)
"""Before the shipped version's review is due."""


def catch_data(defect: Defect, folder: Path) -> Caught:
    """Whether a copy of the library with the defect is caught by what the defect names."""
    edit(copy_library(folder), defect.file, defect.old, defect.new)
    return _catch(defect, folder)


def catch_example(defect: Defect, folder: Path) -> Caught:
    """The same of the library with all examples, one of which has the defect."""
    edit(with_examples(folder, *EXAMPLE_NAMES), defect.file, defect.old, defect.new)
    return _catch(defect, folder)


def catch_code(defect: Defect, folder: Path) -> Caught:
    """Whether a copy of the project with the defect is caught, in a process of its own."""
    plant(defect, folder)
    if defect.by == "a test":
        ran = run_in(folder, "pytest", "-q", "-p", "no:cacheprovider", defect.caught)
        failures = [line for line in ran.stdout.splitlines() if line.startswith("E  ")]
        return Caught(defect, ran.returncode == 1, failures[0][1:].strip() if failures else "")
    ran = run_in(folder, "tests.defects.catching", defect.by, defect.caught)
    return Caught(
        defect, ran.returncode == 1 and bool(ran.stdout), (ran.stdout or ran.stderr).strip()
    )


def run_in(folder: Path, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a module on the code of a copy; how far it is covered tells nothing of the project."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env={**others, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS_MAX,
    )


def plant(defect: Defect, folder: Path) -> None:
    """Writes a copy of the project with the defect."""
    copy_project(folder)
    edit(folder, defect.file, defect.old, defect.new)


def copy_project(folder: Path) -> None:
    """A copy of the code with everything else linked to it."""
    for package in ("console", "doors", "mrs_adjudicator", "rules", "worker"):
        shutil.copytree(
            ROOT / package,
            folder / package,
            ignore=shutil.ignore_patterns("library", "__pycache__"),
        )
    (folder / "rules/library").symlink_to(SHIPPED)
    for name in ("deploy", "docs", "ops", "tests", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)


def first_difference_beside(name: str, library: Path) -> str | None:
    """The same of a scenario beside an example, of a library that has it."""
    policy, _, scenario = name.partition(": ")
    (found,) = (
        one for one in read_beside(library, [policy]).scenarios if one.scenario.name == scenario
    )
    (tried,) = try_all([found], library, None)
    return tried.refused or _first_of(tried.differences)


def first_difference(name: str, library: Path) -> str | None:
    """How a scenario comes out otherwise than it expects; None if it does not."""
    with ScenarioLibraries(library, None) as libraries:
        scenario = _scenario(name)
        rules = libraries.choose(scenario).library
        decided = decide_all(map(bytes, scenario.events), rules)
    return _first_of(compare(scenario, "given", decided, None).differences)


def _first_of(differences: Iterable[FieldDifference]) -> str | None:
    for found in sorted(differences, key=lambda found: found.field not in ("outcome", "reason")):
        return f"{found.field} {_short(found.decide)}, not {_short(found.expected)}"
    return None


def first_scenario(library: Path) -> str | None:
    """The name of the first scenario that comes out otherwise than it expects."""
    with ScenarioLibraries(library, None) as libraries:
        for scenario in read_scenarios(SCENARIOS):
            rules = libraries.choose(scenario).library
            decided = decide_all(map(bytes, scenario.events), rules)
            if compare(scenario, "given", decided, None).differences:
                return scenario.name
    return None


def first_fault(check: str, library: Path) -> str | None:
    """The first fault of a check of `library check`; None if it finds none."""
    opened = open_library(library, None)
    if check in _LAWS:
        return _first_breach(opened, _LAWS[check])
    of_tables = checks_of_tables(opened, AS_OF)
    makers = of_tables if check in of_tables else Decisions(opened).checks
    made = makers[check]()
    return made.faults[0].what if made.faults else None


def _catch(defect: Defect, library: Path) -> Caught:
    witness: str | None
    if defect.by == "the loader":
        witness = _refusal(library, defect.caught)
    elif defect.by == "library check":
        witness = first_fault(defect.caught, library)
    elif defect.by == "an example":
        witness = first_difference_beside(defect.caught, library)
    else:
        witness = first_difference(defect.caught, library)
    return Caught(defect, witness is not None, witness or "nothing")


def _refusal(library: Path, file: str) -> str | None:
    try:
        load_library(library)
    except LibraryRefused as refused:
        return next((f"{f.where}: {f.wrong}" for f in refused.faults if f.file == file), None)
    return None


def _scenario(name: str) -> Scenario:
    (found,) = (scenario for scenario in read_scenarios(SCENARIOS) if scenario.name == name)
    return found


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]} …"


_LAWS: dict[str, tuple[str, ...]] = {
    "outcomes": tuple(law.name for law in LAWS),
    "who_may_deny": ("person_denies",),
    "omission": ("looked_at",),
}
"""The laws of each check for which the space is gone through."""


def _first_breach(opened: OpenLibrary, laws: tuple[str, ...]) -> str | None:
    """As the check goes through the space, but only up to the first breach of some laws."""
    laboratory = Laboratory(opened.library)
    classes = classes_of_diagnoses(opened.library, opened.table)
    space = Enumerated(laboratory, book_of(opened))
    for baseline in baselines(laboratory, opened.table, classes):
        for part in parts(opened.library, baseline, classes):
            for setting in part.settings:
                space.decide(setting)
                for law in laws:
                    if law in space.breaches:
                        return space.breaches[law][0].what
    return None


def main() -> int:
    """Catches a defect that stands in the code that runs; says the witness and exits with 1."""
    by, caught = sys.argv[1:]
    if by == "any scenario":
        witness = first_scenario(SHIPPED)
    elif by == "an example":
        with tempfile.TemporaryDirectory(prefix="mrs-examples-") as made:
            library = with_examples(Path(made) / "library", *EXAMPLE_NAMES)
            witness = first_difference_beside(caught, library)
    else:
        find = first_fault if by == "library check" else first_difference
        witness = find(caught, SHIPPED)
    if witness is not None:
        print(witness)
    return 0 if witness is None else 1


if __name__ == "__main__":
    sys.exit(main())
