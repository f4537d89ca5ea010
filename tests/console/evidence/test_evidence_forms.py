"""Evidence is entered by form: one event each, with its faults beside the fields."""

from __future__ import annotations

import json
import socket
import threading
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.deciding.cases import Case
from console.evidence.kinds import EVIDENCE_KINDS
from tests.support.console_day import ConsoleDay, csrf_of
from tests.support.decisions import Form, decided, events_sent, latest, pended_case, taken
from tests.support.event_builders import CLAIM, encoded, event_of

pytestmark = pytest.mark.xdist_group("console_evidence")

IMAGING = {
    "study_id": "ACC-1",
    "procedure": "70553",
    "modifiers": "",
    "date_of_service": "2025-06-02",
    "status": "performed",
    "result": "limited",
    "diagnoses": "C71.1, I67.89",
}
TREATMENT = {
    "treatment_id": "T-1",
    "procedure": "61510",
    "date_of_service": "2025-06-02",
    "status": "performed",
    "diagnoses": "C71.1",
}
COVERAGE = {"plan_id": "sample-commercial", "enrolled_from": "2024-01-01", "enrolled_through": ""}
ATTESTATION = {"date_of_service": "2025-06-02", "reference": "PWK-77"}
TYPED = {
    "imaging": IMAGING,
    "treatment": TREATMENT,
    "coverage": COVERAGE,
    "attestation": ATTESTATION,
}


def address(kind: str, case: Case) -> str:
    return f"/evidence/{kind}?{case.query.rpartition('&')[0]}"


def sent(browser: TestClient, kind: str, case: Case, **typed: str) -> Any:
    """Opens a form, fills it in and sends it; the answer."""
    where = address(kind, case)
    form = Form(browser.get(where).text, f"/evidence/{kind}")
    assert set(TYPED[kind]) <= form.names
    return browser.post(where, data=form.fields | TYPED[kind] | typed)


def test_an_imaging_report_decides_the_claim_that_waited_for_it(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "imaged")
    browser = console_day.logged_in("reviewer", "R-17")

    answer = sent(browser, "imaging", case)
    console_day.work_off()

    (event,) = events_sent(console_day, case)
    assert event["data"] == {
        "member_id": case.member_id,
        "study_id": "ACC-1",
        "procedure": "70553",
        "modifiers": [],
        "date_of_service": "2025-06-02",
        "status": "performed",
        "result": "limited",
        "diagnoses": ["C71.1", "I67.89"],
        "entered_by": "R-17",
    }
    assert latest(console_day, case)["outcome"] == "approved"
    assert "this changed" in browser.get(answer.headers["location"]).text


def test_a_treatment_and_a_coverage_record_become_known(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "treated")
    browser = console_day.logged_in("senior", "S-1")

    sent(browser, "treatment", case)
    answer = sent(browser, "coverage", case)
    console_day.work_off()

    types = [event["type"] for event in events_sent(console_day, case)]
    assert types == ["treatment.reported.v1", "coverage.recorded.v1"]
    assert latest(console_day, case)["record_version"] <= 3
    assert browser.get(answer.headers["location"]).status_code == 200


def test_an_attestation_stands_on_the_claim_that_is_sent_again(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "attested")
    browser = console_day.logged_in("reviewer", "R-17")

    answer = sent(browser, "attestation", case)
    console_day.work_off()

    (event,) = events_sent(console_day, case)
    again = Case(case.member_id, event["data"]["claim_id"], 1)
    assert (event["data"]["frequency"], event["data"]["replaces"]) == ("7", case.claim_id)
    assert event["data"]["attestations"] == [
        {"kind": "conventional_imaging_limited", **ATTESTATION}
    ]
    assert latest(console_day, case)["reason"] == "SUPERSEDED"
    assert latest(console_day, again)["outcome"] == "approved"
    assert again.claim_id in browser.get(answer.headers["location"]).text


