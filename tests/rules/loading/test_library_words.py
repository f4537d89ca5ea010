"""What a refusal says to whoever wrote a word that is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.loading.words import one_of
from tests.rules.library_folders import (
    COMMERCIAL,
    POLICY,
    SETS,
    Change,
    append,
    copy_small_library,
    refused,
    swap,
    write,
)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(
            "recomend",
            "Did you mean recommend? Use one of: automatic, recommend.",
            id="a_slip",
        ),
        pytest.param(
            "RECOMMEND",
            "Did you mean recommend? Use one of: automatic, recommend.",
            id="capitals",
        ),
        pytest.param("x", "Use one of: automatic, recommend.", id="nothing_near"),
        pytest.param("", "Use one of: automatic, recommend.", id="nothing"),
    ],
)
def test_the_nearest_word_comes_first(found: str, expected: str) -> None:
    assert expected == one_of(found, ("automatic", "recommend"))


@pytest.mark.parametrize(
    ("file", "change", "where", "nearest"),
    [
        pytest.param(
            COMMERCIAL,
            swap('"commercial"', '"comercial"'),
            "row 3 (line_of_business)",
            "commercial",
            id="a_word",
        ),
        pytest.param(
            COMMERCIAL,
            append("aproving_roles = []\n"),
            "row 10 (aproving_roles)",
            "approving_roles",
            id="a_key",
        ),
        pytest.param(
            POLICY,
            swap("[parameter.pend_due_days]", "[parameter.pend_due_day]"),
            "(parameter.pend_due_day)",
            "pend_due_days",
            id="a_parameter",
        ),
        pytest.param(
            SETS + "pet.csv", swap("pet_class", "petclass"), "row 1", "pet_class", id="a_column"
        ),
        pytest.param(
            "reasons.csv",
            swap("REVIEW_OUTDATED", "REVIEW_OUTDATET"),
            "(REVIEW_OUTDATET)",
            "REVIEW_OUTDATED",
            id="a_reason",
        ),
        pytest.param("jurisdiction.csv", write(b""), "", "jurisdictions.csv", id="a_file"),
    ],
)
def test_a_fault_names_the_row_and_the_nearest_word(
    file: str, change: Change, where: str, nearest: str, tmp_path: Path
) -> None:
    folder = copy_small_library(tmp_path / "library")
    change(folder, file)
    if file == "jurisdiction.csv":
        (folder / "jurisdictions.csv").unlink()

    faults = [fault for fault in refused(folder).faults if fault.file == file]

    assert any(where in one.where and f"Did you mean {nearest}?" in one.to_do for one in faults)
