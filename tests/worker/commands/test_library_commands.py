"""`adjudicator library show`, `trace` and `check`, as a person types them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rules.determination import Determination
from rules.loading.files import SHIPPED
from rules.policy.text import digest
from rules.proof.check import Proof, ProofFault
from rules.proof.enumeration import ServiceOutcome
from rules.proof.library_check import open_library
from rules.proof.situation import Laboratory, Setting, Situation
from rules.proof.witnesses import Witness
from tests.rules.library_folders import POLICY, copy_small_library, edit
from tests.support.closed_schemas import faults
from worker.cli import adjudicator
from worker.commands import library_check
from worker.commands.library import COMMANDS
from worker.replay.in_memory import decide_all
from worker.replay.scenarios import read_scenarios

SETTING = Setting(date(2025, 9, 15), "sample-commercial", "76390", ("C71.1",))
HEADER = "A policy of the test's own"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(adjudicator, ["library", *map(str, arguments)])


def test_help_lists_what_can_be_asked_of_a_library() -> None:
    result = run("--help")

    assert 0 == result.exit_code
    assert all(line in result.stdout for line in COMMANDS.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_each_has_a_help_of_its_own(name: str) -> None:
    assert f"Usage: adjudicator library {name}" in run(name, "--help").stdout


def test_a_question_that_nobody_knows_is_misuse() -> None:
    assert 2 == run("prove").exit_code


# -------------------------------------------------------------------------------------------- show


def test_the_policy_is_shown_beside_its_reading() -> None:
    result = run("show")

    assert 0 == result.exit_code
    assert "Policy 6.01.03, version 2025-03-17" in result.stdout
    assert "What is not automated" in result.stdout


def test_it_is_shown_as_markdown() -> None:
    assert run("show", "--markdown").stdout.startswith("# Policy 6.01.03, version 2025-03-17\n")


def test_it_is_written_as_one_page(tmp_path: Path) -> None:
    page = tmp_path / "policy.html"

    result = run("show", "--html", page)

    assert (0, f"Written: {page}\n") == (result.exit_code, result.stdout)
    assert page.read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("options", "exit_code", "words"),
    [
        pytest.param(["--markdown", "--html", "x.html"], 2, "Choose one of", id="two_ways"),
        pytest.param(["--version", "2024-01-01"], 1, "It has: 2025-03-17", id="no_such_version"),
        pytest.param(["--version", "2025-03-17"], 0, "", id="the_version_by_name"),
    ],
)
def test_what_cannot_be_shown_is_said(options: list[str], exit_code: int, words: str) -> None:
    result = run("show", *options)

    assert exit_code == result.exit_code
    assert words in result.stderr


def test_the_change_log_is_shown(tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    entry = '\n[[change]]\ngeneration = 0\ndate = 2025-01-01\napproved_by = "Ann"\nwhy = "Begun."\n'
    (folder / "library.toml").write_text((folder / "library.toml").read_text() + entry)

    shown = run("show", "--library", folder).stdout

    assert "generation 1, 2026-11-28, approved by" in shown
    assert "generation 0, 2025-01-01, approved by Ann\n  Begun." in shown


def test_a_library_that_is_refused_is_a_failure_of_its_own(tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    (folder / "reasons.csv").unlink()

    result = run("show", "--library", folder)

    assert 3 == result.exit_code
    assert "reasons.csv: is missing" in result.stderr


# ------------------------------------------------------------------------------------------- trace


@pytest.fixture
def traced_library(tmp_path: Path) -> Path:
    """A library whose first section was read from the test's own text; it has no other text."""
    folder = copy_small_library(tmp_path / "library")
    shipped = open_library(SHIPPED, None).documents[0].sections[0].digest
    edit(folder, POLICY, shipped, digest(HEADER))
    return folder


def test_sections_that_changed_are_named_with_what_leans_on_them(
    traced_library: Path, tmp_path: Path
) -> None:
    text = tmp_path / "policy.txt"
    text.write_text(HEADER)

    result = run("trace", "--text", text, "--library", traced_library)

    assert 1 == result.exit_code
    assert "header" not in result.stdout
    assert (
        "I.A  missing\n    criteria: conventional_imaging\n    code sets: conventional_imaging\n"
    ) in result.stdout
    assert "criteria that use those code sets: indication" in result.stdout
    assert "Missing: no line begins as that section did." in result.stdout
    assert "25 of 26 sections differ" in result.stdout


def test_sections_that_are_the_same_are_listed_if_asked_for(
    traced_library: Path, tmp_path: Path
) -> None:
    text = tmp_path / "policy.txt"
    text.write_text(HEADER)

    result = run("trace", "--text", text, "--all", "--library", traced_library)

    assert "header  same" in result.stdout


def test_the_same_document_is_exit_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = tmp_path / "policy.txt"
    text.write_text("whatever")
    monkeypatch.setattr("worker.commands.library_trace.trace", lambda *_: [])

    result = run("trace", "--text", text)

    assert (0, "0 of 0 sections differ") == (result.exit_code, result.stdout[:23].strip())


