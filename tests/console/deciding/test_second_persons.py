"""A denial needs two persons where the plan asks for it, and an appeal goes to somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from console.deciding.cases import Case
from console.deciding.kept_decisions import kept_of, waits
from rules.plans import JurisdictionRow
from tests.support.console_day import ConsoleDay
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
from tests.support.event_builders import REPORT, REVIEW, encoded, event_of

pytestmark = pytest.mark.xdist_group("console_second_persons")

DIRECTOR = "Medical director, MD"
NEW_YORK = "sample-ny-commercial"


def test_a_denial_waits_for_a_second_person_who_denies_too(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "two", NEW_YORK)
    first = console_day.logged_in("reviewer", "D-1", DIRECTOR)
    second = console_day.logged_in("reviewer", "D-2", "physician reviewer")

    answer = decided(
        first,
        case,
        taken(first, case),
        decision="denied",
        reason="The first.",
        carc="50",
        rarc="N661",
    )
    console_day.work_off()

    assert answer.headers["location"] == f"/decide?{case.query}"
    assert "It waits for another person" in opened(first, case)
    assert events_sent(console_day, case) == []
    assert latest(console_day, case)["outcome"] == "pended"
    assert waits(console_day.redis, "mrs", [case]) == {case: "second_person"}

    assert "The first." in opened(second, case)
    answer = decided(second, case, taken(second, case), decision="denied", reason="The second.")
    console_day.work_off()

    (event,) = events_sent(console_day, case)
    found = latest(console_day, case)
    assert answer.headers["location"].startswith("/decide/sent?")
    assert (found["outcome"], found["carc"], found["rarc"]) == ("denied", "50", ["N661"])
    assert (found["review"]["reviewer_id"], found["review"]["reason"]) == ("D-1", "The first.")
    assert event["data"]["also_decided"] == [
        {
            "decision": "denied",
            "reason": "The second.",
            "reviewer_id": "D-2",
            "reviewer_role": "physician reviewer",
            "credential": "physician reviewer",
        }
    ]
    assert kept_of(console_day.redis, "mrs", case) is None


def test_an_approval_needs_one_person(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "one", NEW_YORK)
    nurse = console_day.logged_in("reviewer", "N-1", "RN")

    decided(nurse, case, taken(nurse, case), decision="approved")
    console_day.work_off()

    assert latest(console_day, case)["outcome"] == "approved"


def test_the_same_person_is_no_second_one(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "same", NEW_YORK)
    first = console_day.logged_in("senior", "D-1", DIRECTOR)
    fields = taken(first, case)
    decided(first, case, fields, decision="denied")

    form_id = "B" * 22
    again = decided(first, case, fields, decision="denied", form_id=form_id)
    console_day.work_off()

    assert again.status_code == 403
    assert "You have decided" in again.text
    assert WORDS in again.text
    assert events_sent(console_day, case) == []


def test_the_form_of_a_first_decision_sent_again_is_the_same_decision(
    console_day: ConsoleDay,
) -> None:
    case = pended_case(console_day, "again", NEW_YORK)
    first = console_day.logged_in("reviewer", "D-1", DIRECTOR)
    fields = taken(first, case)

    answers = [decided(first, case, fields, decision="denied") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    kept = kept_of(console_day.redis, "mrs", case)
    assert kept is not None
    assert (kept.first.by, kept.second) == ("D-1", None)


def test_where_two_persons_differ_a_senior_who_is_neither_decides(
    console_day: ConsoleDay,
) -> None:
    case = pended_case(console_day, "differ", NEW_YORK)
    first = console_day.logged_in("reviewer", "D-1", DIRECTOR)
    second = console_day.logged_in("senior", "S-2", DIRECTOR)
    third = console_day.logged_in("reviewer", "D-3", DIRECTOR)
    senior = console_day.logged_in("senior", "S-4", DIRECTOR)
    decided(first, case, taken(first, case), decision="denied")
    decided(second, case, taken(second, case), decision="approved", reason="I differ.")
    console_day.work_off()

    assert events_sent(console_day, case) == []
    assert waits(console_day.redis, "mrs", [case]) == {case: "senior"}
    assert "a senior who is neither of the two decides" in opened(third, case)
    assert Form(opened(third, case), "/decide/take").fields == {}
    assert "You have decided" in opened(second, case)

    decided(senior, case, taken(senior, case), decision="denied", reason="The senior's.")
    console_day.work_off()

    (event,) = events_sent(console_day, case)
    assert latest(console_day, case)["review"]["reviewer_id"] == "S-4"
    assert [each["reviewer_id"] for each in event["data"]["also_decided"]] == ["D-1", "S-2"]


def test_a_first_decision_of_an_earlier_determination_no_longer_counts(
    console_day: ConsoleDay,
) -> None:
    case = pended_case(console_day, "outdated", NEW_YORK)
    first = console_day.logged_in("reviewer", "D-1", DIRECTOR)
    second = console_day.logged_in("reviewer", "D-2", DIRECTOR)
    decided(first, case, taken(first, case), decision="denied", reason="Before the report.")
    report = event_of(REPORT, member_id=case.member_id, study_id="S-late", result="unknown")
    console_day.work_off(encoded(report | {"id": "late"}))

    assert "that no longer counts" in opened(second, case)
    decided(second, case, taken(second, case), decision="denied")
    console_day.work_off()

    kept = kept_of(console_day.redis, "mrs", case)
    assert events_sent(console_day, case) == []
    assert kept is not None
    assert kept.first.by == "D-2"


def test_who_may_not_deny_under_a_plan_is_not_offered_it_and_cannot_send_it(
    console_day: ConsoleDay,
) -> None:
    case = pended_case(console_day, "role", NEW_YORK)
    nurse = console_day.logged_in("reviewer", "N-1", "RN")
    fields = taken(nurse, case)

    page = opened(nurse, case)
    answer = decided(nurse, case, fields, decision="denied")

    assert 'value="denied"' not in page
    assert "medical director" in page
    assert answer.status_code == 422
    assert kept_of(console_day.redis, "mrs", case) is None


def test_an_appeal_goes_to_somebody_else_than_who_decided(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "appeal")
    first = console_day.logged_in("reviewer", "R-1")
    other = console_day.logged_in("reviewer", "R-2")
    decided(first, case, taken(first, case), decision="denied")
    console_day.work_off()

    refused = opened(first, case)
    fields = taken(other, case)
    given_back = Form(opened(other, case), "/decide/release").fields
    other.post(f"/decide/release?{case.query}", data=given_back)
    answer = decided(first, case, fields | _csrf(first), decision="approved")

    assert "its appeal goes to somebody else" in refused
    assert Form(refused, "/decide/take").fields == {}
    assert answer.status_code == 403
    assert "This is an appeal" in opened(other, case)

    decided(other, case, taken(other, case), decision="denied", reason="Still so.")
    console_day.work_off()

    review = latest(console_day, case)["review"]
    assert (review["level"], review["reviewer_id"]) == ("appeal", "R-2")


def test_a_second_person_does_not_decide_the_appeal_either(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "both", NEW_YORK)
    for person in ("D-1", "D-2"):
        browser = console_day.logged_in("reviewer", person, DIRECTOR)
        decided(browser, case, taken(browser, case), decision="denied")
    console_day.work_off()

    said = [
        opened(console_day.logged_in("reviewer", person, DIRECTOR), case)
        for person in ("D-1", "D-2", "D-3")
    ]

    assert ["somebody else" in page for page in said] == [True, True, False]


def test_an_old_form_sent_again_leaves_what_is_kept_of_the_appeal(
    console_day: ConsoleDay,
) -> None:
    case = pended_case(console_day, "old-form", NEW_YORK)
    first, second, third = (
        console_day.logged_in("reviewer", person, DIRECTOR) for person in ("D-1", "D-2", "D-3")
    )
    decided(first, case, taken(first, case), decision="denied")
    old = taken(second, case)
    decided(second, case, old, decision="denied")
    console_day.work_off()
    decided(third, case, taken(third, case), decision="denied", reason="On appeal.")

    answer = decided(second, case, old, decision="denied")
    console_day.work_off()

    kept = kept_of(console_day.redis, "mrs", case)
    assert answer.headers["location"].startswith("/decide/sent?")
    assert kept is not None
    assert (kept.first.by, kept.first.level) == ("D-3", "appeal")
    assert len(events_sent(console_day, case)) == 1


def test_who_denied_elsewhere_does_not_decide_the_appeal(console_day: ConsoleDay) -> None:
    case = pended_case(console_day, "elsewhere")
    denial = event_of(
        REVIEW,
        claim_id=case.claim_id,
        member_id=case.member_id,
        decision="denied",
        reviewer_id="R-7",
    )
    console_day.work_off(encoded(denial | {"id": "elsewhere"}))

    assert "somebody else" in opened(console_day.logged_in("senior", "R-7"), case)
    assert "somebody else" not in opened(console_day.logged_in("senior", "R-8"), case)


@pytest.mark.parametrize("role", ["reviewer", "senior"])
def test_where_the_law_wants_findings_only_nothing_is_recommended_or_chosen(
    console_day: ConsoleDay, role: str
) -> None:
    case = Case(f"M-texas-{role}", f"C-texas-{role}", 1)
    pended_case(
        console_day,
        f"texas-{role}",
        "sample-tx-commercial",
        received_at="2026-02-20",
        diagnoses=["M54.50"],
        lines=[
            {
                "line": 1,
                "procedure": "76390",
                "date_of_service": "2026-02-10",
                "diagnosis_pointers": [],
            }
        ],
    )
    browser = console_day.logged_in(role, f"T-{role}", DIRECTOR)  # type: ignore[arg-type]
    taken(browser, case)

    page = opened(browser, case)

    form = Form(page, "/decide")
    assert latest(console_day, case)["reason"] == "PEER_REVIEW"
    assert "The rules would say" not in page
    assert form.checked == []
    assert form.fields["carc"] == form.fields["rarc"] == form.fields["reason"] == ""
    assert not any(word in page for word in ("good-word", "bad-word", "waits-word", "notice good"))
    assert page.index('value="approved"') < page.index('value="denied"')


def test_what_was_recommended_is_not_shown_once_the_law_wants_findings_only(
    console_day: ConsoleDay,
) -> None:
    case = Case("M-006", "CLM-2025-0456", 1)
    browser = console_day.logged_in("reviewer", "D-1", DIRECTOR)
    parts = console_day.app.state.parts
    law = JurisdictionRow(
        state="*",
        line_of_business="*",
        effective_from=date(2020, 1, 1),
        effective_to=None,
        mode="findings_only",
        source="a law",
    )
    library = replace(console_day.library, jurisdictions=(law,))

    before = opened(browser, case)
    console_day.app.state.parts = replace(parts, library=library)
    try:
        after = opened(browser, case)
    finally:
        console_day.app.state.parts = parts

    assert ["The rules would say" in page for page in (before, after)] == [True, False]


def _csrf(browser: object) -> dict[str, str]:
    return {"csrf": Form(browser.get("/").text, "/logout").fields["csrf"]}  # type: ignore[attr-defined]
