"""Each door has its commands, its page, its extra, its lock file and its place in the contracts."""

from __future__ import annotations

import importlib
import re
import tomllib

import pytest
from click.testing import CliRunner

from tests.support.sources import ROOT, text_of
from worker.cli import COMMANDS, adjudicator
from worker.commands.lazy_group import ABOVE

DOORS = sorted(folder.name for folder in (ROOT / "doors").iterdir() if any(folder.rglob("*.py")))
GROUPS = {
    module.split(".")[1]: name for name, module in ABOVE.items() if module.startswith("doors.")
}
"""The command by which each door is called."""
TYPED = [
    (GROUPS[door], name)
    for door in DOORS
    if door in GROUPS
    for name in importlib.import_module(f"doors.{door}.command").COMMANDS
]
"""Each command of each door."""
PROJECT = tomllib.loads(text_of("pyproject.toml"))
EXTRAS = PROJECT["project"]["optional-dependencies"]


def test_there_are_doors():
    assert {"fhir", "kafka", "x12"} <= set(DOORS)


@pytest.mark.parametrize("door", DOORS)
def test_a_door_is_called_by_the_console_script(door):
    assert GROUPS[door] in COMMANDS


@pytest.mark.parametrize("typed", TYPED, ids=" ".join)
def test_each_command_of_a_door_has_a_help_of_its_own(typed):
    result = CliRunner().invoke(adjudicator, [*typed, "--help"])

    assert 0 == result.exit_code, result.output
    assert f"Usage: adjudicator {' '.join(typed)}" in result.stdout


@pytest.mark.parametrize("door", DOORS)
def test_a_door_has_a_page_that_says_how_it_is_installed_and_called(door):
    page = text_of(f"docs/{door}.md")

    assert f"pip install 'mrs-adjudicator[{door}]'" in page
    assert f"adjudicator {GROUPS[door]} " in page


@pytest.mark.parametrize("door", DOORS)
def test_the_readme_leads_to_the_page_of_a_door(door):
    assert f"](docs/{door}.md)" in text_of("README.md")


@pytest.mark.parametrize("door", DOORS)
def test_the_contract_promises_what_a_door_is_called_by(door):
    commands = text_of("docs/contract.md").partition("\n## 4.")[2].partition("\n## 5.")[0]

    assert f"\n| `adjudicator {GROUPS[door]} " in commands


@pytest.mark.parametrize("door", DOORS)
def test_a_door_has_an_extra_that_is_installed_for_its_tests_too(door):
    assert EXTRAS[door]
    assert set(EXTRAS[door]) <= set(PROJECT["dependency-groups"]["dev"])


@pytest.mark.parametrize("door", DOORS)
def test_the_extra_of_a_door_is_among_the_locks_that_are_written(door):
    assert f"\nwrite {door}.txt --extra {door} " in text_of("locks/write")


@pytest.mark.parametrize("door", DOORS)
def test_the_extra_of_a_door_is_locked(door):
    assert re.search(r"^[a-z0-9-]+==", text_of(f"locks/{door}.txt"), re.MULTILINE)


def test_no_door_may_import_another():
    (contract,) = [
        each
        for each in PROJECT["tool"]["importlinter"]["contracts"]
        if each["name"] == "One door knows nothing of another"
    ]

    assert "independence" == contract["type"]
    assert [f"doors.{door}" for door in DOORS] == contract["modules"]