def test_what_is_no_text_is_misuse(tmp_path: Path) -> None:
    text = tmp_path / "policy.pdf"
    text.write_bytes(b"%PDF-1.7 \xff\xfe")

    result = run("trace", "--text", text)

    assert 2 == result.exit_code
    assert "is not UTF-8 text" in result.stderr


# ------------------------------------------------------------------------------------------- check


class FewChecks:
    """Two checks and one witness, instead of the many that take half a minute."""

    made: list[date] = []  # noqa: RUF012 -- what the command asked for, for the test to see

    def __init__(self, opened: object, as_of: date) -> None:
        del opened
        FewChecks.made.append(as_of)

    def checks(self) -> list[Proof]:
        return [
            Proof("holds", "does it hold?", "2 things", (), ("it is old",), ("a gap",)),
            Proof("breaks", "is it whole?", "1 thing", FAULTS),
        ]

    def witnesses(self) -> list[Witness]:
        return [WITNESS]


FAULTS: tuple[ProofFault, ...] = ()
ONE: Determination = Laboratory(open_library(SHIPPED, None).library).ask(SETTING)
WITNESS = Witness(ServiceOutcome(ONE.service, ONE.outcome, ONE.reason), SETTING.situation(), ONE)


@pytest.fixture
def few_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_check, "LibraryCheck", FewChecks)
    monkeypatch.setattr(library_check, "checks_of_scenarios", lambda *_: iter(()))


def with_faults(monkeypatch: pytest.MonkeyPatch, *faults: ProofFault) -> None:
    monkeypatch.setitem(globals(), "FAULTS", faults)


@pytest.mark.usefixtures("few_checks")
def test_a_library_that_holds_is_exit_0_whatever_is_old_in_it() -> None:
    result = run("check", "--as-of", "2026-02-01")

    assert 0 == result.exit_code
    assert "holds  holds: does it hold?" in result.stdout
    assert "warning: it is old" in result.stdout
    assert "2 checks, 0 faults, 1 warning," in result.stdout
    assert date(2026, 2, 1) == FewChecks.made[-1]


@pytest.mark.usefixtures("few_checks")
def test_each_check_and_the_totals_are_written_as_their_schema_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_faults(monkeypatch, ProofFault("a row is dead"))

    result = run("check", "--json")

    holds, breaks, totals = map(json.loads, result.stdout.splitlines())
    assert 1 == result.exit_code
    assert ([], ["it is old"], ["a gap"]) == (holds["faults"], holds["warnings"], holds["notes"])
    assert ["a row is dead"] == breaks["faults"]
    assert (2, 1, 1) == (totals["checks"], totals["faults"], totals["warnings"])
    assert [] == [fault for said in (holds, breaks, totals) for fault in _unlike(said)]


def _unlike(said: object) -> list[str]:
    return faults("output.library-check", said)


@pytest.mark.usefixtures("few_checks")
def test_a_fault_is_exit_1(monkeypatch: pytest.MonkeyPatch) -> None:
    with_faults(monkeypatch, ProofFault("a row is dead"))

    result = run("check")

    assert 1 == result.exit_code
    assert "FAULT  breaks: is it whole?" in result.stdout
    assert "- a row is dead" in result.stdout


@pytest.mark.usefixtures("few_checks")
def test_witnesses_are_written_as_scenarios_that_decide_holds(tmp_path: Path) -> None:
    result = run("check", "--witnesses", tmp_path / "out")

    (scenario,) = read_scenarios([str(tmp_path / "out" / "witnesses.jsonl")])
    decided = decide_all(map(bytes, scenario.events), open_library(SHIPPED, None).library)
    assert 0 == result.exit_code
    assert "spectroscopy: pended, CONVENTIONAL_IMAGING_UNKNOWN" == scenario.name
    assert (["I.A"], 1) == (scenario.cites, len(scenario.expect))
    (data,) = decided.final.values()
    assert scenario.expect[0].items() <= data.items()
    assert not (tmp_path / "out" / "breaches.jsonl").exists()


@pytest.mark.usefixtures("few_checks")
def test_what_shows_a_fault_is_written_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = open_library(SHIPPED, None).library.authorities[0]
    changed = Situation(SETTING.situation().facts, rows=(row,), answers=(("pend_due_days", 7),))
    with_faults(monkeypatch, ProofFault("a row is dead"), ProofFault("a law is broken", changed))

    run("check", "--witnesses", tmp_path)

    (line,) = (tmp_path / "breaches.jsonl").read_text().splitlines()
    breach: dict[str, Any] = json.loads(line)
    assert ("breaks: a law is broken", []) == (breach["name"], breach["expect"])
    assert {"pend_due_days": 7} == breach["parameters"]
    assert "2021-01-01" == breach["authorities"][0]["effective_to"]
