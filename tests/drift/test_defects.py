"""The defects and mutants fit the code and data that they are put into."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

from rules.loading.files import SHIPPED
from tests.defects.catching import SCENARIOS
from tests.defects.defect import Defect
from tests.defects.denials import DENIALS
from tests.defects.examples import OF_EXAMPLES_CODE, OF_EXAMPLES_DATA
from tests.defects.explained import explained
from tests.defects.joint_walk_code import JOINT_WALK
from tests.defects.mutants import CRITERIA, Mutant, mutants_of
from tests.defects.rules_code import CODE
from tests.defects.rules_data import DATA
from tests.defects.run import AROUND
from tests.defects.worker_code import WORKER
from tests.support.libraries import EXAMPLE_NAMES, EXAMPLES
from tests.support.sources import ROOT, text_of
from worker.policy_tests.files import read_beside
from worker.replay.scenarios import read_scenarios

_CODE = (*CODE, *DENIALS, *AROUND, *OF_EXAMPLES_CODE, *JOINT_WALK)
_DATA = (*DATA, *OF_EXAMPLES_DATA)


def test_each_defect_in_code_has_its_place():
    assert [] == [one.name for one in _CODE if not _fits(one, ROOT)]


def test_each_defect_in_data_has_its_place():
    assert [] == [one.name for one in DATA if not _fits(one, SHIPPED)]
    assert [] == [one.name for one in OF_EXAMPLES_DATA if not _fits(one, EXAMPLES)]


def _fits(defect: Defect, folder: Path) -> bool:
    file = folder / defect.file
    is_there = file.exists() and file.read_text("utf-8").count(defect.old) == 1
    return is_there and defect.old != defect.new


def test_what_catches_a_defect_exists():
    scenarios = {scenario.name for scenario in read_scenarios(SCENARIOS)}
    beside = read_beside(EXAMPLES, EXAMPLE_NAMES).scenarios
    of_examples = {f"{one.policy}: {one.scenario.name}" for one in beside}
    tests = {one.caught for one in _CODE if one.by == "a test"}

    assert set() == {one.caught for one in (*_DATA, *_CODE) if one.by == "a scenario"} - scenarios
    assert set() == {one.caught for one in (*_DATA, *_CODE) if one.by == "an example"} - of_examples
    for test in tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in text_of(file)


def test_there_are_enough_defects_and_no_two_are_called_alike():
    names = [one.name for one in (*_DATA, *_CODE)]

    assert len((*DATA, *CODE)) >= 25
    assert len(WORKER) >= 10
    assert len(names) == len(set(names))
    assert set(EXAMPLE_NAMES) == {policy for policy, many in _by_example().items() if many >= 10}


def _by_example() -> Counter[str]:
    """How many defects the data of each example has, its plan's apart."""
    files = [one.file.split("/") for one in OF_EXAMPLES_DATA]
    return Counter(name for kind, name, *_ in files if kind == "policies")


@cache
def _mutants() -> tuple[Mutant, ...]:
    return tuple(mutant for file in CRITERIA for mutant in mutants_of(ROOT, file))


def test_a_mutant_can_be_read_and_differs():
    sources = {file: text_of(file) for file in CRITERIA}

    for mutant in _mutants():
        compile(mutant.source, mutant.file, "exec")
        assert mutant.source != sources[mutant.file]


def test_every_survivor_that_is_explained_is_still_a_mutant():
    assert set() == set(explained()) - {mutant.name for mutant in _mutants()}
