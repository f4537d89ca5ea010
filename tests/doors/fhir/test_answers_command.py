"""`adjudicator fhir answers` writes a ClaimResponse for each determination, once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from fhir.resources.R4B.claimresponse import ClaimResponse
from redis import Redis

from doors.fhir.responses import OUR_OUTCOME, PENDED_HERE
from tests.doors.x12.determinations import denied, determined, pended
from worker.cli import adjudicator

STREAM = "mrs:determinations"
PUBLISHED = [
    denied(1, claim_id="C-1", member_id="M-1"),
    pended("conventional_imaging_report", claim_id="C-2", member_id="M-1"),
    pended("review", claim_id="C-4", member_id="M-1"),
    determined(claim_id="C-3", member_id="M-2"),
]


@pytest.fixture
def redis(redis_client: Redis, redis_url: str, monkeypatch) -> Redis:
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    for event in PUBLISHED:
        redis_client.xadd(STREAM, {"event": event})
    return redis_client


def answer(folder: Path, group: str = "fhir"):
    words = ["fhir", "answers", str(folder), "--idle-seconds", "0.2", "--group", group]
    return CliRunner().invoke(adjudicator, words)


@pytest.mark.usefixtures("redis")
def test_each_determination_has_its_answer_in_a_file_of_its_name(tmp_path):
    result = answer(tmp_path)

    answers = {path.stem: json.loads(path.read_bytes()) for path in tmp_path.iterdir()}
    assert 0 == result.exit_code, result.output
    assert {json.loads(event)["id"] for event in PUBLISHED} == set(answers)
    for each in answers.values():
        ClaimResponse.model_validate(each)
    by_claim = {each["request"]["identifier"]["value"]: each for each in answers.values()}
    outcomes = {
        claim: code["code"]
        for claim, each in by_claim.items()
        for code in each["item"][0]["adjudication"][0]["reason"]["coding"]
        if code["system"] == OUR_OUTCOME
    }
    assert {"C-1": "denied", "C-2": "pended", "C-3": "approved", "C-4": "pended"} == outcomes
    asked = {claim: len(each.get("contained", ())) for claim, each in by_claim.items()}
    assert {"C-1": 0, "C-2": 1, "C-3": 0, "C-4": 0} == asked
    assert PENDED_HERE == by_claim["C-4"]["disposition"]


def test_a_determination_that_comes_again_has_the_same_bytes(tmp_path, redis):
    answer(tmp_path / "one")
    answer(tmp_path / "other", group="other")

    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_an_entry_that_is_no_determination_is_said(tmp_path, redis):
    redis.xadd(STREAM, {"event": "{}"})

    result = answer(tmp_path)

    assert (1, True) == (result.exit_code, "is no determination" in result.output)
