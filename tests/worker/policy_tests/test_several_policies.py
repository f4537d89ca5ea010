"""Each policy of a library is tested by its own scenarios, and by its own parameters."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from rules.loading.files import read_policy
from tests.rules.library_folders import SETS, VERSION, copy_small_library, edit
from worker.policy_tests.edges import edges_reached
from worker.policy_tests.results import LibraryTest, PolicyResult

OTHER = "7.01.01"
ITS = VERSION.replace("6.01.03", OTHER)
SCENARIOS = """
[usual]
day = 2025-09-15
plan = "sample-commercial"
[usual.claim]
procedure = "70555"
diagnoses = ["C71.1"]
[usual.imaging]
procedure = "70553"
result = "limited"

[[scenario]]
name = "sixty days are near enough"
[scenario.claim]
expect = { outcome = "approved", reason = "CRITERIA_MET" }
[scenario.imaging]
days_before = 60

[[scenario]]
name = "one more are not"
[scenario.claim]
expect = { outcome = "pended", reason = "CONVENTIONAL_IMAGING_UNUSABLE" }
[scenario.imaging]
days_before = 61
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A library where another policy decides another procedure, with a parameter of its own."""
    made = copy_small_library(tmp_path_factory.mktemp("two") / "library")
    write_another_policy(made)
    return made


@pytest.fixture(scope="module")
def results(folder) -> dict[str, PolicyResult]:
    test = LibraryTest(folder, None)
    found = test.results(test.policies, lambda *_: lambda _: None, with_edges=False)
    return {result.policy: result for result in found}


def write_another_policy(folder: Path) -> None:
    shutil.copytree(folder / VERSION, folder / ITS)
    edit(folder, ITS + "policy.toml", 'id = "6.01.03"', f'id = "{OTHER}"')
    edit(folder, ITS + "policy.toml", "value = 180", "value = 60")
    table = folder / SETS.replace("6.01.03", OTHER) / "mrs.csv"
    header, first, flagged, *_ = table.read_text().splitlines(keepends=True)
    table.write_text(header + first.replace("76390", "70555") + flagged.replace("0609T", "0999T"))
    (folder / f"policies/{OTHER}/scenarios").mkdir()
    (folder / f"policies/{OTHER}/scenarios/a.toml").write_text(SCENARIOS)


def test_every_policy_has_its_own_scenarios(results):
    assert ["6.01.03", OTHER] == list(results)
    assert 2 == len(results[OTHER].tried)
    assert OTHER not in {one.beside.policy for one in results["6.01.03"].tried}
    assert () == results[OTHER].differing + results["6.01.03"].differing


def test_a_parameter_is_tried_in_the_policy_alone(folder, results):
    (document,) = [one for one in read_policy(folder) if one.policy_id == OTHER]
    days = [one for one in document.parameters if one.value == 60]
    only = replace(document, parameters=tuple(days))

    edges = list(edges_reached([only], results[OTHER].tried, folder, None))

    assert [(60, 59, 1), (60, 61, 1)] == [(one.value, one.instead, one.scenarios) for one in edges]


def test_answers_are_those_of_the_policy_alone(results):
    answers = {(one.criterion, one.answer): one.scenarios for one in results[OTHER].answers}

    assert 2 == answers["indication", "met"]
    assert 0 == answers["indication", "not_met"]
