"""Payers of claim files are found by id and filing indicator, and a library may have none."""

from __future__ import annotations

import shutil

import pytest

from rules.loading.faults import LibraryRefused
from rules.loading.files import SHIPPED, load_library
from rules.loading.payers import load_payers
from tests.rules.library_folders import copy_small_library


@pytest.mark.parametrize(
    ("payer", "filing", "expected"),
    [
        pytest.param("SAMPLE01", "CI", "sample-commercial", id="any_other_filing_indicator"),
        pytest.param("SAMPLE01", "MC", "sample-medicaid", id="a_row_of_the_filing_indicator"),
        pytest.param("SAMPLE99", "CI", None, id="an_unknown_payer"),
        pytest.param("", "", None, id="no_payer"),
    ],
)
def test_a_payer_means_the_plan_of_its_row(payer, filing, expected):
    assert expected == load_payers(SHIPPED).plan_of(payer, filing)


def test_a_library_may_be_without_payers(tmp_path):
    folder = copy_small_library(tmp_path / "library")
    (folder / "payers.csv").unlink()
    sources = (folder / "sources.csv").read_text().splitlines(keepends=True)
    (folder / "sources.csv").write_text(
        "".join(line for line in sources if not line.startswith("payers.csv"))
    )

    assert load_library(folder)
    assert {} == load_payers(folder).plan_ids


def test_other_plans_in_place_of_the_librarys_own_need_not_have_its_payers(tmp_path):
    shutil.copy(SHIPPED / "plans/sample-medicaid.toml", tmp_path)

    payers = load_payers(SHIPPED, tmp_path)

    assert "sample-medicaid" == payers.plan_of("SAMPLE01", "MC")


def test_payers_of_a_damaged_table_are_refused(tmp_path):
    folder = copy_small_library(tmp_path / "library")
    (folder / "payers.csv").write_text("payer_id\n")

    with pytest.raises(LibraryRefused, match="has no column"):
        load_payers(folder)