def test_the_claim_is_otherwise_sent_again_as_it_was(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "whole", place_of_service="22", diagnoses=["C71.1", "R51.9"])
    sent(console_day.logged_in(), "attestation", case)
    console_day.work_off()

    (event,) = events_sent(console_day, case)

    data = event["data"]
    assert (data["place_of_service"], data["diagnoses"]) == ("22", ["C71.1", "R51.9"])
    assert data["lines"][0]["charge"] == "850.00"
    assert data["lines"][0]["rendering_npi"] == "1234567893"
    assert data["received_at"] > "2025-06-20"


def test_a_claim_that_is_replaced_takes_no_attestation(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "replaced")
    void = event_of(
        CLAIM, claim_id="C-v", member_id=case.member_id, frequency="8", replaces=case.claim_id
    )
    console_day.work_off(encoded(void | {"id": "void"}))

    answer = sent(console_day.logged_in(), "attestation", case)
    console_day.work_off()

    assert answer.status_code == 422
    assert "attest on the one that holds" in answer.text
    assert events_sent(console_day, case) == []


@pytest.mark.parametrize(
    ("kind", "typed", "faulty"),
    [
        pytest.param("imaging", {"procedure": "7055"}, {"procedure"}, id="no_procedure"),
        pytest.param("imaging", {"date_of_service": "06/02/2025"}, {"date_of_service"}, id="a_day"),
        pytest.param("imaging", {"date_of_service": "2199-01-01"}, {"date_of_service"}, id="later"),
        pytest.param("imaging", {"status": "", "result": ""}, {"status", "result"}, id="no_choice"),
        pytest.param("imaging", {"study_id": " "}, {"study_id"}, id="a_blank_id"),
        pytest.param("imaging", {"diagnoses": "C71.1 C.7.1"}, {"diagnoses"}, id="no_diagnosis"),
        pytest.param("imaging", {"modifiers": "26 T"}, {"modifiers"}, id="no_modifier"),
        pytest.param("treatment", {"treatment_id": "x" * 257}, {"treatment_id"}, id="a_long_id"),
        pytest.param("coverage", {"enrolled_from": ""}, {"enrolled_from"}, id="no_beginning"),
        pytest.param(
            "coverage", {"enrolled_through": "2023-12-31"}, {"enrolled_through"}, id="ends_before"
        ),
        pytest.param("attestation", {"date_of_service": "soon"}, {"date_of_service"}, id="no_day"),
    ],
)
def test_every_fault_stands_beside_its_field_and_what_was_typed_stays(
    console_day: ConsoleDay, kind: str, typed: dict[str, str], faulty: set[str]
) -> None:
    case = pended_case(console_day, f"faulty-{kind}-{sorted(typed)}-{sorted(typed.values())}"[:200])
    browser = console_day.logged_in()

    answer = sent(browser, kind, case, **typed)
    console_day.work_off()

    form = Form(answer.text, f"/evidence/{kind}")
    assert answer.status_code == 422
    assert {name for name in TYPED[kind] if f'id="{name}-fault"' in answer.text} == faulty
    assert {name: form.fields[name] for name in TYPED[kind]} == TYPED[kind] | typed
    assert events_sent(console_day, case) == []


@pytest.mark.parametrize("kind", list(EVIDENCE_KINDS))
def test_the_same_form_sent_again_is_one_event(console_day: ConsoleDay, kind: str) -> None:
    case = pended_case(console_day, f"again-{kind}")
    browser = console_day.logged_in()
    where = address(kind, case)
    fields = Form(browser.get(where).text, f"/evidence/{kind}").fields | TYPED[kind]

    answers = [browser.post(where, data=fields) for _ in range(2)]
    console_day.work_off()

    assert [answer.headers["location"] for answer in answers] == [
        answers[0].headers["location"]
    ] * 2
    assert len(events_sent(console_day, case)) == 1


def test_a_form_that_was_sent_is_not_sent_with_other_words(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "otherwise")
    browser = console_day.logged_in()
    where = address("imaging", case)
    fields = Form(browser.get(where).text, "/evidence/imaging").fields | IMAGING
    browser.post(where, data=fields)

    answer = browser.post(where, data=fields | {"result": "conclusive"})
    console_day.work_off()

    assert answer.status_code == 422
    assert "was sent before with other words" in answer.text
    assert Form(answer.text, "/evidence/imaging").fields["form_id"] != fields["form_id"]
    assert [each["data"]["result"] for each in events_sent(console_day, case)] == ["limited"]


