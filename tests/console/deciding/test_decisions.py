"""A person takes a case, decides it, and sees the new determination."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from console.access.viewers import Role
from console.deciding.cases import Case
from console.deciding.leases import lease_key
from tests.support.console_day import ConsoleDay, csrf_of
from tests.support.decisions import WORDS, Form, decided, latest, opened, pended_case, taken
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of

pytestmark = pytest.mark.xdist_group("console_decisions")

UNCLEAR = Case("M-021", "CLM-2025-0422", 1)
ABSENT = Case("M-009", "CLM-2025-0410", 1)
UNKNOWN = Case("M-010", "CLM-2025-0411", 1)
RESULT = Case("M-013", "CLM-2025-0415", 2)
EXCLUSIVE = Case("M-034", "CLM-2025-0436", 1)
SUSPECT = Case("M-026", "CLM-2025-0442", 1)
REPEAT = Case("M-027", "CLM-2025-0443", 1)
NOT_FOUND = Case("M-032", "CLM-2025-0434", 1)
MODIFIER = Case("M-028", "CLM-2025-0430", 1)
UNUSABLE = Case("M-008", "CLM-2025-0458", 1)


def shown(browser: TestClient, answer: Any) -> str:
    """The page that an answer leads to."""
    assert answer.status_code == 303, answer.text
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200
    return page.text


def test_a_decision_becomes_a_review_in_the_persons_own_words(console_day: ConsoleDay) -> None:
    browser = console_day.logged_in("reviewer", "R-17", "RN")
    answer = decided(browser, UNCLEAR, taken(browser, UNCLEAR), decision="approved")
    console_day.work_off()

    page = shown(browser, answer)

    found = latest(console_day, UNCLEAR)
    assert (found["outcome"], found["reason"], found["decided_by"]) == (
        "approved",
        "REVIEWED",
        "person",
    )
    assert found["review"] | {"id": ""} == {
        "decision": "approved",
        "reason": WORDS,
        "role": "RN",
        "reviewer_id": "R-17",
        "credential": "RN",
        "level": "first",
        "source": "/console",
        "id": "",
    }
    assert "A worker has applied it" in page
    assert "REVIEWED" in page


def test_a_denial_carries_the_codes_that_the_person_chose(console_day: ConsoleDay) -> None:
    browser = console_day.logged_in("reviewer", "R-17")
    fields = taken(browser, UNKNOWN)
    decided(browser, UNKNOWN, fields, decision="denied", carc=" 50", rarc="n661, N674")
    console_day.work_off()

    found = latest(console_day, UNKNOWN)

    assert (found["outcome"], found["carc"], found["rarc"]) == ("denied", "50", ["N661", "N674"])


def test_what_is_on_its_way_is_said_to_be(
    console_day: ConsoleDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.deciding.routes._PATIENCE_SECONDS", 0.0)
    browser, other = console_day.logged_in("reviewer", "R-17"), console_day.logged_in()
    answer = decided(browser, RESULT, taken(browser, RESULT))

    page = shown(browser, answer)
    theirs = opened(other, RESULT)
    console_day.work_off()

    assert "It is on its way" in page
    assert "A decision of this line is on its way" in theirs
    assert "A worker has applied it" in shown(browser, answer)


def test_a_decision_that_makes_no_difference_is_said_to_make_none(console_day: ConsoleDay) -> None:
    browser = console_day.logged_in("reviewer", "R-17")
    fields = taken(browser, MODIFIER)
    answer = decided(browser, MODIFIER, fields)
    console_day.work_off()

    assert "As long as coding is not met" in opened(browser, MODIFIER)
    assert "It changed no determination" in shown(browser, answer)
    assert latest(console_day, MODIFIER)["reason"] == "MODIFIER_INVALID"


def test_opening_ones_own_case_renews_the_lease(console_day: ConsoleDay) -> None:
    browser = console_day.logged_in("reviewer", "R-17")
    case = pended_case(console_day, "renewed")
    taken(browser, case)
    console_day.redis.pexpire(lease_key("mrs", case), 60_000)

    opened(console_day.logged_in("reviewer", "R-18"), case)
    others = console_day.redis.pttl(lease_key("mrs", case))
    opened(browser, case)

    assert others <= 60_000
    assert console_day.redis.pttl(lease_key("mrs", case)) > 60_000


def test_others_read_a_case_that_somebody_has(console_day: ConsoleDay) -> None:
    browser = console_day.logged_in("reviewer", "R-17")
    other = console_day.logged_in("reviewer", "R-18")
    fields = taken(browser, EXCLUSIVE)

    page = opened(other, EXCLUSIVE)
    answer = decided(other, EXCLUSIVE, fields | {"csrf": csrf_of(page)})

    assert "R-17 has this case" in page
    assert "/decide?" not in str(Form(page, "/decide").actions)
    assert (answer.status_code, WORDS in answer.text) == (409, True)
    assert latest(console_day, EXCLUSIVE)["outcome"] == "pended"


def test_a_case_that_was_given_back_is_taken_by_another(console_day: ConsoleDay) -> None:
    browser = console_day.logged_in("reviewer", "R-17")
    other = console_day.logged_in("reviewer", "R-18")
    taken(browser, SUSPECT)
    fields = Form(opened(browser, SUSPECT), "/decide/release").fields
    browser.post(f"/decide/release?{SUSPECT.query}", data=fields)

    assert taken(other, SUSPECT)["determination"].startswith("d-")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param({"decision": ""}, "Say what you decide", id="no_decision"),
        pytest.param({"decision": "maybe"}, "Say what you decide", id="another_decision"),
        pytest.param({"reason": " \r\n "}, "in your own words", id="a_blank_reason"),
        pytest.param({"reason": "x" * 4001}, "At most 4,000 characters", id="one_too_many"),
        pytest.param({"carc": "50"}, "Only a denial has codes", id="codes_of_an_approval"),
        pytest.param(
            {"decision": "denied", "rarc": "N661"}, "stands beside a CARC", id="a_rarc_alone"
        ),
        pytest.param(
            {"decision": "denied", "carc": "9999"}, "No CARC of the library", id="no_such_carc"
        ),
        pytest.param(
            {"decision": "denied", "carc": "15"}, "No CARC of the library", id="a_carc_that_ended"
        ),
        pytest.param(
            {"decision": "denied", "carc": "18"}, "another group than CO", id="of_another_group"
        ),
        pytest.param({"decision": "denied", "carc": "16"}, "asks for a RARC", id="a_carc_alone"),
        pytest.param(
            {"decision": "denied", "carc": "50", "rarc": "N661 N0"}, "N0 is no RARC", id="no_rarc"
        ),
        pytest.param({"form_id": "mine"}, "was not made here", id="a_form_of_ones_own"),
    ],
)
def test_a_form_with_a_fault_comes_back_filled(
    console_day: ConsoleDay, typed: dict[str, str], said: str
) -> None:
    browser = console_day.logged_in("reviewer", "R-18")
    fields = taken(browser, REPEAT)

    answer = decided(browser, REPEAT, fields, **typed)

    again = Form(answer.text, "/decide").fields
    assert answer.status_code == 422
    assert said in answer.text
    assert again["reason"] == typed.get("reason", WORDS).replace("\r\n", "\n")
    assert again.get("carc", "") == typed.get("carc", "")
    chosen = typed.get("decision", "approved")
    assert again.get("decision") == (chosen if chosen in ("approved", "denied") else None)
    assert latest(console_day, REPEAT)["outcome"] == "pended"


@pytest.mark.parametrize("length", [1, 4000], ids=["one_letter", "as_many_as_may_be"])
def test_a_reason_of_any_length_within_bounds_is_sent(console_day: ConsoleDay, length: int) -> None:
    browser = console_day.logged_in("reviewer", "R-18")
    case = {1: NOT_FOUND, 4000: UNUSABLE}[length]

    answer = decided(browser, case, taken(browser, case), reason="w" * length)
    console_day.work_off()

    assert answer.status_code == 303
    assert latest(console_day, case)["review"]["reason"] == "w" * length


def test_a_form_made_from_an_older_determination_is_refused_and_keeps_what_was_typed(
    console_day: ConsoleDay,
) -> None:
    browser = console_day.logged_in("reviewer", "R-17")
    fields = taken(browser, ABSENT)
    report = event_of(
        REPORT,
        member_id="M-009",
        study_id="S-new",
        date_of_service="2025-06-10",
        result="unknown",
    )
    console_day.work_off(encoded(report | {"id": "late-report"}))

    answer = decided(browser, ABSENT, fields, decision="denied", carc="50", rarc="N661")

    again = Form(answer.text, "/decide").fields
    assert answer.status_code == 409
    assert "What has changed since you opened the form" in answer.text
    assert "conventional imaging" in answer.text
    assert "events known of the member" in answer.text
    assert [again[name] for name in ("decision", "reason", "carc", "rarc")] == [
        "denied",
        WORDS,
        "50",
        "N661",
    ]
    assert latest(console_day, ABSENT)["decided_by"] != "person"

    console_day.work_off()
    assert decided(browser, ABSENT, again, decision="denied").status_code == 303
    console_day.work_off()
    assert latest(console_day, ABSENT)["review"]["decision"] == "denied"


def test_what_was_typed_is_shown_where_there_is_nothing_left_to_decide(
    console_day: ConsoleDay,
) -> None:
    browser = console_day.logged_in("reviewer", "R-17")
    fields = taken(browser, EXCLUSIVE)
    void = event_of(
        CLAIM,
        claim_id="C-void",
        member_id=EXCLUSIVE.member_id,
        frequency="8",
        replaces=EXCLUSIVE.claim_id,
    )
    console_day.work_off(encoded(void | {"id": "void"}))

    answer = decided(browser, EXCLUSIVE, fields)

    assert answer.status_code == 409
    assert "There is nothing to decide" in answer.text
    assert "What you typed" in answer.text
    assert WORDS in answer.text
    assert latest(console_day, EXCLUSIVE)["reason"] == "VOIDED"


def test_what_became_known_of_the_member_alone_makes_a_form_stale_too(
    console_day: ConsoleDay,
) -> None:
    browser = console_day.logged_in("reviewer", "R-18")
    fields = taken(browser, REPEAT)
    report = event_of(REPORT, member_id="M-027", study_id="S-old", date_of_service="2020-06-10")
    console_day.work_off(encoded(report | {"id": "old-report"}))

    answer = decided(browser, REPEAT, fields)

    assert answer.status_code == 409
    assert "events known of the member" in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/decide?"),
        ("POST", "/decide?"),
        ("POST", "/decide/take?"),
        ("POST", "/decide/release?"),
        ("GET", "/decide/sent?event=console-1&"),
        ("GET", "/sample?"),
        ("GET", "/sample/judge?determination=d-1&"),
        ("POST", "/sample/judge?determination=d-1&"),
    ],
)
def test_an_auditor_can_do_none_of_it(console_day: ConsoleDay, method: str, path: str) -> None:
    browser = console_day.logged_in("auditor")
    csrf = csrf_of(browser.get("/").text)
    fields = {"csrf": csrf, "decision": "approved", "reason": WORDS}
    data = {"data": fields} if method == "POST" else {}

    answer = browser.request(method, path + REPEAT.query, **data)

    assert answer.status_code == 403
    assert latest(console_day, REPEAT)["outcome"] == "pended"
    assert console_day.redis.keys("mrs:console:*R-auditor*") == []


@pytest.mark.parametrize(
    "query",
    [
        "",
        "member=M-021&claim=CLM-2025-0422",
        "member=M-021&claim=CLM-2025-0422&line=0",
        "member=M-021&claim=CLM-2025-0422&line=9",
        "member=M-020&claim=CLM-2025-0422&line=1",
        "member=M-021&claim=..%2F..%2Fetc&line=1",
        "member=M-021&claim=%00&line=1",
        f"member={'x' * 257}&claim=C&line=1",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_that_names_no_case_is_no_page(
    console_day: ConsoleDay, method: str, query: str
) -> None:
    browser = console_day.logged_in()
    fields = {"csrf": csrf_of(browser.get("/").text)}
    data = {"data": fields} if method == "POST" else {}

    assert 404 == browser.request(method, f"/decide?{query}", **data).status_code


def test_what_was_typed_stands_in_the_form_where_redis_is_away(
    console_day: ConsoleDay,
) -> None:
    browser = console_day.logged_in("senior", "S-1")
    case = Case("M-036", "CLM-2025-0439", 1)
    fields = taken(browser, case)
    console_day.redis.config_set("requirepass", "away")
    try:
        console_day.redis.client_kill_filter(_type="normal", skipme=True)
        answer = decided(browser, case, fields, decision="denied")
    finally:
        console_day.redis.config_set("requirepass", "")

    again = Form(answer.text, f"/decide?{case.query}".partition("?")[0])
    assert answer.status_code == 503
    assert f"/decide?{case.query}" in again.actions
    assert again.fields["reason"] == WORDS
    assert again.fields["form_id"] == fields["form_id"]


@pytest.mark.parametrize("role", ["reviewer", "senior"])
def test_nothing_is_chosen_beforehand(console_day: ConsoleDay, role: Role) -> None:
    browser = console_day.logged_in(role, "S-2")
    case = Case("M-006", "CLM-2025-0456", 1)
    taken(browser, case)

    form = Form(opened(browser, case), "/decide")

    assert {"reason", "decision", "carc", "rarc"} <= form.names
    assert form.checked == []
    assert form.fields["carc"] == form.fields["rarc"] == ""
