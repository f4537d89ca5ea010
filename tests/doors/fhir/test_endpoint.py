"""The FHIR endpoint before a real queue and a real worker, and what it answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from fhir.resources.R4B import get_fhir_model_class
from redis import Redis

from doors.fhir import systems
from doors.fhir.desk import WITH_HISTORY, WITHOUT_HISTORY
from doors.fhir.needs import LOINC, OUR_NEED, OUR_OWN
from doors.fhir.responses import OUR_OUTCOME, OUR_REASON, PREVIEW, REVIEW_ACTION, X12_ACTIONS
from tests.support.event_builders import encoded
from tests.support.fhir_messages import DAY, day_as_fhir, message_of
from tests.support.fhir_server import ServedDoor, served_door
from tests.support.processes import eventually
from worker.cli import adjudicator
from worker.sandbox.installation import Installation
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis
from worker.store.keys import Keys

pytestmark = pytest.mark.xdist_group("fhir_endpoint")

KEYS = Keys("mrs")
EVENTS = [json.loads(line) for line in DAY.read_text().splitlines()]


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedRedis]:
    with embedded_redis() as server:
        own = Installation(server, {"redis_url": server.url, "broker_url": server.url}, 1)
        try:
            own.start_worker()
            own.wait_until_ready()
            yield server
        finally:
            own.stop()


@pytest.fixture(scope="module")
def redis(server: EmbeddedRedis) -> Iterator[Redis]:
    with Redis(unix_socket_path=str(server.socket_path)) as client:
        yield client


@pytest.fixture(scope="module")
def door(server: EmbeddedRedis) -> Iterator[ServedDoor]:
    with served_door(server.url) as served:
        yield served


@pytest.fixture(scope="module")
def day(server: EmbeddedRedis, redis: Redis, tmp_path_factory) -> None:
    """Everything of the sample day but its claims, sent as files are."""
    messages, others = day_as_fhir()
    folder = tmp_path_factory.mktemp("day")
    rest = [each for each in messages if _claim_in(each) is None]
    (folder / "day.ndjson").write_bytes(b"\n".join(map(encoded, rest)))
    (folder / "rest.jsonl").write_bytes(b"\n".join(map(encoded, others)))
    environment = {"MRS_REDIS_URL": server.url}
    for words in (["fhir", "read", "--submit", str(folder / "day.ndjson")],
                  ["submit", str(folder / "rest.jsonl")]):  # fmt: skip
        result = CliRunner().invoke(adjudicator, words, env=environment)
        assert 0 == result.exit_code, result.output
    assert eventually(lambda: _is_drained(redis), 60)


def claim(claim_id: str) -> dict[str, Any]:
    """The message of one claim of the sample day."""
    (event,) = (each for each in EVENTS if each["data"].get("claim_id") == claim_id
                and each["type"] == "claim.submitted.v1")  # fmt: skip
    return json.loads(encoded(message_of(event)))


def as_request(claim_id: str) -> dict[str, Any]:
    message = claim(claim_id)
    message["entry"][0]["resource"]["use"] = "preauthorization"
    return message


def codes_of(item: dict[str, Any]) -> dict[str, str]:
    return {each["system"]: each["code"] for each in item["adjudication"][0]["reason"]["coding"]}


def must_be_valid(resource: dict[str, Any]) -> None:
    """By a library of others."""
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@pytest.mark.usefixtures("day")
def test_a_claim_waits_in_the_queue_and_the_same_claim_again_has_its_answer(door: ServedDoor):
    message = claim("CLM-2025-0403")

    first = door.ask("/Claim", message)
    then = door.ask("/Claim?wait=30", message)
    again = door.ask("/Claim/$submit", message, Prefer="respond-async, wait=30")

    must_be_valid(first.resource)
    must_be_valid(then.resource)
    assert (202, "queued") == (first.status, first.resource["outcome"])
    assert (200, "complete") == (then.status, then.resource["outcome"])
    assert {**then.resource, "created": 0} == {**again.resource, "created": 0}
    assert {"line", "reference"} & set(first.resource["patient"]) == {"reference"}


@pytest.mark.usefixtures("day")
def test_the_day_s_claims_are_answered_as_they_are_decided(door: ServedDoor, redis: Redis):
    decided = CliRunner().invoke(adjudicator, ["decide", str(DAY)])
    expected = {
        (data["claim_id"], data["line"]): data
        for data in map(json.loads, decided.stdout.splitlines())
    }
    messages = [each for each in day_as_fhir()[0] if _claim_in(each) is not None]
    assert {200, 202} >= {door.ask("/Claim", message).status for message in messages}
    assert eventually(lambda: _is_drained(redis), 60)
    # What came later may have changed what came before.
    answers = [door.ask("/Claim?wait=30", message) for message in messages]

    found = {}
    for message, answer in zip(messages, answers, strict=True):
        must_be_valid(answer.resource)
        for item in answer.resource["item"]:
            found[_claim_in(message), item["itemSequence"]] = codes_of(item)
    wanted = {
        key: {OUR_OUTCOME: data["outcome"], OUR_REASON: data["reason"]}
        | ({systems.CARC: data["carc"]} if data["carc"] else {})
        | ({systems.GROUP: data["group"]} if data["group"] else {})
        for key, data in expected.items()
        if key in found
    }

    assert {200} == {answer.status for answer in answers}
    assert len(found) > 60
    assert wanted == {
        key: {name: code for name, code in codes.items() if name != systems.RARC}
        for key, codes in found.items()
    }
    pended = [answer.resource for answer in answers
              if answer.resource.get("communicationRequest")]  # fmt: skip
    assert pended
    for resource in pended:
        asked = [each["reasonCode"][0]["coding"] for each in resource["contained"]]
        assert all({OUR_NEED} <= {code["system"] for code in codes} <= {OUR_NEED, LOINC}
                   for codes in asked)  # fmt: skip
        assert resource["disposition"].startswith("Pended")
        assert not OUR_OWN & {code["code"] for codes in asked for code in codes}


@pytest.mark.usefixtures("day")
def test_a_preview_says_what_would_be_decided_and_records_nothing(door: ServedDoor, redis: Redis):
    before = redis.xinfo_stream(KEYS.door)["entries-added"], redis.xlen(KEYS.determinations)

    answer = door.ask("/Claim?preview=true", as_request("CLM-2025-0403"))

    must_be_valid(answer.resource)
    item = answer.resource["item"][0]
    action = item["adjudication"][0]["extension"][0]
    assert (200, "preauthorization") == (answer.status, answer.resource["use"])
    assert answer.resource["disposition"].startswith(PREVIEW)
    assert WITH_HISTORY in answer.resource["processNote"][-1]["text"]
    assert REVIEW_ACTION == action["url"]
    assert action["extension"][0]["valueCodeableConcept"]["coding"][0]["system"] == X12_ACTIONS
    assert before == (
        redis.xinfo_stream(KEYS.door)["entries-added"], redis.xlen(KEYS.determinations)
    )  # fmt: skip


def test_a_preview_without_redis_says_that_it_knows_the_request_alone():
    with served_door("redis://127.0.0.1:1/0") as door:
        answer = door.ask("/Claim?preview=true", as_request("CLM-2025-0403"))

    assert 200 == answer.status
    assert WITHOUT_HISTORY in answer.resource["processNote"][-1]["text"]


def test_a_request_for_a_later_day_is_previewed_for_that_day(door: ServedDoor):
    message = as_request("CLM-2025-0403")
    message["entry"][0]["resource"]["item"][0]["servicedDate"] = "2026-03-01"

    assert 200 == door.ask("/Claim?preview=true", message).status
    assert 422 == door.ask("/Claim", message).status


def test_it_is_well_while_redis_answers(door: ServedDoor):
    answer = door.ask("/health", method="GET", Authorization=None)

    assert (200, {"status": "ok"}) == (answer.status, answer.resource)


def _claim_in(message: dict[str, Any]) -> str | None:
    if message["resourceType"] != "Bundle":
        return None
    resource = message["entry"][0]["resource"]
    return resource["identifier"][0]["value"] if resource["resourceType"] == "Claim" else None


def _is_drained(redis: Redis) -> bool:
    return not any(
        redis.xlen(stream)
        for stream in (KEYS.door, *(KEYS.stream(f"{lane:02d}") for lane in range(16)))
    )
