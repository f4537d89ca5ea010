"""The pages of letters: shown, sent as files, noted as views; never another member's."""

from __future__ import annotations

import json

import pytest

from tests.support.programs import needed_pango

pytestmark = pytest.mark.xdist_group("test_letter_routes")

DENIED = "claim=CLM-2025-0403&member=M-003&line=1"


def test_a_letter_is_shown_with_links_to_its_files_and_to_the_other_addressee(console_day):
    answer = console_day.logged_in("auditor").get(f"/letter?{DENIED}")

    assert 200 == answer.status_code
    assert "We did not approve your claim" in answer.text
    assert "The letter to the provider" in answer.text
    assert "format=pdf" in answer.text


@pytest.mark.parametrize(
    ("form", "kind"), [("html", "text/html"), ("text", "text/plain")], ids=["page", "text"]
)
def test_a_file_is_sent_to_keep_and_not_cached(console_day, form, kind):
    answer = console_day.logged_in().get(f"/letter/file?{DENIED}&to=provider&format={form}")

    assert answer.headers["content-type"].startswith(kind)
    assert "determination-provider" in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]
    assert "notice of an adverse determination" in answer.text.lower()


def test_a_pdf_is_sent_as_one(console_day):
    needed_pango()

    answer = console_day.logged_in().get(f"/letter/file?{DENIED}&date=2026-01-15")

    assert "application/pdf" == answer.headers["content-type"]
    assert answer.content.startswith(b"%PDF-")


def test_a_letter_is_in_the_log_of_views_with_whose_it_is(console_day):
    console_day.logged_in("auditor", "A-9").get(f"/letter?{DENIED}")

    noted = [view for view in console_day.views() if view["viewer"] == "A-9"]

    assert ("letter", "letter") == (noted[-1]["kind"], noted[-1]["page"])
    assert {"claim": "CLM-2025-0403", "member": "M-003", "line": "1"} == noted[-1]["subjects"]


@pytest.mark.parametrize(
    "mixed",
    [
        "claim=CLM-2025-0403&member=M-004&line=1",
        "claim=CLM-2025-0404&member=M-003&line=1",
        "claim=CLM-2025-0403&member=&line=1",
        "claim=CLM-2025-0403&line=1",
        "claim=CLM-2025-0403&member=M-003%00&line=1",
        "claim=CLM-2025-0403&member=M-003%2F..%2FM-004&line=1",
        "claim=CLM-2025-0403&member=*&line=1",
        "claim=CLM-2025-0403&member=M-003&line=9",
        "claim=CLM-2025-0403&member=M-003&line=-1",
        "claim=CLM-2025-0403&member=M-003&line=1e0",
        "claim=CLM-2025-0403&member=M-003&line=" + "1" * 5000,
    ],
)
@pytest.mark.parametrize("page", ["/letter", "/letter/file"])
def test_a_letter_of_another_member_is_refused(console_day, page, mixed):
    answer = console_day.logged_in().get(f"{page}?{mixed}")

    assert 404 == answer.status_code
    assert "There is no letter" in answer.text
    assert "$" not in answer.text


def test_without_a_session_there_is_no_letter(console_day):
    assert 303 == console_day.browser().get(f"/letter/file?{DENIED}").status_code


def test_why_there_is_no_letter_is_said(console_day):
    decided = (json.loads(event)["data"] for event in console_day.world.determinations())
    other = next(data for data in decided if data["outcome"] == "not_applicable")
    line = f"claim={other['claim_id']}&member={other['member_id']}&line={other['line']}"

    answer = console_day.logged_in().get(f"/letter?{line}")

    assert 409 == answer.status_code
    assert "Nothing is decided of the line" in answer.text
