"""`adjudicator x12 read`: what it prints, sends and answers, and what it says of bad files."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mrs_adjudicator import decide
from tests.doors.x12.files_837 import (
    CLAIM,
    HOSPITAL_CLAIM,
    HOSPITAL_LINE,
    LINE,
    SIMPLE,
    SUBSCRIBER,
    dependent,
    events_of,
    file_of,
    one_claim,
    set_of,
)
from worker.cli import adjudicator

FAULTY = one_claim(*SUBSCRIBER, *CLAIM, *LINE, "CLM*SECRET-2*1***11:B:1*Y", *LINE)


def run(*words, content: str | bytes = ""):
    return CliRunner().invoke(adjudicator, ["x12", "read", *map(str, words)], input=content)


def test_events_are_printed_and_the_file_is_told_of():
    result = run("-", content=SIMPLE)

    assert 0 == result.exit_code
    assert events_of(SIMPLE) == [json.loads(line) for line in result.stdout.splitlines()]
    assert "-: 1 claim, 1 accepted, 0 rejected.\n" == result.stderr


def test_a_claim_that_is_rejected_is_told_by_its_place_alone():
    result = run("-", content=FAULTY)

    rejection, *_ = map(json.loads, result.stderr.splitlines()[:1])
    assert 1 == result.exit_code
    assert 1 == len(result.stdout.splitlines())
    assert ("000000907", "1", "0001", 2) == tuple(
        rejection[name] for name in ("interchange", "group", "transaction_set", "claim")
    )
    assert ["POINTER_TO_NOTHING", "POINTER_TO_NOTHING"] == rejection["codes"]
    assert not {"SECRET-2", "M-1", "JANE", "19800101", "C711"} & set(
        result.stderr.replace('"', " ").split()
    )


def test_every_file_of_a_folder_is_read_and_hidden_ones_are_not(tmp_path):
    for name in ("b.837", "a.837", ".hidden"):
        (tmp_path / name).write_text(SIMPLE)

    result = run(tmp_path)

    assert ["a.837:", "b.837:"] == [line.split(" ")[0] for line in result.stderr.splitlines()]


def test_acknowledgements_are_written_beside_each_other(tmp_path):
    (tmp_path / "a.837").write_text(SIMPLE)
    (tmp_path / "b.837").write_bytes(b"\x00")

    result = run(tmp_path / "a.837", tmp_path / "b.837", "--acknowledge", tmp_path / "answers")

    assert 1 == result.exit_code
    assert ["a.837.277ca", "a.837.999", "a.837.ta1", "b.837.txt"] == sorted(
        path.name for path in (tmp_path / "answers").iterdir()
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(bytes(range(256)) * 50, id="binary"),
        pytest.param(SIMPLE.replace("HC", "HP", 1), id="no_group_of_claims"),
        pytest.param(SIMPLE.encode("utf-16"), id="another_encoding"),
        pytest.param(SIMPLE[:500], id="cut_off"),
    ],
)
def test_what_cannot_be_read_makes_exit_1_and_a_sentence(content):
    result = run("-", content=content)

    assert 1 == result.exit_code
    assert "" == result.stdout
    assert "Traceback" not in result.output
    assert 2 <= len(result.stderr.splitlines()) <= 8


def test_events_are_sent_once_however_often_a_file_is_read(redis_url, redis_client, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)

    results = [run("-", "--submit", content=SIMPLE) for _ in range(2)]

    sent = [json.loads(fields[b"event"]) for _, fields in redis_client.xrange("mrs:events")]
    assert [0, 0] == [result.exit_code for result in results]
    assert "" == results[0].stdout
    assert [events_of(SIMPLE)[0]] * 2 == sent


JSON_CLAIM = {
    "claim_id": "C-1",
    "frequency": "1",
    "claim_type": "professional",
    "member_id": "M-1",
    "plan_id": "sample-commercial",
    "received_at": "2025-07-01",
    "place_of_service": "11",
    "diagnoses": ["C71.1", "G40.909"],
    "lines": [
        {
            "line": 1,
            "procedure": "76390",
            "date_of_service": "2025-06-16",
            "diagnosis_pointers": [1, 2],
            "charge": "850.00",
            "rendering_npi": "1234567893",
        }
    ],
}


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        pytest.param(SIMPLE, {}, id="of_a_doctor"),
        pytest.param(
            one_claim(*SUBSCRIBER, *HOSPITAL_CLAIM, *HOSPITAL_LINE, version="005010X223A3"),
            {"claim_type": "institutional", "place_of_service": None, "diagnoses": ["C71.1"]},
            id="of_a_hospital",
        ),
        pytest.param(
            one_claim(
                *dependent("NM1*QC*1*DOE*TED****MI*M-1-02", "DMG*D8*20150305*M"), *CLAIM, *LINE
            ),
            {"member_id": "M-1-02"},
            id="of_a_dependent",
        ),
    ],
)
def test_a_claim_is_decided_as_the_same_claim_in_json_is(text, changed):
    data = {**JSON_CLAIM, **changed}
    if data["claim_type"] == "institutional":
        line = {**data["lines"][0], "diagnosis_pointers": [], "charge": "1200.00"}
        data["lines"] = [{**line, "revenue_code": "0610"}]
    (event,) = events_of(text)
    event["data"]["claim_id"] = "C-1"

    by_file = decide([event]).determinations
    by_json = decide([{**event, "data": data}]).determinations

    assert _without_digests(by_json) == _without_digests(by_file)
    assert "pended" == by_file[0]["outcome"]


def test_every_event_of_a_file_is_one_that_workers_accept():
    text = file_of(
        set_of(*SUBSCRIBER, *CLAIM, *LINE),
        set_of(*SUBSCRIBER, "CLM*A2*.5***11:B:7*Y", "REF*F8*X1", CLAIM[1], *LINE, number="0002"),
        set_of(*SUBSCRIBER, CLAIM[0], "HI*BK:1911", "LX*1", "SV1*HC:76390*1*UN*.5***1",
               "DTP*472*D8*20140101", number="0003"),
    )  # fmt: skip

    decided = decide(events_of(text))

    assert () == decided.refused
    assert 3 == len(decided.determinations)


def _without_digests(determinations):
    return [{**each, "digests": None} for each in determinations]
