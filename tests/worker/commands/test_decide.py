"""`adjudicator decide`: what it writes, what it refuses, how it exits."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.support.event_builders import CLAIM, REPORT, encoded, event_of, with_value
from worker.cli import adjudicator
from worker.events.decode import EVENT_BYTES_MAX

BILLED = event_of(CLAIM)
REPORTED = with_value(event_of(REPORT), "id", "e-2")

NOT_NEEDED = ("celery", "kombu", "redis", "rich")


@pytest.fixture
def run(tmp_path: Path):
    def run(*lines: bytes | dict[str, Any], end: bytes = b"\n") -> Result:
        file = tmp_path / "events.jsonl"
        written = [line if isinstance(line, bytes) else encoded(line) for line in lines]
        file.write_bytes(b"".join(line + end for line in written))
        return CliRunner().invoke(adjudicator, ["decide", str(file)])

    return run


def test_each_claim_line_comes_out_once_with_its_final_determination(run):
    result = run(BILLED, REPORTED)

    assert 0 == result.exit_code
    assert [("C-1001", 1, "approved", 2)] == [
        (data["claim_id"], data["line"], data["outcome"], data["revision"])
        for data in _json_lines(result.stdout)
    ]


def test_determinations_are_sorted_by_claim_then_line_then_member(run):
    claims = [
        _claim(claim_id, member_id, lines)
        for claim_id, member_id, lines in (
            ("C-2", "M-1", [10, 2]),
            ("C-10", "M-2", [1]),
            ("C-10", "M-1", [1]),
        )
    ]

    result = run(*claims)

    assert [("C-10", 1, "M-1"), ("C-10", 1, "M-2"), ("C-2", 2, "M-1"), ("C-2", 10, "M-1")] == [
        (data["claim_id"], data["line"], data["member_id"]) for data in _json_lines(result.stdout)
    ]


def test_what_was_published_before_is_not_known_without_a_queue(run):
    result = run(BILLED, REPORTED)

    assert [None] == [data["digests"]["previous"] for data in _json_lines(result.stdout)]


def test_a_refused_event_is_one_line_of_json_on_standard_error_and_makes_exit_1(run):
    result = run(with_value(BILLED, "data.lines[0].units", -1), REPORTED)

    assert 1 == result.exit_code
    refusal = json.loads(result.stderr)
    assert {"file", "row", "id", "source", "reason", "faults"} == set(refusal)
    assert (1, "e-1", "INVALID_DATA") == (refusal["row"], refusal["id"], refusal["reason"])
    assert refusal["file"].endswith("events.jsonl")
    assert ["data.lines[0].units"] == [fault["path"] for fault in refusal["faults"]]
    assert {"path", "expected", "found"} == set(refusal["faults"][0])


def test_a_refusal_is_said_in_ascii_so_that_no_terminal_obeys_it(run):
    steering = "e-\x1b[2J\x9b\u202e"

    result = run(with_value(BILLED, "data.lines[0].units", -1) | {"id": steering})

    assert result.stderr.isascii()
    assert "\x1b" not in result.stderr
    assert steering == json.loads(result.stderr)["id"]


def test_a_refusal_names_a_file_whose_name_is_no_text(tmp_path):
    file = tmp_path / os.fsdecode(b"\xff.jsonl")
    file.write_bytes(b"{")

    result = CliRunner().invoke(adjudicator, ["decide", str(file)])

    assert 1 == result.exit_code
    assert str(file) == json.loads(result.stderr)["file"]


def test_an_id_with_another_body_is_refused_and_the_first_body_keeps_it(run):
    other = with_value(BILLED, "data.lines[0].procedure", "0609T")

    result = run(BILLED, other)

    assert 1 == result.exit_code
    assert "EVENT_ID_REUSED" == json.loads(result.stderr)["reason"]
    assert ["76390"] == [data["procedure"] for data in _json_lines(result.stdout)]


def test_the_same_event_again_is_no_fault_and_changes_nothing(run):
    once = run(BILLED)
    twice = run(BILLED, BILLED)

    assert (0, once.stdout) == (twice.exit_code, twice.stdout)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        pytest.param(b'{"specversion": "1.0", "id": "\xff"}', "NOT_UTF8", id="not_utf8"),
        pytest.param(b"{", "NOT_JSON", id="not_json"),
        pytest.param(b"[1]", "NOT_AN_EVENT", id="not_an_object"),
        pytest.param(b"[" * 10_000, "NOT_JSON", id="nested_ten_thousand_deep"),
        pytest.param(b" " * (EVENT_BYTES_MAX + 1), "TOO_LARGE", id="too_large_and_blank"),
        pytest.param(b"x" * (3 * EVENT_BYTES_MAX), "TOO_LARGE", id="much_too_large"),
    ],
)
def test_a_line_that_is_no_event_is_named_and_the_others_are_decided(run, line, reason):
    result = run(line, BILLED)

    assert 1 == result.exit_code
    refusal = json.loads(result.stderr)
    assert (1, None, reason) == (refusal["row"], refusal["id"], refusal["reason"])
    assert 1 == len(_json_lines(result.stdout))


@pytest.mark.parametrize(
    ("padding", "expected"),
    [
        pytest.param(0, 0, id="the_largest_event"),
        pytest.param(1, 1, id="a_byte_more"),
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"], ids=["unix_line_ends", "windows_line_ends"])
def test_an_event_may_have_256_kib_without_its_line_end(run, padding, expected, end):
    event = encoded(BILLED)
    event += b" " * (EVENT_BYTES_MAX - len(event) + padding)

    result = run(event, end=end)

    assert expected == result.exit_code


def test_blank_lines_are_passed_over_and_counted_as_rows(run):
    result = run(b"", b"  ", BILLED, b"\t", b"{")

    assert 1 == len(_json_lines(result.stdout))
    assert 5 == json.loads(result.stderr)["row"]


def test_a_byte_order_mark_at_the_beginning_is_passed_over(run):
    result = run(b"\xef\xbb\xbf" + encoded(BILLED))

    assert 0 == result.exit_code


def test_a_last_line_needs_no_end(run):
    result = run(BILLED, end=b"")

    assert (0, 1) == (result.exit_code, len(_json_lines(result.stdout)))


def test_standard_input_is_read_where_the_file_is_a_dash():
    result = CliRunner().invoke(adjudicator, ["decide", "-"], input=encoded(BILLED))

    assert (0, 1) == (result.exit_code, len(_json_lines(result.stdout)))


def test_several_files_are_one_sequence_of_events(tmp_path):
    for number, event in enumerate((BILLED, REPORTED)):
        (tmp_path / f"{number}.jsonl").write_bytes(encoded(event))

    result = CliRunner().invoke(
        adjudicator, ["decide", str(tmp_path / "0.jsonl"), str(tmp_path / "1.jsonl")]
    )

    assert ["approved"] == [data["outcome"] for data in _json_lines(result.stdout)]


def test_an_empty_file_is_decided_without_celery_redis_or_rich(tmp_path):
    file = tmp_path / "empty.jsonl"
    file.touch()
    script = (
        "import sys; from worker.cli import adjudicator\n"
        f"adjudicator(['decide', {str(file)!r}], standalone_mode=False)\n"
        f"sys.exit(sum(name in sys.modules for name in {NOT_NEEDED!r}))"
    )

    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_library_that_is_refused_makes_exit_3_and_says_why(run, tmp_path):
    (tmp_path / "library").mkdir()
    (tmp_path / "events.jsonl").touch()

    result = CliRunner().invoke(
        adjudicator,
        ["decide", str(tmp_path / "events.jsonl"), "--library", str(tmp_path / "library")],
    )

    assert 3 == result.exit_code
    assert "is refused" in result.stderr
    assert "Traceback" not in result.stderr


def test_other_plans_are_used_where_they_are_named(tmp_path):
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "other.toml").write_text(
        'plan_id = "other"\nline_of_business = "commercial"\n'
        'clinical_denials_need_peer_review = false\nstate = "PA"\n'
        'investigational_group = "CO"\nnon_covered_group = "PR"\nexcluded_procedures = []\n'
    )

    result = CliRunner().invoke(
        adjudicator,
        ["decide", "-", "--plans", str(tmp_path / "plans")],
        input=encoded(BILLED),
    )

    assert ["PLAN_UNKNOWN"] == [data["reason"] for data in _json_lines(result.stdout)]


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="nothing_to_decide"),
        pytest.param(["nowhere.jsonl"], id="no_such_file"),
        pytest.param(["-", "--scenarios", "-"], id="events_and_scenarios"),
        pytest.param(["-", "--library", "nowhere"], id="no_such_library"),
        pytest.param(["-", "--quickly"], id="no_such_option"),
    ],
)
def test_misuse_makes_exit_2(arguments):
    result = CliRunner().invoke(adjudicator, ["decide", *arguments])

    assert 2 == result.exit_code
    assert "Traceback" not in result.stderr


def test_scenarios_that_come_out_as_expected_make_exit_0(tmp_path):
    result = _decide_scenario(tmp_path, {"outcome": "approved", "reason": "CRITERIA_MET"})

    assert 0 == result.exit_code
    assert [
        {"name": "limited", "order": "given", "passed": True, "differences": []},
        {"scenarios": 1, "differences": 0, "skipped": 0},
    ] == _json_lines(result.stdout)


def test_a_scenario_that_comes_out_otherwise_is_shown_and_makes_exit_1(tmp_path):
    result = _decide_scenario(tmp_path, {"outcome": "denied"})

    assert 1 == result.exit_code
    assert {
        "claim_id": "C-1001",
        "line": 1,
        "field": "outcome",
        "expected": "denied",
        "queue": None,
        "decide": "approved",
    } == _json_lines(result.stdout)[0]["differences"][0]


def test_a_file_that_holds_no_scenarios_is_misuse(tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_bytes(encoded(BILLED))

    result = CliRunner().invoke(adjudicator, ["decide", "--scenarios", str(file)])

    assert 2 == result.exit_code
    assert "row 1 is not a scenario" in result.stderr


def _decide_scenario(folder: Path, expected: dict[str, Any]) -> Result:
    scenario = {
        "name": "limited",
        "why": "the MRI was limited",
        "cites": ["I.A"],
        "events": [BILLED, REPORTED],
        "expect": [{"claim_id": "C-1001", "line": 1} | expected],
    }
    file = folder / "scenario.json"
    file.write_text(json.dumps(scenario, indent=1))
    return CliRunner().invoke(adjudicator, ["decide", "--scenarios", str(file)])


def _claim(claim_id: str, member_id: str, lines: list[int]) -> dict[str, Any]:
    line = BILLED["data"]["lines"][0]
    event = event_of(
        CLAIM,
        claim_id=claim_id,
        member_id=member_id,
        lines=[line | {"line": number} for number in lines],
    )
    return with_value(event, "id", claim_id)


def _json_lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]