def test_an_address_in_evidence_is_never_opened(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "address")
    opened: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/report"
        browser = console_day.logged_in()
        answer = sent(browser, "attestation", case, reference=url)
        console_day.work_off()
        page = browser.get(answer.headers["location"]).text
        listener = threading.Thread(target=lambda: _accept(server, opened))
        listener.start()
        listener.join()

    (event,) = events_sent(console_day, case)
    assert event["data"]["attestations"][0]["reference"] == url
    assert opened == []
    assert f'href="{url}' not in page


def test_what_looks_like_markup_is_shown_as_text(console_day: ConsoleDay) -> None:
    words = '"><script>alert(1)</script>'
    case = pended_case(console_day, f"markup-{words}")
    browser = console_day.logged_in()

    answer = sent(browser, "imaging", case, study_id=words, procedure=words)

    assert "<script" not in answer.text
    assert Form(answer.text, "/evidence/imaging").fields["study_id"] == words


@pytest.mark.parametrize("kind", list(EVIDENCE_KINDS))
def test_an_auditor_enters_nothing(console_day: ConsoleDay, kind: str) -> None:
    case = pended_case(console_day, f"auditor-{kind}")
    browser = console_day.logged_in("auditor")
    where = address(kind, case)
    fields = {"csrf": csrf_of(browser.get("/").text), "form_id": "A" * 22} | TYPED[kind]

    codes = [browser.get(where).status_code, browser.post(where, data=fields).status_code]
    console_day.work_off()

    assert codes == [403, 403]
    assert events_sent(console_day, case) == []


@pytest.mark.parametrize(
    "where",
    [
        "/evidence",
        "/evidence?member=M-1",
        "/evidence/imaging?member=M-1&claim=",
        "/evidence/claim?member=M-1&claim=C-1",
        "/evidence/..%2Fdecide?member=M-1&claim=C-1",
    ],
)
def test_an_address_that_names_no_form_is_no_page(console_day: ConsoleDay, where: str) -> None:
    assert console_day.logged_in().get(where).status_code == 404


def test_evidence_of_a_claim_of_another_member_is_refused(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "theirs")
    other = Case("M-021", case.claim_id, 1)

    answer = sent(console_day.logged_in(), "imaging", other)

    assert answer.status_code == 404


def test_a_decision_after_evidence_is_made_from_what_is_known_then(
    console_day: ConsoleDay,
) -> None:
    case = pended_case(console_day, "then-decided")
    browser = console_day.logged_in()
    fields = taken(browser, case)
    sent(browser, "imaging", case, result="unknown")
    console_day.work_off()

    answer = decided(browser, case, fields)

    assert answer.status_code == 409
    assert json.dumps(latest(console_day, case)["reason"]) == '"CONVENTIONAL_RESULT_UNKNOWN"'


def _accept(server: socket.socket, opened: list[object]) -> None:
    try:
        opened.append(server.accept())
    except TimeoutError:
        return


def test_the_forms_are_offered_for_a_claim(console_day: ConsoleDay) -> None:
    page = console_day.logged_in().get("/evidence?member=M-021&claim=CLM-2025-0422").text

    for kind in EVIDENCE_KINDS.values():
        assert kind.title in page
        assert f"/evidence/{kind.name}?member=M-021&amp;claim=CLM-2025-0422" in page


def test_a_form_that_was_not_made_here_is_made_anew(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "foreign")

    answer = sent(console_day.logged_in(), "imaging", case, form_id="mine")

    assert answer.status_code == 422
    assert Form(answer.text, "/evidence/imaging").fields["form_id"] != "mine"


def test_a_fault_of_no_field_is_told_for_the_form(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "large")

    answer = sent(console_day.logged_in(), "imaging", case, diagnoses="C71.1 " * 33_500)

    assert answer.status_code == 422
    assert "The form: event: expected at most 262144 bytes" in answer.text
