"""A door whose extra is not installed says how to install it; its help is there all the same."""

from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from worker.cli import adjudicator


@pytest.fixture
def without_pyx12(monkeypatch):
    """The door as it is where `pyx12` is not installed."""
    for name in [name for name in sys.modules if name.startswith(("pyx12", "doors."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "pyx12", None)


def test_a_door_without_its_extra_says_how_to_install_it(without_pyx12):
    result = CliRunner().invoke(adjudicator, ["x12", "read", "-"])

    assert 3 == result.exit_code
    assert result.stderr == (
        "Error: `adjudicator x12` needs packages that are not installed: "
        "pip install 'mrs-adjudicator[x12]'\n"
    )


def test_the_list_of_its_commands_needs_no_extra(without_pyx12):
    result = CliRunner().invoke(adjudicator, ["x12", "--help"])

    assert 0 == result.exit_code
    assert "read" in result.stdout
