"""What people do in the console, from end to end: a real browser, real workers, a real Redis."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsers import WAIT_MILLISECONDS, OpenConsole

expect.set_options(timeout=WAIT_MILLISECONDS)
pytestmark = [pytest.mark.timeout(400), pytest.mark.uncounted]

OF_NEW_YORK = "member=M-019&claim=CLM-2025-0420&line=1"
WORDS = "The report of the first MRI names a lesion that it could not tell from a scar."


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def opened(page: Page, claim: str) -> None:
    """Finds a claim as a reviewer would, and opens it."""
    page.get_by_role("link", name="Worklist").click()
    page.get_by_role("searchbox").fill(claim)
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("table").get_by_role("link", name=re.compile(claim)).first.click()


def decided(console: OpenConsole, role: str, case: str, decision: str) -> Page:
    """Takes a case and sends a decision of it; the page that follows."""
    page = console.open(role, f"/decide?{case}")
    page.get_by_role("button", name="Take it").click()
    page.get_by_label(decision).check()
    page.get_by_label("Reason, in your own words").fill(WORDS)
    page.get_by_role("button", name=re.compile("Send|Decide")).click()
    return page


def until_applied(page: Page) -> None:
    """Looks again, as the page says, until a worker has applied what was sent."""
    for _ in range(120):
        if page.get_by_text("A worker has applied it").count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("No worker has applied it in a minute.")


def test_the_next_case_is_taken_decided_and_decided_again_by_a_worker(console: OpenConsole):
    page = console.open("reviewer", "/worklist")
    page.get_by_role("button", name="Take the next").click()
    claim = heading(page)

    page.get_by_role("link", name="Decide this line").click()
    assert not page.get_by_role("radio").evaluate_all("all => all.some(each => each.checked)")
    page.get_by_label("approved").check()
    page.get_by_label("Reason, in your own words").fill(WORDS)
    page.get_by_role("button", name=re.compile("Send|Decide")).click()

    expect(page.get_by_text("on its way").or_(page.get_by_text("has applied it"))).to_be_visible()
    until_applied(page)
    page.get_by_role("link", name="The claim", exact=True).click()
    assert heading(page) == claim
    expect(page.get_by_text(WORDS).first).to_be_visible()


def test_what_was_typed_stands_in_the_form_that_was_not_sent(console: OpenConsole):
    page = console.open("reviewer", "/worklist")
    opened(page, "CLM-2025-0458")
    page.get_by_role("link", name="Decide this line").click()
    page.get_by_role("button", name="Take it").click()

    page.get_by_label("Reason, in your own words").fill(WORDS)
    page.get_by_role("button", name=re.compile("Send|Decide")).click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
    expect(page.get_by_label("Reason, in your own words")).to_have_value(WORDS)


def test_a_case_that_somebody_has_is_read_only_for_others(console: OpenConsole):
    mine = console.open("senior", "/worklist")
    opened(mine, "CLM-2025-0411")
    mine.get_by_role("link", name="Decide this line").click()
    mine.get_by_role("button", name="Take it").click()

    other = console.open("reviewer", mine.url.removeprefix(console.address))

    expect(other.get_by_text("has this case, so you can only read it")).to_be_visible()
    assert 0 == other.get_by_label("Reason, in your own words").count()


def test_a_denial_waits_for_a_second_person_where_the_plan_says_so(console: OpenConsole):
    first = decided(console, "reviewer", OF_NEW_YORK, "denied")
    expect(first.get_by_role("main")).to_contain_text("second person")

    second = console.open("senior", f"/decide?{OF_NEW_YORK}")
    expect(second.get_by_role("main")).to_contain_text(WORDS)
    second = decided(console, "senior", OF_NEW_YORK, "denied")

    until_applied(second)
    expect(second.get_by_role("main")).to_contain_text("denied")


def test_an_imaging_report_is_entered_and_decides_the_line_anew(console: OpenConsole):
    page = console.open("reviewer", "/worklist")
    opened(page, "CLM-2025-0458")
    page.get_by_role("link", name="Enter evidence").click()
    page.get_by_role("link", name="Imaging report").click()

    page.get_by_label("Study id").fill("ST-008-9")
    page.get_by_role("button", name="Send it").click()

    expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
    expect(page.get_by_label("Study id")).to_have_value("ST-008-9")

    page.get_by_label("Procedure").fill("70551")
    page.get_by_label("Date of service").fill("2025-06-20")
    page.get_by_label("Status").select_option("performed")
    page.get_by_label("Result").select_option("limited")
    page.get_by_role("button", name="Send it").click()

    until_applied(page)
    expect(page.get_by_role("main")).to_contain_text("Line 1: approved, CRITERIA_MET")


def test_a_letter_is_read_and_fetched_as_a_pdf(console: OpenConsole):
    page = console.open("reviewer", "/worklist")
    opened(page, "CLM-2025-0460")
    page.get_by_role("link", name="Letter").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    with page.expect_download() as fetched:
        page.get_by_role("link", name=re.compile("PDF")).first.click()

    assert fetched.value.path().read_bytes().startswith(b"%PDF-")


def test_a_code_is_looked_up_with_the_reason_why_it_is_in(console: OpenConsole):
    page = console.open("auditor", "/library/codes")

    page.get_by_role("searchbox").or_(page.get_by_role("textbox")).first.fill("C71.1")
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_contain_text("billable on 2025-03-17")
    expect(page.get_by_role("main")).to_contain_text("The policy lists it")


def test_the_report_is_filtered_and_fetched_as_csv(console: OpenConsole):
    page = console.open("auditor", "/report")

    with page.expect_download() as fetched:
        page.get_by_role("link", name=re.compile("CSV")).click()

    assert b"," in fetched.value.path().read_bytes()


def test_an_auditor_reads_and_is_offered_no_decision(console: OpenConsole):
    page = console.open("auditor", "/worklist")

    assert 0 == page.get_by_role("button", name="Take the next").count()
    page.get_by_role("table").get_by_role("link").first.click()
    assert 0 == page.get_by_role("link", name="Decide this line").count()


def test_a_token_lets_in_once_and_a_logout_ends_the_session(console: OpenConsole):
    assert "Log in" in console.open_as_stranger("/worklist").title()

    page = console.open("auditor")
    page.get_by_role("button", name="Log out").click()
    page.goto(f"{console.address}/worklist")

    assert "Log in" in page.title()
