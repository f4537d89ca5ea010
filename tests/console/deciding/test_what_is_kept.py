"""Kept decisions, what is sent again, and what a decision cannot change: the edges."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis import Redis

from console.deciding.cases import Case
from console.deciding.kept_decisions import (
    KeptDecisions,
    PersonsDecision,
    kept_of,
    replace_kept,
    waits,
    withdraw,
)
from console.sending.forms import enter, event_of, sent_form
from rules.loading.remittance import Remittance, RemittanceCode
from tests.support.console_day import ConsoleDay, csrf_of
from tests.support.decisions import (
    WORDS,
    Form,
    decided,
    events_sent,
    latest,
    opened,
    pended_case,
    taken,
)

pytestmark = pytest.mark.xdist_group("console_kept")

CASE = Case("M-1", "C-1", 1)
NEW_YORK = "sample-ny-commercial"
FORM = "A" * 22


def of(person: str) -> PersonsDecision:
    return PersonsDecision(FORM, person, "RN", None, "denied", WORDS, "first")


def test_what_others_have_kept_since_is_not_replaced(redis_client: Redis) -> None:
    first = KeptDecisions("d-1", of("D-1"))
    other = KeptDecisions("d-1", of("D-2"))

    assert replace_kept(redis_client, "mrs", CASE, None, first)
    assert not replace_kept(redis_client, "mrs", CASE, None, other)
    assert kept_of(redis_client, "mrs", CASE) == first
    assert waits(redis_client, "mrs", []) == {}


@pytest.mark.parametrize(
    ("kept", "person", "is_gone"),
    [
        pytest.param(KeptDecisions("d-1", of("D-1")), "D-1", True, id="ones_own"),
        pytest.param(KeptDecisions("d-1", of("D-1")), "D-2", False, id="anothers"),
        pytest.param(KeptDecisions("d-1", of("D-1"), of("D-2")), "D-1", False, id="of_two"),
        pytest.param(KeptDecisions("d-1", of("D-1"), of("D-2")), "D-2", False, id="the_second"),
    ],
)
def test_a_person_takes_back_only_a_first_decision_of_their_own(
    redis_client: Redis, kept: KeptDecisions, person: str, is_gone: bool
) -> None:
    replace_kept(redis_client, "mrs", CASE, None, kept)

    assert withdraw(redis_client, "mrs", CASE, person) is is_gone
    assert (kept_of(redis_client, "mrs", CASE) is None) is is_gone


def test_a_decision_that_was_taken_back_can_be_made_anew(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "back", NEW_YORK)
    browser = console_day.logged_in("reviewer", "D-1", "Medical director")
    decided(browser, case, taken(browser, case), decision="denied")
    fields = Form(opened(browser, case), "/decide/withdraw").fields

    browser.post(f"/decide/withdraw?{case.query}", data=fields)

    assert kept_of(console_day.redis, "mrs", case) is None
    assert decided(browser, case, taken(browser, case), decision="approved").status_code == 303


def test_of_two_who_enter_a_form_the_first_is_entered(redis_client: Redis) -> None:
    forms = [event_of(redis_client, digest * 40, "t", {}) for digest in ("a", "b")]

    entered = [enter(redis_client, "mrs", FORM, "R-1", form) for form in forms]

    assert entered == [forms[0], forms[0]]
    assert sent_form(redis_client, "mrs", FORM, "R-1") == forms[0]
    assert sent_form(redis_client, "mrs", FORM, "R-2") is None


def test_a_form_that_was_sent_is_not_sent_with_other_words(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "words")
    browser = console_day.logged_in("reviewer", "R-1")
    fields = taken(browser, case)
    decided(browser, case, fields)

    answer = decided(browser, case, fields, decision="denied", reason="Other words.")
    console_day.work_off()

    assert answer.status_code == 409
    assert "sent before with other words" in answer.text
    assert "Other words." in answer.text
    assert [each["data"]["decision"] for each in events_sent(console_day, case)] == ["approved"]


def test_what_was_typed_comes_back_where_another_has_kept_a_decision_since(
    console_day: ConsoleDay,
) -> None:
    case = pended_case(console_day, "raced", NEW_YORK)
    browser = console_day.logged_in("reviewer", "D-1", "Medical director")
    fields = taken(browser, case)
    theirs = KeptDecisions(fields["determination"], of("D-9"))
    replace_kept(console_day.redis, "mrs", case, None, theirs)

    answer = decided(browser, case, fields, decision="denied")
    console_day.work_off()

    (event,) = events_sent(console_day, case)
    assert answer.status_code == 303
    assert [each["reviewer_id"] for each in event["data"]["also_decided"]] == ["D-1"]


def test_a_case_that_nobody_may_decide_is_not_taken(console_day: ConsoleDay) -> None:
    case = Case("M-001", "CLM-2025-0401", 1)
    browser = console_day.logged_in("reviewer", "R-1")
    page = opened(browser, case)
    assert "There is nothing to decide" in page

    browser.post(f"/decide/take?{case.query}", data={"csrf": csrf_of(page)})

    assert console_day.redis.keys("mrs:console:lease:*M-001*") == []


@pytest.mark.parametrize(
    ("case", "said"),
    [
        pytest.param(Case("M-030", "CLM-2025-0432", 1), "The plan is not known", id="no_plan"),
        pytest.param(Case("M-023", "CLM-2025-0440", 1), "paid by another line", id="a_duplicate"),
        pytest.param(Case("M-014", "CLM-2025-0416", 1), "As long as benefit", id="not_covered"),
    ],
)
def test_what_a_decision_cannot_change_is_said_before(
    console_day: ConsoleDay, case: Case, said: str
) -> None:
    assert said in opened(console_day.logged_in("reviewer", "R-1"), case)


def test_what_workers_of_an_older_library_refuse_is_said_to_be_refused(
    console_day: ConsoleDay,
) -> None:
    case = pended_case(console_day, "refused")
    browser = console_day.logged_in("reviewer", "R-1")
    known = console_day.library.remittance
    assert isinstance(known, Remittance)
    newer = replace(known, codes=(*known.codes, RemittanceCode("N9999", "RARC", None, None, None)))
    parts = console_day.app.state.parts
    library = replace(console_day.library, remittance=newer)
    console_day.app.state.parts = replace(parts, library=library)
    codes = {"decision": "denied", "carc": "50", "rarc": "N9999"}
    try:
        answer = decided(browser, case, taken(browser, case), **codes)
    finally:
        console_day.app.state.parts = parts
    console_day.work_off()

    assert "among the dead letters" in browser.get(answer.headers["location"]).text
    assert latest(console_day, case)["outcome"] == "pended"
    assert "nothing to decide" not in opened(browser, case)


def test_the_fate_of_an_event_of_a_claim_that_nobody_knows_is_open(
    console_day: ConsoleDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.deciding.routes._PATIENCE_SECONDS", 0.0)
    where = f"/decide/sent?{Case('M-none', 'C-none', 1).query}&event=console-1"

    assert "It is on its way" in console_day.logged_in().get(where).text
