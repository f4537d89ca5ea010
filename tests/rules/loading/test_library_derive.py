"""A changed copy of a library: parameters set otherwise, authority rows added."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules.loading.faults import LibraryRefused
from rules.loading.files import SHIPPED, derive_library, load_library, read_policy

ROW = {
    "authority": "LCD",
    "reference": "L-test",
    "procedures": ["76390"],
    "lines_of_business": ["medicare", "dsnp"],
    "effective_from": "2025-04-01",
    "effective_to": None,
    "effect": "non_covered",
}


def derived_parameter(target: Path, name: str) -> object:
    return load_library(target).versions[0].parameters[name]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("conventional_lookback_days", 0, 0),
        ("imaging_claim_lag_days", 0, 0),
        ("exclusivity_window_days", 26, 26),
        ("exclusive_indications", [1, 3, 4, 5, 6], (1, 3, 4, 5, 6)),
        ("exclusive_indications", [], ()),
        ("standing_statuses", ["allowed", "paid"], ("allowed", "paid")),
        ("limited_first_study", "ignore", "ignore"),
        ("pet_after_mrs", "pend", "pend"),
        ("skull_base_pet_counts", True, True),
        ("authorized_exclusivity", "deny", "deny"),
        ("unlisted_but_documented", "accept", "accept"),
        ("pend_due_days", 45, 45),
        ("unusable_lookback_days", 200, 200),
        ("conclusive_must_answer", False, False),
        ("exclusivity_questions", "any", "any"),
        ("body_pet_certainty", "certain", "certain"),
    ],
)
def test_a_parameter_can_be_set_otherwise(
    name: str, value: object, expected: object, tmp_path: Path
) -> None:
    derive_library(SHIPPED, tmp_path, {name: value}, [])

    assert expected == derived_parameter(tmp_path, name)
    assert derived_parameter(SHIPPED, name) != expected


def test_the_rest_stays_as_it_was(tmp_path: Path) -> None:
    derive_library(SHIPPED, tmp_path / "new", {"limited_first_study": "stands"}, [])

    (document,), (shipped,) = read_policy(tmp_path / "new"), read_policy(SHIPPED)
    changed = [p for p, q in zip(document.parameters, shipped.parameters, strict=True) if p != q]
    assert [parameter.name for parameter in changed] == ["limited_first_study"]
    assert changed[0].other_answers == ("pend", "ignore")
    assert document.sections == shipped.sections
    assert document.criteria == shipped.criteria
    assert document.open_questions == shipped.open_questions


def test_a_library_derived_twice_takes_both_changes(tmp_path: Path) -> None:
    derive_library(SHIPPED, tmp_path / "one", {"pet_after_mrs": "pend"}, [])
    derive_library(tmp_path / "one", tmp_path / "two", {"pet_after_mrs": "ignore"}, [ROW])

    assert derived_parameter(tmp_path / "two", "pet_after_mrs") == "ignore"


def test_authority_rows_are_added_behind_the_shipped_ones(tmp_path: Path) -> None:
    derive_library(SHIPPED, tmp_path, {}, [ROW])

    library = load_library(tmp_path)
    added = library.authorities[-1]
    assert len(library.authorities) == len(load_library(SHIPPED).authorities) + 1
    assert added.reference == "L-test"
    assert added.lines_of_business == {"medicare", "dsnp"}
    assert added.state == "*"
    assert (added.effective_from, added.effective_to) == (date(2025, 4, 1), None)


def test_a_library_derived_without_changes_is_the_same(tmp_path: Path) -> None:
    derive_library(SHIPPED, tmp_path, {}, [])

    assert load_library(tmp_path).digest == load_library(SHIPPED).digest


@pytest.mark.parametrize(
    ("parameters", "row", "wrong"),
    [
        pytest.param({"luck": 1}, {}, "is not a parameter", id="an_unknown_parameter"),
        pytest.param({}, {"price": 1}, "is not a column", id="an_unknown_column"),
        pytest.param({"pet_after_mrs": "defer"}, {}, "is 'defer'", id="an_unknown_choice"),
        pytest.param({"pend_due_days": "30"}, {}, "is '30'", id="a_number_as_text"),
        pytest.param({"pend_due_days": None}, {}, "is not valid TOML", id="no_value"),
        pytest.param({"pend_due_days": 9999}, {}, "is 9999", id="a_number_outside_its_range"),
        pytest.param({}, {"effect": "covers"}, "effect is 'covers'", id="an_unknown_effect"),
        pytest.param(
            {}, {"authority": "NCD", "effective_from": "2020-01-01"}, "overlaps", id="overlap"
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    parameters: dict[str, object], row: dict[str, object], wrong: str, tmp_path: Path
) -> None:
    rows = [{**ROW, **row}] if row else []

    with pytest.raises(LibraryRefused) as caught:
        derive_library(SHIPPED, tmp_path, parameters, rows)

    assert any(wrong in fault.wrong for fault in caught.value.faults)


def test_nothing_is_written_for_an_unknown_parameter(tmp_path: Path) -> None:
    with pytest.raises(LibraryRefused):
        derive_library(SHIPPED, tmp_path, {"luck": 1}, [])

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_holds_files_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(LibraryRefused) as caught:
        derive_library(SHIPPED, tmp_path, {}, [])

    assert caught.value.faults[0].wrong == "is not empty"
    assert (tmp_path / "mine.txt").read_text() == "mine"
