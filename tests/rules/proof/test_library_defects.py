"""Defects put into the library's data are caught, each by what it names, with a witness."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.loading.files import SHIPPED
from tests.defects.catching import catch_data, first_difference, first_fault
from tests.defects.defect import Defect
from tests.defects.rules_data import DATA

UNCOUNTED = {
    "a parameter left out of its criterion",
    "a pend that says nothing of what would resolve it",
    "a row behind another that speaks first",
    "an exclusion of something that nobody asks about",
}
"""A check of all rows takes long, and one of them is counted."""


@pytest.mark.parametrize(
    "defect",
    [
        pytest.param(
            one, id=one.name, marks=[pytest.mark.uncounted] if one.name in UNCOUNTED else []
        )
        for one in DATA
    ],
)
def test_a_defect_in_data_is_caught(defect: Defect, tmp_path: Path) -> None:
    caught = catch_data(defect, tmp_path / "library")

    assert caught.is_caught
    assert caught.witness


def test_what_catches_one_finds_no_fault_in_the_shipped_library() -> None:
    """Of its quickest check; that of all stands in `tests/scenarios/test_library_proved.py`."""
    assert first_fault("remittance_codes", SHIPPED) is None


def test_nor_does_a_scenario_come_out_otherwise() -> None:
    assert first_difference(DATA[1].caught, SHIPPED) is None
