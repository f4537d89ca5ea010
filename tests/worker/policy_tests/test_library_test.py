"""`adjudicator library test`: what differs is named in words, and what no scenario reaches."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from rules.loading.faults import LibraryRefused
from rules.loading.files import load_library, read_policy
from rules.policy.document import PolicyParameter
from rules.truth import Truth
from tests.rules.library_folders import copy_small_library
from tests.support.closed_schemas import faults
from worker.cli import adjudicator
from worker.policy_tests.check import checks_of_scenarios
from worker.policy_tests.coverage import answers_reached, possible_answers, reasons_reached
from worker.policy_tests.edges import edges_reached, neighbours
from worker.policy_tests.files import PolicyScenario, read_beside
from worker.policy_tests.run import Tried, try_all
from worker.replay.scenarios import Scenario

NO_SCENARIO = PolicyScenario("6.01.03", "a.toml", 1, Scenario("a", [], []))
BESIDE = "policies/6.01.03/scenarios"
USUAL = """
[usual]
day = 2025-09-15
plan = "sample-commercial"
[usual.claim]
procedure = "76390"
diagnoses = ["C71.1"]
[usual.imaging]
procedure = "70553"
result = "limited"
days_before = 14
"""
MET = """
[[scenario]]
name = "a limited MRI before it"
[scenario.claim]
expect = { outcome = "approved", reason = "CRITERIA_MET", answers = { indication = "met" } }
[scenario.imaging]
"""
FAR = """
[[scenario]]
name = "a limited MRI of {days} days before"
[scenario.claim]
expect = {{ outcome = "{outcome}", reason = "{reason}" }}
[scenario.imaging]
days_before = {days}
"""
NEAR_ENOUGH = FAR.format(days=180, outcome="approved", reason="CRITERIA_MET")
TOO_OLD = FAR.format(days=181, outcome="pended", reason="CONVENTIONAL_IMAGING_UNUSABLE")
WRONG = MET.replace("approved", "denied").replace('"met"', '"unknown"')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library without scenarios."""
    made = copy_small_library(tmp_path / "library")
    for path in (made / BESIDE).glob("*"):
        path.unlink()
    return made


def write(folder: Path, *texts: str, name: str = "a.toml") -> None:
    (folder / BESIDE).mkdir(exist_ok=True)
    (folder / BESIDE / name).write_text("".join(texts))


def run(folder: Path, *words: str, quick: bool = True) -> Result:
    typed = ["library", "test", str(folder), *words, *(["--quick"] if quick else [])]
    return CliRunner().invoke(adjudicator, typed)


def test_scenarios_that_agree_are_exit_0_and_what_none_reaches_is_a_warning(folder):
    write(folder, USUAL, MET)

    result = run(folder)

    assert 0 == result.exit_code
    assert "Policy 6.01.03: 1 scenario\n" in result.stdout
    assert "warning: indication is never not met and never unknown\n" in result.stdout
    assert "1 scenario, 0 of them differ, 0 faults, " in result.stdout


def test_what_none_reaches_is_an_error_if_all_must_be_reached(folder):
    write(folder, USUAL, MET)

    result = run(folder, "--all")

    assert 1 == result.exit_code
    assert "error: indication is never not met" in result.stdout


def test_one_that_differs_is_named_with_its_place_what_was_expected_what_came_and_why(folder):
    write(folder, USUAL, NEAR_ENOUGH, TOO_OLD.replace("pended", "denied"))

    result = run(folder)

    said = result.stdout
    row = (folder / BESIDE / "a.toml").read_text().splitlines().index("[[scenario]]", 15) + 1
    assert 1 == result.exit_code
    assert f"DIFFERS  {BESIDE}/a.toml, line {row}: a limited MRI of 181 days before\n" in said
    assert "C-1, line 1: outcome: expected denied, came pended\n" in said
    assert "conventional_imaging is unknown: " in said


def test_answers_that_differ_are_named_by_criterion(folder):
    write(folder, USUAL, WRONG)

    said = run(folder).stdout

    assert "C-1, line 1: indication: expected unknown, came met\n" in said
    assert "C-1, line 1: outcome: expected denied, came approved\n" in said


