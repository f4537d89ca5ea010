"""The table of a sweep: every number whole, however large the plan."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.rules.deciding import shipped
from tests.support.libraries import SHIPPED_POLICY
from worker.whatif.flips import PolicyService
from worker.whatif.result import balance_of
from worker.whatif.sweep_table import SweepRow, counted_lines, sweep_table

CHARGE = "123456789.12"


def _report() -> dict[str, object]:
    lines = [
        {
            "policy": SHIPPED_POLICY,
            "service": service,
            "outcome": outcome,
            "before": {"lines": 123_456, "charge": CHARGE},
            "after": {"lines": 123_457, "charge": "223456789.12"},
        }
        for service in ("mrs", "pet")
        for outcome in ("approved", "pended", "denied")
    ]
    flips = {"lines": 123_456, "first_order": 123_455, "cascaded": 1}
    return {"balance": lines, "flips": flips}


def test_the_report_of_this_test_is_read_as_a_report_is():
    spectroscopy = PolicyService(SHIPPED_POLICY, "mrs")

    assert CHARGE == balance_of(_report(), spectroscopy, "approved", "before")["charge"]


@pytest.mark.parametrize("columns", [120, 200])
def test_no_number_is_cut_off(columns):
    row = SweepRow({"conventional_lookback_days": 90}, _report())
    counted = counted_lines(shipped(), {SHIPPED_POLICY})
    written = io.StringIO()

    Console(file=written, width=columns).print(sweep_table("x", [row], counted))

    for number in ("123,456,789.12", "223,456,789.12", "+100,000,000.00", "123,455"):
        assert number in written.getvalue()
