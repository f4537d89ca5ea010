"""The ICD-10-CM table: what is billable, a heading, invalid or not verified on a day."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from rules.loading.faults import Faults
from rules.loading.files import SHIPPED, load_library
from rules.loading.folder import read_folder
from rules.loading.icd10cm import CodeRow, Icd10cmTable
from rules.loading.sources import span_of
from tests.rules.library_folders import copy_small_library

MADE = Icd10cmTable(
    [
        "A00,heading,,",
        "A00.0,billable,,",
        "B01,billable,,2025-10-01",
        "B01,heading,2025-10-01,",
        "B01.1,billable,2025-10-01,",
        "C01,billable,2025-01-01,2025-02-01",
    ],
    date(2024, 10, 1),
    date(2026, 10, 1),
)


@pytest.fixture(scope="module")
def table() -> Icd10cmTable:
    shipped = load_library(SHIPPED).icd10cm
    assert isinstance(shipped, Icd10cmTable)
    return shipped


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        pytest.param("C71.1", date(2025, 6, 16), "billable", id="a_code_in_full"),
        pytest.param("C71", date(2025, 6, 16), "heading", id="a_heading"),
        pytest.param("C79.4", date(2025, 6, 16), "heading", id="a_heading_of_the_list"),
        pytest.param("C71.11", date(2025, 6, 16), "invalid", id="a_code_that_there_is_not"),
        pytest.param("C7", date(2025, 6, 16), "invalid", id="a_part_of_codes"),
        pytest.param("G35", date(2025, 9, 30), "billable", id="a_code_before_its_split"),
        pytest.param("G35", date(2025, 10, 1), "heading", id="a_code_on_the_day_of_its_split"),
        pytest.param("G35.A", date(2025, 9, 30), "invalid", id="a_new_code_before_its_day"),
        pytest.param("G35.A", date(2025, 10, 1), "billable", id="a_new_code_on_its_day"),
        pytest.param("G35", date(2026, 10, 1), "unverified", id="a_heading_beyond_the_span"),
        pytest.param("G35", date(2024, 9, 30), "billable", id="a_billable_code_before_the_span"),
        pytest.param("C71", date(2024, 9, 30), "unverified", id="the_day_before_the_span"),
        pytest.param("C71", date(2024, 10, 1), "heading", id="the_first_day_of_the_span"),
        pytest.param("C71", date(2026, 9, 30), "heading", id="the_last_day_of_the_span"),
        pytest.param("C71", date(2026, 10, 1), "unverified", id="the_day_after_the_span"),
        pytest.param("C99.99", date(2026, 9, 30), "invalid", id="no_code_on_the_last_day"),
        pytest.param("C99.99", date(2026, 10, 1), "unverified", id="no_code_after_the_span"),
        pytest.param("C71.1", date(2035, 1, 1), "billable", id="an_open_row_holds_on"),
        pytest.param("C71.1", date(2001, 1, 1), "billable", id="an_open_row_held_before"),
        pytest.param("G35.A", date(2030, 1, 1), "billable", id="a_new_code_holds_on"),
    ],
)
def test_a_code_has_its_validity_on_a_day(
    table: Icd10cmTable, code: str, on: date, expected: str
) -> None:
    assert expected == table.validity(code, on)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2024, 12, 31), "invalid", id="before_its_first_day"),
        pytest.param(date(2025, 1, 1), "billable", id="its_first_day"),
        pytest.param(date(2025, 1, 31), "billable", id="its_last_day"),
        pytest.param(date(2025, 2, 1), "invalid", id="the_day_after"),
    ],
)
def test_a_row_holds_from_its_first_day_up_to_its_last(on: date, expected: str) -> None:
    assert expected == MADE.validity("C01", on)


@pytest.mark.parametrize(
    "text",
    ["", "A00,heading", "A00,", "A00\nA00.0", "A00.0,billable,,", "a00.0", "A" * 10_000, "ÅÄÖ.1"],
)
def test_a_text_that_is_no_code_is_in_no_row(text: str) -> None:
    assert () == MADE.rows(text)
    assert MADE.validity(text, date(2025, 6, 16)) == "invalid"


def test_a_code_has_its_rows_in_time() -> None:
    split = date(2025, 10, 1)

    rows = MADE.rows("B01")

    assert rows == (CodeRow(True, None, split), CodeRow(False, split, None))


def test_codes_stand_once_and_in_order(table: Icd10cmTable) -> None:
    codes = list(table.codes())

    assert list(MADE.codes()) == ["A00", "A00.0", "B01", "B01.1", "C01"]
    assert codes == sorted(set(codes))
    assert len(codes) == 98_178


def test_more_codes_than_are_remembered_are_found_all_the_same(table: Icd10cmTable) -> None:
    asked = list(islice(table.codes(), 5_000))

    first = [table.rows(code) for code in asked]
    again = [table.rows(code) for code in asked]

    assert first == again
    assert all(first)


def test_more_codes_and_days_than_are_remembered_are_answered_all_the_same(
    table: Icd10cmTable,
) -> None:
    asked = list(islice(table.codes(), 5_000))

    first = [table.validity(code, date(2025, 6, 16)) for code in asked]
    again = [table.validity(code, date(2025, 6, 16)) for code in asked]

    assert first == again
    assert {"billable", "heading"} <= set(first)


def test_of_a_table_that_no_row_of_sources_names_no_day_is_known(tmp_path):
    files = read_folder(copy_small_library(tmp_path / "library"), None, Faults())

    assert span_of({}, "code_sets/icd10cm.csv", files) == (date.min, date.min)
