"""`adjudicator library import`, as a person types it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from rules.loading.files import load_library
from tests.rules.library_folders import BIG, copy_small_library
from tests.rules.loading.test_icd10cm_import import NAME, order_file
from worker.cli import adjudicator


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(adjudicator, ["library", "import", "icd10cm", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_small_library(tmp_path / "library")


@pytest.fixture
def file(folder: Path, tmp_path: Path) -> Path:
    """A release of the small table's codes without R56.9, and with one more of brain tumours."""
    codes = {
        row.split(",")[0]: row.split(",")[1] == "billable"
        for row in (folder / BIG).read_text().splitlines()[1:]
        if row.endswith(",")
    }
    del codes["R56.9"]
    written = tmp_path / NAME
    written.write_text(order_file({**codes, "C71.10": True, "C71.1": False}).text)
    return written


def test_the_change_is_shown_and_nothing_written(folder: Path, file: Path) -> None:
    before = (folder / BIG).read_bytes()

    result = run(file, "--library", folder)

    assert 0 == result.exit_code, result.output
    assert "Release of 2026-10-01, up to 2027-10-01:" in result.stdout
    assert "- R56.9" in result.stdout
    assert "+ C71.10" in result.stdout
    assert (
        "R56.9  ends: listed in indications.csv, purposes 6 (version 2025-03-17)" in result.stdout
    )
    assert "Nothing was written." in result.stdout
    assert before == (folder / BIG).read_bytes()


def test_it_is_written_if_asked_for(folder: Path, file: Path) -> None:
    result = run(file, "--library", folder, "--write")

    assert 0 == result.exit_code, result.output
    assert "Now raise `generation` in library.toml" in result.stdout
    validity = load_library(folder).icd10cm.validity
    assert ("billable", "invalid") == (
        validity("R56.9", date(2026, 9, 30)),
        validity("R56.9", date(2026, 10, 1)),
    )


def test_the_days_of_a_file_of_another_name_are_asked_for(folder: Path, file: Path) -> None:
    renamed = file.rename(file.with_name("codes.txt"))

    result = run(renamed, "--library", folder)
    told = run(renamed, "--library", folder, "--since", "2026-10-01", "--until", "2027-04-01")

    assert 2 == result.exit_code
    assert "give --since" in result.stderr
    assert "Release of 2026-10-01, up to 2027-04-01:" in told.stdout


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"code,text\nA00,Cholera\n", id="csv"),
        pytest.param(b"PK\x03\x04\n\n\n", id="still_packed"),
    ],
)
def test_what_is_no_order_file_is_refused_in_one_sentence(
    content: bytes, folder: Path, file: Path
) -> None:
    file.write_bytes(content)

    result = run(file, "--library", folder)

    assert 3 == result.exit_code
    _, fault = result.stderr.splitlines()
    assert f"{NAME}, row 1: is not a row of an order file. Use the order file of the" in fault
