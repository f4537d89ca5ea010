"""What the FHIR endpoint refuses, each time as an OperationOutcome; its Redis is away."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from doors.fhir import requests
from doors.fhir.access import TokenAccess
from doors.fhir.json_text import resource_in
from tests.doors.fhir.test_messages import MESSAGE
from tests.support.event_builders import encoded
from tests.support.fhir_server import TOKEN, ServedDoor, served_door
from worker.config.guesses import FORGOTTEN_AFTER_SECONDS, PLACES_MAX, WRONG_MAX

pytestmark = pytest.mark.xdist_group("fhir_endpoint_refusals")

NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(scope="module")
def door():
    with served_door(NOWHERE) as served:
        yield served


def changed(**changes: Any) -> dict[str, Any]:
    message = json.loads(json.dumps(MESSAGE))
    message["entry"][0]["resource"].update(changes)
    return message


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Content_Type": "application/fhir+xml"}, 415, id="XML"),
        pytest.param({"Content_Type": "text/plain"}, 415, id="plain text"),
        pytest.param({"Content_Type": "application/fhir+json; fhirVersion=3.0"}, 415, id="STU3"),
        pytest.param({"Content_Type": 'application/fhir+json; fhirVersion="5.0"'}, 415, id="R5"),
        pytest.param({"Content_Type": "application/json; charset=latin-1"}, 415, id="Latin-1"),
        pytest.param({"Content_Encoding": "gzip"}, 415, id="compressed"),
        pytest.param({"Accept": "application/fhir+xml"}, 406, id="answers in XML"),
        pytest.param({"Authorization": None}, 401, id="no token"),
        pytest.param({"Authorization": "Bearer wrong"}, 401, id="a wrong token"),
        pytest.param({"Authorization": f"Basic {TOKEN}"}, 401, id="another scheme"),
        pytest.param({"Content_Type": "application/json; charset=utf-8",
                      "Accept": "application/json, text/html;q=0.5"}, 503,
                     id="nothing is wrong but that Redis is away"),
    ],
)  # fmt: skip
def test_a_request_is_refused_by_its_headers(door: ServedDoor, headers, status):
    answer = door.ask("/Claim", MESSAGE, **headers)

    assert (status, "OperationOutcome") == (answer.status, answer.resource["resourceType"])
    assert "no-store" == answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        pytest.param("/Patient", "POST", 404, id="another resource"),
        pytest.param("/Claim", "GET", 405, id="a search"),
        pytest.param("/Claim?wait=31", "POST", 400, id="a wait too long"),
        pytest.param("/Claim?wait=-1", "POST", 400, id="a wait below nothing"),
        pytest.param("/Claim?wait=%C2%B2", "POST", 400, id="a wait that is no number"),
        pytest.param("/Claim?preview=yes", "POST", 400, id="a preview neither true nor false"),
        pytest.param("/Claim?preview=true", "POST", 422, id="a preview of a claim"),
        pytest.param("/health", "GET", 503, id="health, while Redis is away"),
        pytest.param("/Claim/$submit?wait=30", "POST", 503, id="the operation"),
    ],
)
def test_a_request_is_refused_by_its_address(door: ServedDoor, path, method, status):
    answer = door.ask(path, MESSAGE, method)

    assert (status, "OperationOutcome") == (answer.status, answer.resource["resourceType"])


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        pytest.param(b"", 400, "nothing in it", id="no body"),
        pytest.param(b"\x00\xff", 400, "not", id="binary"),
        pytest.param(b"{", 400, "ends too early", id="cut off"),
        pytest.param({"resourceType": "Patient"}, 400, "One Claim", id="no Claim"),
        pytest.param({**MESSAGE, "entry": 2 * MESSAGE["entry"]}, 400, "One Claim",
                     id="two Claims"),
        pytest.param(changed(use="preauthorization"), 422, "preview", id="a preauthorization"),
        pytest.param(changed(status="draft", created="2025"), 422, "whole date", id="a draft"),
        pytest.param({"resourceType": "Parameters", "parameter": []}, 422, "One parameter",
                     id="Parameters without any"),
        pytest.param({"resourceType": "Parameters"}, 422, "One parameter", id="no parameter"),
        pytest.param({"resourceType": "Parameters",
                      "parameter": [{"name": "resource", "resource": {}}]}, 422, "One parameter",
                     id="a parameter that is no resource"),
        pytest.param({"resourceType": "Parameters",
                      "parameter": [{"name": "resource", "resource": MESSAGE}]}, 503, "away",
                     id="a Bundle as the parameter"),
    ],
)  # fmt: skip
def test_a_body_is_refused_with_what_is_wrong(door: ServedDoor, body, status, words):
    answer = door.ask("/Claim", body)

    assert (status, True) == (answer.status, words in json.dumps(answer.resource)), answer


def test_every_fault_is_an_issue_with_its_path_and_none_of_the_values(door: ServedDoor):
    answer = door.ask("/Claim", changed(status="Smithson", created="Smithson", insurance=[]))

    issues = answer.resource["issue"]
    place = "Bundle.entry[0].resource"
    assert [[f"{place}.created"], [f"{place}.insurance"]] == [
        issue["expression"] for issue in issues
    ]
    assert "Smithson" not in json.dumps(answer.resource)


def test_while_redis_is_away_it_says_when_to_come_again(door: ServedDoor):
    answer = door.ask("/Claim", MESSAGE)

    assert ("5", "transient") == (
        answer.headers["retry-after"], answer.resource["issue"][0]["code"]
    )  # fmt: skip


def test_a_large_body_is_refused_by_what_it_says_and_by_what_comes(door: ServedDoor):
    large = requests.BODY_BYTES_MAX + 1
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as announced:
        announced.sendall(_opening(f"Content-Length: {large}"))
        first = announced.recv(100)
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as streamed:
        streamed.sendall(_opening("Transfer-Encoding: chunked"))
        streamed.sendall(b"%x\r\n" % large + b" " * large + b"\r\n")
        second = streamed.recv(100)

    assert [b"HTTP/1.1 413"] * 2 == [first[:12], second[:12]]


def test_a_body_that_does_not_come_is_not_waited_for(door: ServedDoor, monkeypatch):
    monkeypatch.setattr("doors.fhir.app.BODY_SECONDS_MAX", 0.2)
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as slow:
        slow.sendall(_opening("Content-Length: 100"))

        assert slow.recv(100).startswith(b"HTTP/1.1 408")


def test_a_caller_who_leaves_is_no_failure(door: ServedDoor, capfd):
    with socket.create_connection(("127.0.0.1", door.port), timeout=60) as gone:
        gone.sendall(_opening("Content-Length: 100"))

    assert 503 == door.ask("/Claim", MESSAGE).status
    assert "Traceback" not in capfd.readouterr().err


def test_a_failure_of_ours_is_an_answer_without_what_was_sent(tmp_path):
    with served_door(NOWHERE, library=tmp_path / "Smithson") as door:
        answer = door.ask("/Claim?preview=true", changed(use="preauthorization"))

    assert (500, "exception") == (answer.status, answer.resource["issue"][0]["code"])
    assert "Smithson" not in json.dumps(answer.resource)


def test_wrong_tokens_of_an_address_are_answered_only_so_often():
    clock = [0.0]
    access = TokenAccess(TOKEN, lambda: clock[0])
    right, wrong = f"bearer {TOKEN}", "Bearer guess"

    first = [access.admit("a", wrong) for _ in range(WRONG_MAX)]
    then = access.admit("a", right), access.admit("b", right)
    clock[0] = FORGOTTEN_AFTER_SECONDS
    later = access.admit("a", right)

    assert ["refused"] * WRONG_MAX == first
    assert ("throttled", "granted") == then
    assert "granted" == later


def test_a_right_token_forgets_the_wrong_ones_and_few_addresses_are_kept():
    access = TokenAccess(TOKEN, lambda: 0.0)
    for _ in range(3):
        answers = [access.admit("a", "Bearer guess") for _ in range(WRONG_MAX - 1)]
        answers.append(access.admit("a", f"Bearer {TOKEN}"))
        assert ["refused"] * (WRONG_MAX - 1) + ["granted"] == answers
    for number in range(PLACES_MAX + WRONG_MAX):
        access.admit(str(number), None)

    assert PLACES_MAX == len(access._guesses._wrong)


def test_where_certificates_say_who_may_send_no_token_is_asked_for():
    assert "granted" == TokenAccess(None).admit("a", None)


def test_too_many_wrong_tokens_are_said_over_http():
    with served_door(NOWHERE) as door:
        statuses = [
            door.ask("/Claim", MESSAGE, Authorization="Bearer no").status
            for _ in range(WRONG_MAX + 1)
        ]

    assert [401] * WRONG_MAX + [429] == statuses


def test_the_message_that_is_tried_here_is_a_good_one():
    assert "Bundle" == resource_in(encoded(MESSAGE))["resourceType"]


def _opening(*lines: str) -> bytes:
    head = ["POST /Claim HTTP/1.1", "Host: x", f"Authorization: Bearer {TOKEN}",
            "Content-Type: application/fhir+json", *lines]  # fmt: skip
    return "\r\n".join([*head, "", ""]).encode()
