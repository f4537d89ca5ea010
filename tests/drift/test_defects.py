"""The defects and mutants fit the code and data that they are put into."""

from __future__ import annotations

import pytest

from rules.loading.files import SHIPPED
from tests.defects.catching import SCENARIOS
from tests.defects.explained import explained
from tests.defects.mutants import mutants_of
from tests.defects.rules_code import CODE
from tests.defects.rules_data import DATA
from tests.defects.worker_code import WORKER
from tests.support.sources import ROOT, text_of
from worker.replay.scenarios import read_scenarios

CRITERIA = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "rules/criteria").glob("*.py"))


@pytest.mark.parametrize("defect", [*CODE, *WORKER], ids=[one.name for one in (*CODE, *WORKER)])
def test_a_defect_in_code_has_its_place(defect):
    assert 1 == text_of(defect.file).count(defect.old)
    assert defect.old != defect.new


@pytest.mark.parametrize("defect", DATA, ids=[one.name for one in DATA])
def test_a_defect_in_data_has_its_place(defect):
    assert 1 == (SHIPPED / defect.file).read_text("utf-8").count(defect.old)
    assert defect.old != defect.new


def test_what_catches_a_defect_exists():
    scenarios = {scenario.name for scenario in read_scenarios(SCENARIOS)}
    tests = {one.caught for one in (*CODE, *WORKER) if one.by == "a test"}

    assert set() == {one.caught for one in (*DATA, *CODE) if one.by == "a scenario"} - scenarios
    for test in tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in text_of(file)


def test_there_are_enough_defects_and_no_two_are_called_alike():
    names = [one.name for one in (*DATA, *CODE, *WORKER)]

    assert len((*DATA, *CODE)) >= 25
    assert len(WORKER) >= 10
    assert len(names) == len(set(names))


@pytest.mark.parametrize("file", CRITERIA)
def test_a_mutant_can_be_read_and_differs(file):
    for mutant in mutants_of(ROOT, file):
        compile(mutant.source, mutant.file, "exec")
        assert mutant.source != text_of(file)


def test_every_survivor_that_is_explained_is_still_a_mutant():
    names = {mutant.name for file in CRITERIA for mutant in mutants_of(ROOT, file)}

    assert set() == set(explained()) - names
