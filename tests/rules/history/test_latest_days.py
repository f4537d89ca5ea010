"""The days of studies from the last backwards, looked through a few at a time."""

from __future__ import annotations

from datetime import date

import pytest

from rules.history.history import History
from tests.rules.builders import day, pet, record, report
from tests.rules.deciding import seen, shipped

SCANS = ("70553", "70450")


def history_of(days: list[int]) -> History:
    """A member with a report for each number, on the day of that number, and two claims."""
    reports = [report(f"S-{number}", SCANS[number % 2], on=on) for number, on in enumerate(days)]
    return History(record(*reports, pet("P-1", on=1), pet("P-2", "70450", on=2)), shipped())


@pytest.mark.parametrize(
    "days",
    [
        pytest.param([], id="no reports"),
        pytest.param([0] * 40, id="many of one day"),
        pytest.param(list(range(16)), id="as many as are looked at at once"),
        pytest.param(list(range(17)), id="one more"),
        pytest.param([number // 3 for number in range(100)], id="many of many days"),
    ],
)
@pytest.mark.parametrize(
    ("since", "until"),
    [
        pytest.param(date.min, date.max, id="ever"),
        pytest.param(day(1), day(20), id="of a span"),
        pytest.param(day(2), day(2), id="of one day"),
        pytest.param(day(300), day(400), id="of none"),
    ],
)
def test_the_latest_come_first_and_none_is_left_out(
    days: list[int], since: date, until: date
) -> None:
    imaging = seen(history_of(days)).imaging

    latest = list(imaging.latest_days(SCANS, since, until))

    assert imaging.days(SCANS, since, until)[::-1] == latest
