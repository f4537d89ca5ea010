"""What Python programs import is one package, and it says what is in its way."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import mrs_adjudicator
from mrs_adjudicator import decide, submit
from mrs_adjudicator.decision import RefusedEvent
from rules.loading.files import SHIPPED
from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.sources import ROOT

DAY = ROOT / "worker" / "samples" / "day.jsonl"


def run_python(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Python as a user starts it in a folder, with the project on its path."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, *words]
    return subprocess.run(
        command, check=False, cwd=folder, env=environment, capture_output=True, text=True
    )


@pytest.fixture
def taken(tmp_path) -> Path:
    """A folder of a program that has a package `worker` of its own."""
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker" / "__init__.py").touch()
    return tmp_path


@pytest.mark.parametrize("name", mrs_adjudicator.__all__)
def test_every_public_name_can_be_imported(name):
    assert name in dir(mrs_adjudicator)
    assert getattr(mrs_adjudicator, name) is not None


def test_a_name_that_is_not_there_is_said_to_be_not_there():
    with pytest.raises(AttributeError, match="no attribute 'adjudicate'"):
        mrs_adjudicator.adjudicate  # noqa: B018  # asking for it is the test


def test_decide_gives_what_the_command_gives(tmp_path):
    command = run_python(tmp_path, "-m", "worker", "decide", str(DAY))

    decided = decide(DAY.read_bytes().splitlines(), library=SHIPPED)

    assert 0 == command.returncode
    assert [json.loads(line) for line in command.stdout.splitlines()] == list(
        decided.determinations
    )
    assert () == decided.refused


def test_decide_takes_bytes_texts_and_objects_and_numbers_what_it_refuses():
    claim = event_of(CLAIM)
    given = [claim, encoded(claim).decode(), encoded(claim), {"id": "e-9", "source": "s"}]

    decided = decide(given)

    (refused,) = decided.refused
    assert isinstance(refused, RefusedEvent)
    assert (4, "s", "e-9", "NOT_AN_EVENT") == refused[:4]
    assert "specversion" in {fault.path for fault in refused.faults}
    assert 1 == len(decided.determinations)


@pytest.mark.parametrize("function", [decide, submit], ids=["decide", "submit"])
def test_a_single_event_is_refused_by_the_name_of_the_function(function):
    with pytest.raises(TypeError, match=rf"{function.__name__}\(\[event\]\)"):
        function(event_of(CLAIM))


def test_deciding_loads_neither_redis_nor_celery(tmp_path):
    program = (
        "import sys; from mrs_adjudicator import decide; decide([]);"
        "print({'redis', 'celery'} & set(sys.modules))"
    )

    assert "set()\n" == run_python(tmp_path, "-c", program).stdout


@pytest.mark.parametrize("module", ["worker", "mrs_adjudicator"])
def test_each_package_is_the_command(tmp_path, module):
    result = run_python(tmp_path, "-m", module, "--version")

    assert (0, True) == (result.returncode, result.stdout.startswith("adjudicator, version "))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["-m", "mrs_adjudicator", "--version"], id="as_a_command"),
        pytest.param(["-c", "from mrs_adjudicator import submit"], id="submit"),
        pytest.param(["-c", "from mrs_adjudicator import decide"], id="decide"),
    ],
)
def test_another_package_of_the_same_name_is_named(taken, words):
    result = run_python(taken, *words)

    assert 1 == result.returncode
    assert f"Python finds {taken.resolve() / 'worker' / '__init__.py'} first" in result.stderr


def test_a_folder_that_only_has_the_name_is_not_in_the_way(tmp_path):
    (tmp_path / "worker").mkdir()

    result = run_python(tmp_path, "-m", "mrs_adjudicator", "--version")

    assert 0 == result.returncode, result.stderr