def test_needs_may_be_expected_as_codes_alone(folder):
    right = TOO_OLD.replace(" }\n", ', needs = ["a"] }\n')
    write(folder, USUAL, right)
    (difference,) = read_json(run(folder, "--json"))[0]["differences"]
    codes = difference["found"]
    write(folder, USUAL, right.replace('["a"]', json.dumps(codes)))

    result = run(folder)

    assert codes
    assert 0 == result.exit_code, result.stdout


def test_a_line_that_is_not_there_is_a_difference(folder):
    expect = '[[scenario.expect]]\nclaim_id = "C-9"\nline = 1\noutcome = "denied"\nreason = "X"\n'
    write(folder, USUAL, MET, expect)

    assert "C-9, line 1: there is no such line\n" in run(folder).stdout


@pytest.mark.parametrize(
    ("scenarios", "untold"),
    [
        pytest.param([MET], {179, 181}, id="far_from_it"),
        pytest.param([NEAR_ENOUGH], {181}, id="at_it"),
        pytest.param([TOO_OLD], {179}, id="one_beyond"),
        pytest.param([NEAR_ENOUGH, TOO_OLD], set(), id="on_either_side"),
    ],
)
def test_a_number_of_days_must_be_seen_on_either_side(folder, scenarios, untold):
    write(folder, USUAL, *scenarios)
    (document,) = read_policy(folder)
    days = [one for one in document.parameters if one.value == 180]
    only = replace(document, parameters=tuple(days))

    edges = list(edges_reached([only], tried_in(folder), folder, None))

    assert {179, 181} == {one.instead for one in edges}
    assert untold == {one.instead for one in edges if not one.scenarios}


def test_one_that_differs_reaches_nothing(folder):
    write(folder, USUAL, NEAR_ENOUGH.replace("approved", "denied"))

    coverage = coverage_of(run(folder, "--json"))

    assert {0} == {one["scenarios"] for one in coverage["answers"]}
    assert {0} == {one["scenarios"] for one in coverage["reasons"]}


def test_reasons_of_no_criterion_are_asked_of_all_policies_together(folder):
    write(folder, USUAL, MET)

    every, one = read_json(run(folder, "--json")), read_json(run(folder, "--json", *ONLY))

    assert {"reason": "CRITERIA_MET", "scenarios": 1, "accepted": ""} in every[-2]["shared_reasons"]
    assert [] == [line for line in one if "shared_reasons" in line]


ONLY = ("--policy", "6.01.03")


def test_a_policy_that_there_is_not_is_refused_with_those_that_there_are(folder):
    result = run(folder, "--policy", "6.01.3")

    assert 2 == result.exit_code
    assert "Did you mean 6.01.03?" in result.stderr


def test_what_is_written_for_programs_is_as_its_schema_says(folder):
    write(folder, USUAL, MET, WRONG.replace("a limited", "another limited"), "[[scenario]]\n")

    lines = read_json(run(folder, "--json"))

    assert [] == [fault for line in lines for fault in faults("output.library-test", line)]
    assert 6 == len(lines)
    assert {"scenarios": 2, "differing": 1, "faults": 1} == {
        name: lines[-1][name] for name in ("scenarios", "differing", "faults")
    }


def test_scenarios_of_a_whole_form_may_stand_beside_them(folder):
    scenario = Path("tests/scenarios/open.jsonl").read_text().splitlines()[0]
    write(folder, scenario, "\n", name="b.jsonl")

    result = run(folder)

    assert 0 == result.exit_code, result.stdout
    assert "Policy 6.01.03: 1 scenario\n" in result.stdout


def test_a_scenario_may_bring_parameters_and_authorities(folder):
    own = TOO_OLD.replace("pended", "approved").replace(
        "CONVENTIONAL_IMAGING_UNUSABLE", "CRITERIA_MET"
    )
    own = own.replace(
        "[scenario.claim]", "parameters = { conventional_lookback_days = 181 }\n[scenario.claim]"
    )
    write(
        folder,
        USUAL,
        own,
        MET.replace("[scenario.claim]", "parameters = { no = 1 }\n[scenario.claim]"),
    )

    result = run(folder)

    assert "2 scenarios, 1 of them differs" in result.stdout
    assert "no library can be as it asks: parameters, no: is not a parameter" in result.stdout


ACCEPTED = """
[[accepted]]
{gap}
why = "nothing leads there"
"""


