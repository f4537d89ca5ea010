"""The console script: its help, its failures in one line, its exit codes."""

from __future__ import annotations

import importlib
import importlib.metadata
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.sources import ROOT
from worker.cli import COMMANDS, adjudicator
from worker.commands.lazy_group import ABOVE
from worker.determinations.rules_form import rules_form

IS_INSTALLED = any(importlib.metadata.Distribution.discover(name="mrs-adjudicator"))


def test_help_lists_every_command_with_a_line():
    result = CliRunner().invoke(adjudicator, ["--help"])

    assert 0 == result.exit_code
    unwrapped = " ".join(result.stdout.split())
    for name, line in COMMANDS.items():
        assert f" {name} {line} " in f"{unwrapped} "


def test_help_imports_no_command():
    script = (
        "import sys; from worker.cli import adjudicator\n"
        "adjudicator(['--help'], standalone_mode=False)\n"
        "sys.exit(any(name.startswith('worker.commands.') and not "
        "name.endswith(('failures', 'interruption', 'lazy_group')) for name in sys.modules))"
    )

    assert 0 == subprocess.run([sys.executable, "-c", script], check=False).returncode


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_help_of_its_own(name):
    result = CliRunner().invoke(adjudicator, [name, "--help"])

    assert 0 == result.exit_code
    assert f"Usage: adjudicator {name}" in result.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_called_as_the_list_calls_it(name):
    module = ABOVE.get(name) or f"worker.commands.{name.replace('-', '_')}"
    command = importlib.import_module(module).command

    assert name == command.name


def test_every_file_is_in_the_list():
    files = {
        path.stem.replace("_", "-")
        for path in (ROOT / "worker/commands").glob("*.py")
        if f'("{path.stem.replace("_", "-")}"' in path.read_text("utf-8")
    }

    assert set(COMMANDS) - set(ABOVE) == files


def test_a_command_that_does_not_exist_is_misuse():
    result = CliRunner().invoke(adjudicator, ["decode"])

    assert 2 == result.exit_code
    assert "No such command" in result.stderr


@pytest.mark.skipif(not IS_INSTALLED, reason="the project is not installed, only its folder used")
def test_the_version_is_told():
    result = CliRunner().invoke(adjudicator, ["--version"])

    assert (0, "adjudicator") == (result.exit_code, result.stdout.split(",")[0])
    assert f"(rules: {rules_form()})" in result.stdout


@pytest.mark.parametrize("arguments", [["submit", "-"], ["explain", "C-1"]], ids=" ".join)
def test_a_redis_that_is_away_is_said_in_one_line_without_its_password(arguments, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", "redis://user:secret@127.0.0.1:1/0")

    result = CliRunner().invoke(adjudicator, arguments, input=encoded(event_of(CLAIM)))

    assert 3 == result.exit_code
    assert result.stderr.startswith(
        "Error: Redis at redis://user:***@127.0.0.1:1/0 refused the connection: nothing listens "
        "there. Start it, or correct host and port in MRS_REDIS_URL."
    )
    assert 1 == len(result.stderr.splitlines())
    assert "secret" not in result.output
    assert "Traceback" not in result.output


def test_a_setting_that_cannot_be_used_is_misuse(monkeypatch):
    monkeypatch.setenv("MRS_LANES", "many")

    result = CliRunner().invoke(adjudicator, ["explain", "C-1"])

    assert 2 == result.exit_code
    assert "MRS_LANES cannot be used" in result.stderr


def test_a_surprise_is_said_without_its_text(monkeypatch):
    monkeypatch.setattr("worker.commands.lazy_group.importlib.import_module", _fail)

    result = CliRunner().invoke(adjudicator, ["health"])

    assert 3 == result.exit_code
    assert "Unexpected ZeroDivisionError at lazy_group.py:" in result.stderr
    assert "M-1" not in result.output


def test_a_surprise_is_shown_whole_where_the_log_level_is_debug(monkeypatch):
    monkeypatch.setenv("MRS_LOG_LEVEL", "debug")
    monkeypatch.setattr("worker.commands.lazy_group.importlib.import_module", _fail)

    result = CliRunner().invoke(adjudicator, ["health"])

    assert isinstance(result.exception, ZeroDivisionError)


def test_a_file_that_cannot_be_read_is_named(tmp_path, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error", "events.jsonl")

    monkeypatch.setattr(click, "open_file", fail)
    (tmp_path / "events.jsonl").touch()

    result = CliRunner().invoke(adjudicator, ["decide", str(tmp_path / "events.jsonl")])

    assert (3, "Error: events.jsonl: Input/output error\n") == (result.exit_code, result.stderr)


def _fail(_name: str) -> None:
    raise ZeroDivisionError("of member M-1")
