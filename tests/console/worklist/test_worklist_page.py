"""The worklist as a reviewer uses it."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from console.deciding.cases import Case
from console.deciding.kept_decisions import KeptDecisions, PersonsDecision, replace_kept
from console.deciding.leases import lease_of, release, take
from tests.support.console_day import csrf_of

pytestmark = pytest.mark.xdist_group("worklist_page")

MINE = Case("M-006", "CLM-2025-0456", 1)
"""The most urgent line of the sample day."""


@pytest.fixture(autouse=True)
def free_at_the_end(console_day):
    """Nobody has anything after a test."""
    yield
    for key in console_day.redis.scan_iter(match="mrs:console:lease:*"):
        console_day.redis.delete(key)


def selected(text: str) -> int:
    found = re.search(r"(\d+) of \d+ selected", text)
    assert found
    return int(found[1])


def test_a_reviewer_sees_what_is_pended_when_it_is_due_and_what_it_waits_for(console_day):
    text = console_day.logged_in().get("/worklist").text

    row = text.split("CLM-2025-0456, line 1")[1].split("</tr>")[0]
    assert 16 == selected(text)
    assert "a clinical denial waits for a peer reviewer" in row
    assert "for: clinical records, authorization, review" in row
    assert "sample-medicaid" in row
    assert "days overdue" in text
    assert "nobody" in row


def test_nothing_is_recommended_in_the_list(console_day):
    text = console_day.logged_in().get("/worklist").text

    assert "ecommended" not in text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("reason=PEER_REVIEW", 1, id="by_reason"),
        pytest.param("plan=sample-medicaid", 1, id="by_plan"),
        pytest.param("due=overdue", 16, id="overdue"),
        pytest.param("due=today", 0, id="due_today"),
        pytest.param("due=week", 0, id="due_in_the_week"),
        pytest.param("who=free", 16, id="free"),
        pytest.param("who=mine", 0, id="mine"),
        pytest.param("search=clm-2025-0456", 1, id="a_claim"),
        pytest.param("search=M-006", 1, id="a_member"),
        pytest.param("search=2025-06-25", 1, id="a_day_of_service"),
        pytest.param("search=no-such", 0, id="nothing"),
    ],
)
def test_the_list_is_selected_and_searched(console_day, query, expected):
    assert expected == selected(console_day.logged_in().get(f"/worklist?{query}").text)


def test_a_search_by_a_whole_id_also_finds_what_is_decided(console_day):
    text = console_day.logged_in().get("/worklist?search=CLM-2025-0401").text

    assert 0 == selected(text)
    assert "/claim?member=M-001&amp;claim=CLM-2025-0401&amp;line=1" in text


def test_a_claim_that_somebody_has_is_shown_as_theirs(console_day):
    take(console_day.redis, "mrs", MINE, "s.brown")

    browser = console_day.logged_in()

    row = browser.get("/worklist").text.split("CLM-2025-0456, line 1")[1].split("</tr>")[0]
    assert "s.brown" in row
    assert 1 == selected(browser.get("/worklist?who=others").text)
    assert 15 == selected(browser.get("/worklist?who=free").text)


def test_the_next_is_the_most_urgent_that_nobody_has(console_day):
    take(console_day.redis, "mrs", MINE, "s.brown")
    browser = console_day.logged_in()
    csrf = csrf_of(browser.get("/worklist").text)

    answer = browser.post("/worklist/next", data={"csrf": csrf})

    assert 303 == answer.status_code
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    case = Case(asked["member"][0], asked["claim"][0], int(asked["line"][0]))
    lease = lease_of(console_day.redis, "mrs", case)
    assert lease is not None
    assert (True, "R-reviewer") == (case != MINE, lease.holder)
    assert 1 == selected(browser.get("/worklist?who=mine").text)
    assert release(console_day.redis, "mrs", case, lease)


def test_the_next_is_taken_from_what_was_selected(console_day):
    browser = console_day.logged_in()
    csrf = csrf_of(browser.get("/worklist").text)

    answer = browser.post("/worklist/next", data={"csrf": csrf, "plan": "sample-no-such"})

    assert answer.headers["location"].endswith("plan=sample-no-such&none=yes")
    assert "There is no next one for you" in browser.get(answer.headers["location"]).text


def test_a_line_that_one_person_has_decided_waits_for_another(console_day):
    denied = PersonsDecision("f-1", "s.brown", "RN", "RN", "denied", "In my own words.", "first")
    kept = KeptDecisions("d-1", denied)
    assert replace_kept(console_day.redis, "mrs", MINE, None, kept)

    text = console_day.logged_in().get("/worklist").text

    assert replace_kept(console_day.redis, "mrs", MINE, kept, None)
    row = text.split("CLM-2025-0456, line 1")[1].split("</tr>")[0]
    assert "for: a second person" in row
    assert "denied" not in row


def test_what_a_person_may_not_decide_is_not_the_next(console_day):
    denied = PersonsDecision("f-1", "R-reviewer", "RN", "RN", "denied", "In my words.", "first")
    (latest,) = (
        json.loads(event)["id"]
        for event in console_day.world.determinations()
        if json.loads(event)["data"]["claim_id"] == MINE.claim_id
    )
    kept = KeptDecisions(latest, denied)
    assert replace_kept(console_day.redis, "mrs", MINE, None, kept)
    browser = console_day.logged_in()
    csrf = csrf_of(browser.get("/worklist").text)

    answer = browser.post("/worklist/next", data={"csrf": csrf, "search": MINE.claim_id})

    assert replace_kept(console_day.redis, "mrs", MINE, kept, None)
    assert "none=yes" in answer.headers["location"]


def test_an_auditor_takes_nothing(console_day):
    browser = console_day.logged_in("auditor")
    text = browser.get("/worklist").text

    answer = browser.post("/worklist/next", data={"csrf": csrf_of(text)})

    assert "Take the next" not in text
    assert 403 == answer.status_code


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "9" * 30])
def test_a_page_that_there_is_not_is_the_nearest(console_day, number):
    assert 200 == console_day.logged_in().get(f"/worklist?page={number}").status_code


def test_what_is_typed_stays_text(console_day):
    text = console_day.logged_in().get("/worklist", params={"search": '"><script>x'}).text

    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_search_is_in_the_log_of_views(console_day):
    console_day.logged_in("auditor", "A-9").get("/worklist?search=M-006")

    mine = [each for each in console_day.views() if each["viewer"] == "A-9"]
    assert {"search": "M-006"} == mine[-1]["subjects"]