@pytest.mark.parametrize(
    ("gap", "untold"),
    [
        pytest.param(
            'criterion = "indication"\nanswer = "not_met"',
            "indication is never not met",
            id="answer",
        ),
        pytest.param('reason = "MODIFIER_INVALID"', "MODIFIER_INVALID", id="reason"),
        pytest.param(
            'parameter = "pend_due_days"\ninstead = 31',
            "pend_due_days = 30 is not told from 29 or from 31",
            id="edge",
        ),
    ],
)
def test_a_gap_that_is_accepted_is_none(folder, gap, untold):
    quick = "parameter" not in gap
    write(folder, USUAL, MET)
    before = run(folder, quick=quick).stdout
    write(folder, USUAL, MET, ACCEPTED.format(gap=gap))

    result = run(folder, quick=quick)

    assert 0 == result.exit_code
    assert untold in before
    assert untold not in result.stdout


def test_a_gap_that_is_accepted_though_a_scenario_reaches_it_is_a_fault(folder):
    gap = 'criterion = "indication"\nanswer = "met"'
    write(folder, USUAL, MET, ACCEPTED.format(gap=gap))

    result = run(folder)

    assert 1 == result.exit_code
    assert "is accepted, but a scenario reaches it: take it out." in result.stdout


# ----------------------------------------------------------------------------- what cannot be read


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


# ------------------------------------------------------------------------------------------- check


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


def test_answers_and_reasons_of_lines_of_another_policy_are_not_counted(library):
    finding = {"criterion": "benefit", "answer": "met"}
    lines = {
        ("C-1", line, "M-1"): {
            "policy": {"id": policy},
            "findings": [finding],
            "reason": "PLAN_UNKNOWN",
        }
        for line, policy in enumerate(("6.01.03", "another"), 1)
    }
    scenarios = [Tried(NO_SCENARIO, (), {key: lines[key]}) for key in lines]
    (policy,) = [one for one in library.policies if one.policy_id == "6.01.03"]

    answers, reasons = answers_reached(policy, scenarios), reasons_reached(policy, scenarios)

    assert ("benefit", Truth.MET, 1) == answers[0][:3]
    assert [("PLAN_UNKNOWN", 1)] == [one[:2] for one in reasons if one.scenarios]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        pytest.param(["NO_POLICY_VERSION"], "met unknown", id="of_a_question"),
        pytest.param(["INVESTIGATIONAL_SERVICE"], "met not_met", id="of_a_denial"),
        pytest.param(["DUPLICATE", "SUSPECT_DUPLICATE"], "met not_met unknown", id="of_both"),
        pytest.param([], "met", id="none"),
    ],
)
def test_a_criterion_can_give_the_answers_that_it_has_reasons_for(library, codes, expected):
    reasons = [library.reasons[code] for code in codes]

    assert expected == " ".join(possible_answers(reasons))


def _parameter(value, **others) -> PolicyParameter:
    kind = {"name": "p", "type": "days", "section": "I", "question": "", "source": ""}
    bounds = {"least": None, "most": None, "other_answers": ()}
    return PolicyParameter(**{**kind, **bounds, "value": value, **others})


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        pytest.param(_parameter(90, least=0, most=365), (89, 91), id="days"),
        pytest.param(_parameter(0, least=0, most=365), (1,), id="least_days"),
        pytest.param(_parameter(365, least=0, most=365), (364,), id="most_days"),
        pytest.param(_parameter("a", other_answers=("b", "c")), ("b", "c"), id="a_choice"),
        pytest.param(_parameter(True, other_answers=(False,)), (False,), id="yes_or_no"),
        pytest.param(
            _parameter((1, 3), other_answers=(1, 2, 3)), ((3,), (1,), (1, 2, 3)), id="a_list"
        ),
        pytest.param(_parameter(("a",), other_answers=("a", "b")), (("a", "b"),), id="one_item"),
    ],
)
def test_the_neighbours_of_a_value_are_those_next_to_it(parameter, expected):
    assert expected == neighbours(parameter)


def tried_in(folder: Path) -> list[Tried]:
    return [*try_all(read_beside(folder, ["6.01.03"]).scenarios, folder, None)]


def read_json(result: Result) -> list[dict]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def coverage_of(result: Result) -> dict:
    (coverage,) = [line for line in read_json(result) if "answers" in line]
    return coverage
