"""Diagnoses given by headings: the longest entry at or above a code speaks for it."""

from __future__ import annotations

from datetime import date

import pytest

from rules.loading.families import DiagnosisFamily
from rules.loading.icd10cm import Icd10cmTable

CODES = ("A00", "A00.0", "A00.01", "A00.02", "A00.1", "A01")
TABLE = Icd10cmTable(
    sorted(f"{code},billable,," for code in CODES), date(2024, 10, 1), date(2026, 10, 1)
)


def family(**entries: bool) -> DiagnosisFamily:
    """Entries without their dot: `A000` is A00.0; what is true takes out."""
    dotted = {f"{name[:3]}.{name[3:]}".rstrip("."): out for name, out in entries.items()}
    return DiagnosisFamily(dotted, TABLE)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("A00", True, id="the_entry_itself"),
        pytest.param("A00.1", True, id="under_it"),
        pytest.param("A00.0", False, id="the_exception"),
        pytest.param("A00.02", False, id="under_the_exception"),
        pytest.param("A00.01", True, id="an_entry_within_the_exception"),
        pytest.param("A00.3", False, id="not_in_the_table"),
        pytest.param("A01", False, id="another_heading"),
        pytest.param("A001", False, id="without_its_dot"),
        pytest.param("A", False, id="too_short"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_the_longest_entry_wins(code: str, expected: bool) -> None:
    held = family(A00=False, A000=True, A0001=False)

    assert expected is (code in held)
    assert expected is (code in held)


def test_what_was_asked_is_not_kept_without_end() -> None:
    held = family(A00=False)

    for number in range(10_000):
        assert f"B{number}" not in held

    assert len(held._said) <= 4096
    assert "A00.1" in held


def test_an_empty_family_has_nothing() -> None:
    assert "A00" not in family()


def test_a_table_tells_what_extends_a_code() -> None:
    assert ["A00.0", "A00.01", "A00.02"] == list(TABLE.under("A00.0"))
    assert [] == list(TABLE.under("B"))
    assert ["A01"] == list(TABLE.under("A01"))
