"""`adjudicator fhir read`: files, NDJSON, folders and standard input."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from doors.fhir import files
from doors.fhir.files import messages_in
from tests.doors.fhir.test_messages import ENROLMENT, MESSAGE
from tests.support.closed_schemas import faults
from tests.support.event_builders import encoded
from worker.cli import adjudicator


def run(*words: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(adjudicator, ["fhir", "read", *words], input=given)


def test_events_go_to_standard_output_and_the_summary_to_standard_error(tmp_path):
    file = tmp_path / "claims.ndjson"
    file.write_bytes(encoded(MESSAGE) + b"\n\n" + encoded(ENROLMENT) + b"\n")

    result = run(str(file))

    kinds = [json.loads(line)["type"] for line in result.stdout.splitlines()]
    assert (0, ["claim.submitted.v1", "coverage.recorded.v1"]) == (result.exit_code, kinds)
    assert result.stderr == (
        "2 messages with 1 claim of 1 line: 2 events, 0 refused, 2 other resources not read\n"
    )


def test_what_is_refused_is_reported_with_its_place_and_the_rest_goes_on(tmp_path):
    (tmp_path / "a.json").write_bytes(json.dumps(MESSAGE, indent=2).encode())
    (tmp_path / "b.ndjson").write_bytes(encoded({**ENROLMENT, "status": "draft"}) + b"\n{\n")
    (tmp_path / ".hidden").write_text("no")
    (tmp_path / "folder").mkdir()

    result = run(str(tmp_path), "--json")

    *reports, summary = map(json.loads, result.stderr.splitlines())
    assert 1 == result.exit_code == len(result.stdout.splitlines())
    assert [1, 2] == [report["row"] for report in reports]
    assert ["Coverage.status", ""] == [report["faults"][0]["expression"] for report in reports]
    assert (3, 1, 2) == (summary["messages"], summary["events"], summary["refused"])
    assert [] == faults("output.fhir-read", summary)


def test_standard_input_is_read(tmp_path):
    result = run("-", given=encoded(MESSAGE))

    assert (0, 1) == (result.exit_code, len(result.stdout.splitlines()))


@pytest.mark.parametrize("given", [b"", b"\n\n"], ids=["nothing", "blank lines"])
def test_an_empty_file_is_one_refusal(given):
    result = run("-", given=given)

    assert 1 == result.exit_code
    assert "There is nothing in it." in result.stderr


def test_a_payer_in_no_table_is_said_once():
    message = json.loads(encoded(MESSAGE))
    coverage = message["entry"][1]["resource"]
    del coverage["class"]
    coverage["payor"] = [{"identifier": {"value": "P-0"}}]
    text = encoded(message)

    result, planned = run("-", given=text), run("-", "--plan", "gold", given=text)

    assert "1 resource: Its payer is in no row of payers.csv." == result.stderr.splitlines()[-1]
    assert "unmapped-payer" == json.loads(result.stdout)["data"]["plan_id"]
    assert "gold" == json.loads(planned.stdout)["data"]["plan_id"]


def test_a_message_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(files, "MESSAGE_BYTES_MAX", 100)

    result = run("-", given=encoded(MESSAGE))

    assert (1, True) == (result.exit_code, "It is larger than" in result.stderr)


def test_the_same_file_twice_gives_the_same_bytes():
    assert run("-", given=encoded(MESSAGE)).stdout == run("-", given=encoded(MESSAGE)).stdout


def test_a_line_that_is_too_long_is_refused_and_the_next_is_read(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(files, "MESSAGE_BYTES_MAX", 10_000)
    file = tmp_path / "a.ndjson"
    file.write_bytes(encoded(MESSAGE) + b"\n{" + b" " * 35_000 + b"}\n" + encoded(ENROLMENT))

    found = [(message.row, message.raw is None) for message in messages_in([str(file)])]

    assert [(1, False), (2, True), (3, False)] == found


@pytest.mark.parametrize("between", [b"", b"\n"], ids=["in one line", "in many lines"])
def test_a_file_without_end_is_refused_in_flat_memory(tmp_path: Path, monkeypatch, between):
    monkeypatch.setattr(files, "MESSAGE_BYTES_MAX", 100_000)
    file = tmp_path / "a.json"
    with file.open("wb") as stream:
        for _ in range(500):
            stream.write(b'"' * 40_000 + between)

    tracemalloc.start()
    (found,) = messages_in([str(file)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found.raw is None
    assert peak < 2_000_000
