"""What the address of the worklist selects."""

from __future__ import annotations

from datetime import date

import pytest

from console.deciding.cases import Case
from console.worklist.filters import Search, WorkFilter, filter_in, is_due
from console.worklist.open_lines import WaitingLine
from worker.explain.billed_lines import BilledLine

TODAY = date(2025, 8, 20)
LINE = WaitingLine(
    TODAY,
    Case("M-Smith", "C-1001", 1),
    "PLAN_UNKNOWN",
    BilledLine("sample-commercial", date(2025, 6, 20), date(2025, 6, 16), "76390", "1234567893"),
    "6.01.03",
)


@pytest.mark.parametrize(
    ("due", "on", "expected"),
    [
        pytest.param("overdue", date(2025, 8, 19), True, id="a_day_late_is_overdue"),
        pytest.param("overdue", TODAY, False, id="on_the_day_is_not_overdue"),
        pytest.param("today", TODAY, True, id="today"),
        pytest.param("today", date(2025, 8, 21), False, id="tomorrow_is_not_today"),
        pytest.param("week", date(2025, 8, 27), True, id="the_seventh_day_is_within_the_week"),
        pytest.param("week", date(2025, 8, 28), False, id="the_eighth_day_is_not"),
        pytest.param("week", date(2025, 8, 19), False, id="what_is_overdue_is_not_to_come"),
    ],
)
def test_a_due_date_is_selected_on_the_right_days(due, on, expected):
    assert expected == is_due(on, due, TODAY)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("C-10", True, id="part_of_a_claim_id"),
        pytest.param("m-smith", True, id="a_member_in_small_letters"),
        pytest.param("1234567893", True, id="the_provider"),
        pytest.param("2025-06-16", True, id="the_day_of_service"),
        pytest.param("06/16/2025", True, id="the_day_as_written_in_the_us"),
        pytest.param("2025-06-17", False, id="another_day"),
        pytest.param("C-2", False, id="another_claim"),
    ],
)
def test_one_box_finds_claims_members_providers_and_days(typed, expected):
    assert expected == Search(WorkFilter(search=typed)).finds(LINE)


def test_what_no_record_holds_is_found_by_its_ids_alone():
    line = LINE._replace(billed=None)

    assert Search(WorkFilter(search="C-1001")).finds(line)
    assert not Search(WorkFilter(search="2025-06-16")).finds(line)
    assert not Search(WorkFilter(search="1234567893")).finds(line)


def test_values_that_there_are_not_select_everything():
    assert WorkFilter() == filter_in({"due": "never", "who": "<b>", "search": "  "})


def test_a_filter_says_itself_in_an_address_and_comes_back_from_it():
    chosen = WorkFilter(reason="PLAN_UNKNOWN", who="free", search="a&b=c", policy="6.01.03")

    assert "search=a%26b%3Dc" in chosen.query()
    assert "page=2" in chosen.query(page="2")
    assert dict(chosen.said()) == {
        "reason": "PLAN_UNKNOWN",
        "who": "free",
        "search": "a&b=c",
        "policy": "6.01.03",
    }
    assert chosen == filter_in(dict(chosen.said()))


def test_what_is_typed_has_a_bound():
    assert 200 == len(filter_in({"search": "x" * 5000}).search)
