"""`adjudicator library test`: what differs is named in words, and what no scenario reaches."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from rules.loading.files import read_policy
from tests.support.closed_schemas import faults
from tests.worker.policy_tests.beside import (
    BESIDE,
    MET,
    NEAR_ENOUGH,
    TOO_OLD,
    USUAL,
    WRONG,
    coverage_of,
    read_json,
    run,
    tried_in,
    write,
)
from worker.policy_tests.edges import edges_reached


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
