"""Scenario files that cannot be read are named, by the command and by `library check`."""

from __future__ import annotations

from shutil import copytree

import pytest

from rules.loading.faults import LibraryRefused
from rules.loading.files import load_library
from tests.worker.policy_tests.beside import (
    BESIDE,
    MET,
    USUAL,
    WRONG,
    run,
    write,
)
from worker.policy_tests.check import checks_of_scenarios
from worker.policy_tests.files import read_beside


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("a.toml", "[", "is not TOML", id="no_toml"),
        pytest.param("a.toml", f"{USUAL}[[scenario]]\n", "`name`", id="no_name"),
        pytest.param(
            "a.toml",
            USUAL + MET.replace('reason = "CRITERIA_MET", ', ""),
            "expects without reason",
            id="no_reason",
        ),
        pytest.param(
            "a.toml",
            USUAL + MET.replace("answers", "answer"),
            "expects 'answer', which nothing has. Did you mean answers?",
            id="a_field_that_there_is_not",
        ),
        pytest.param(
            "a.toml", f'{USUAL}[[scenario]]\nname = "a"', "expects nothing", id="no_expect"
        ),
        pytest.param("a.toml", USUAL + MET + MET, "has the name of another, of", id="same_name"),
        pytest.param(
            "a.toml",
            USUAL + MET.replace("[scenario.imaging]", '[scenario.imaging]\nresult = "clear"'),
            "event e-002 (imaging.reported.v1): data.result: expected",
            id="an_event_that_is_refused",
        ),
        pytest.param(
            "a.toml", '[[accepted]]\ncriterion = "a"', "accepted has criterion and", id="accepted"
        ),
        pytest.param("a.jsonl", '\n{"name": 3}', "is not a scenario", id="no_scenario"),
        pytest.param("a.csv", "", "is no scenario file", id="another_file"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(folder, name, text, said):
    write(folder, text, name=name)

    result = run(folder)

    (fault,) = read_beside(folder, ["6.01.03"]).faults
    starts = ("[[scenario]]", "{")
    heads = [n for n, line in enumerate(text.split("\n"), 1) if line.startswith(starts)]
    row = heads[-1] if heads else 1
    assert (f"{BESIDE}/{name}", row) == (fault.file, fault.row)
    assert said in fault.wrong
    assert 1 == result.exit_code
    assert f"FAULT  {BESIDE}/{name}, line {row}: " in result.stdout


def test_scenarios_are_no_part_of_the_library_and_a_fault_keeps_no_worker_from_its_work(folder):
    before = load_library(folder).digest
    write(folder, "[", name="a.toml")
    write(folder, "", name="notes.txt")

    assert before == load_library(folder).digest


def test_scenarios_beside_no_policy_are_named(folder):
    (folder / "policies/6.01.30/scenarios").mkdir(parents=True)
    write(folder, USUAL, MET)

    result = run(folder)

    assert 1 == result.exit_code
    assert "FAULT  policies/6.01.30/scenarios, line 1: stands beside no version" in result.stdout


def test_scenarios_are_read_by_policy_and_a_name_may_be_there_once_in_each(folder):
    write(folder, USUAL, MET)
    copytree(folder / BESIDE, folder / "policies/another/scenarios")

    beside = read_beside(folder, ["6.01.03", "another"])

    assert ["6.01.03", "another"] == [one.policy for one in beside.scenarios]
    assert () == beside.faults


def test_a_folder_of_another_name_is_still_refused(folder):
    (folder / "policies/6.01.03/scenario").mkdir()
    (folder / "policies/6.01.03/scenario/a.toml").write_text("")

    with pytest.raises(LibraryRefused, match=r"policies/6\.01\.03/scenario"):
        load_library(folder)


def test_a_check_of_the_library_names_what_differs_and_what_cannot_be_read(folder):
    write(folder, USUAL, MET, WRONG.replace("a limited", "another limited"), "[[scenario]]\n")

    (check,) = checks_of_scenarios(folder, None)

    assert "2 scenarios beside 1 policy" == check.looked_at
    assert any("missing required field `name`" in fault.what for fault in check.faults)
    assert any("expected denied, came approved" in fault.what for fault in check.faults)
    assert "policy 6.01.03: indication is never not met and never unknown" in check.warnings


def test_a_policy_without_scenarios_is_noted(folder):
    (check,) = checks_of_scenarios(folder, None)

    assert ((), ()) == (check.faults, check.warnings)
    assert ("policy 6.01.03 has no scenario",) == check.notes
