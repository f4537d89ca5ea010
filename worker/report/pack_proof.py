"""Proof, scenarios and seeded defects in an evidence pack."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.resources import files as resources
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from rules.proof.check import OpenLibrary, Proof
from rules.proof.library_check import LibraryCheck
from worker.determinations.data import Data
from worker.replay.comparison import ScenarioResult, compare, summary
from worker.replay.in_memory import decide_all
from worker.replay.scenario_libraries import ScenarioLibraries
from worker.replay.scenarios import read_scenarios
from worker.replay.witness_scenarios import scenario_of_witness
from worker.report.pack import PackFiles, PackPart, pretty

INVENTORY: Final = "seeded_defects.json"
"""Beside this module; written by `make docs` from `tests/defects/`."""


class Proved(NamedTuple):
    """What came out of a proof."""

    checks: Sequence[Proof]
    witnesses: bytes
    """The smallest situation of each outcome and reason, as scenarios, one a line."""


def proved(opened: OpenLibrary, as_of: date) -> Proved:
    """Proves a library, which takes a minute or two."""
    proof = LibraryCheck(opened, as_of)
    checks = list(proof.checks())
    sections = [section.id for document in opened.documents for section in document.sections]
    witnesses = (
        scenario_of_witness(witness, opened.library, sections) for witness in proof.witnesses()
    )
    return Proved(checks, b"".join(msgspec.json.encode(each) + b"\n" for each in witnesses))


def proof_part(proof: Proved, folders: tuple[Path, Path | None]) -> PackPart:
    """
    The checks of a library, and each smallest situation decided once more.

    It becomes events, as a producer would send them, and goes the way of `decide`.
    """
    checks = checks_data(proof.checks)
    decided = _decided_lines(proof.witnesses, folders)
    files: PackFiles = {
        "proof/checks.json": pretty(checks),
        "proof/witnesses.jsonl": proof.witnesses,
        "proof/witnesses-decided.json": pretty(scenarios_data(decided)),
    }
    said = (
        f"proof/: {len(checks['checks'])} checks of the library over all classes of claims, "
        f"{checks['faults']} faults; {len(decided)} smallest situations, "
        f"{_failed(decided)} decided otherwise."
    )
    return PackPart(files, said)


def scenarios_part(names: Sequence[str], folders: tuple[Path, Path | None]) -> PackPart:
    """The scenarios of files, decided now."""
    decided = decided_scenarios(names, folders)
    said = f"tests/scenarios.json: {len(decided)} scenarios decided now, {_failed(decided)} failed."
    return PackPart({"tests/scenarios.json": pretty(scenarios_data(decided))}, said)


def defects_part() -> PackPart:
    """The defects that were put into the code on purpose, and what must catch each."""
    raw = (resources(__package__) / INVENTORY).read_bytes()
    defects = msgspec.json.decode(raw)
    said = (
        f"tests/seeded-defects.json: {len(defects)} defects that are put in on purpose, with what "
        "must catch each. It is a list: they are run where the source is, by `make defects`."
    )
    return PackPart({"tests/seeded-defects.json": pretty(defects)}, said)


def decided_scenarios(
    names: Iterable[str], folders: tuple[Path, Path | None]
) -> list[ScenarioResult]:
    """Decides scenarios as `decide --scenarios` does."""
    results = []
    with ScenarioLibraries(*folders) as libraries:
        for scenario in read_scenarios(names):
            rules = libraries.choose(scenario).library
            decided = decide_all(map(bytes, scenario.events), rules)
            results.append(compare(scenario, "given", decided, None))
    return results


def checks_data(checks: Sequence[Proof]) -> Data:
    """The checks as data, with the numbers of faults and warnings."""
    return {
        "faults": sum(len(check.faults) for check in checks),
        "warnings": sum(len(check.warnings) for check in checks),
        "checks": [
            check._asdict() | {"faults": [fault.what for fault in check.faults]} for check in checks
        ],
    }


def scenarios_data(results: Sequence[ScenarioResult]) -> Data:
    """The scenarios as data, with totals."""
    return {**summary(results, skipped=0), "results": [each.as_json() for each in results]}


def _failed(results: Iterable[ScenarioResult]) -> int:
    return sum(bool(result.differences) for result in results)


def _decided_lines(lines: bytes, folders: tuple[Path, Path | None]) -> list[ScenarioResult]:
    with tempfile.TemporaryDirectory(prefix="mrs-pack-") as folder:
        file = Path(folder) / "witnesses.jsonl"
        file.write_bytes(lines)
        return decided_scenarios([str(file)], folders)
