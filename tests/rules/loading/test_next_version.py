"""Next year's policy is a folder beside this year's: each date of service has its own version."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from rules.determination import Determination
from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library, read_changes, read_policy
from tests.rules.builders import claim, report
from tests.rules.deciding import answer, decide_line
from tests.rules.library_folders import (
    POLICY,
    SETS,
    VERSION,
    copy_library,
    copy_small_library,
    edit,
    refused,
)

NEXT = "policies/6.01.03/2026-07-01/"
LAST_DAY, FIRST_DAY = date(2026, 6, 30), date(2026, 7, 1)
DROPPED, ADDED = "C79.32", ("G40.209", "E75.25")


def write_next_version(folder: Path) -> None:
    """What an analyst does: copy the folder, date it, change the list and one parameter."""
    shutil.copytree(folder / VERSION, folder / NEXT)
    policy = NEXT + "policy.toml"
    edit(
        folder,
        POLICY,
        "# No `effective_to`: no later version is known.",
        f"effective_to = {FIRST_DAY}",
    )
    edit(folder, policy, 'version = "2025-03-17"', f'version = "{FIRST_DAY}"')
    edit(folder, policy, "effective_from = 2025-03-17", f"effective_from = {FIRST_DAY}")
    edit(folder, policy, "listed_diagnoses = 32", "listed_diagnoses = 33")
    edit(folder, policy, 'type = "days"\nvalue = 180', 'type = "days"\nvalue = 60')
    table = NEXT + "code_sets/indications.csv"
    edit(
        folder,
        table,
        f"{DROPPED},3,listed,on the policy's code list",
        f"{DROPPED},3,documented,no longer listed",
    )
    edit(folder, table, f"{ADDED[0]},6,documented", f"{ADDED[0]},6,listed")
    edit(folder, table, f"{ADDED[1]},2,documented", f"{ADDED[1]},2,listed")
    edit(
        folder,
        "library.toml",
        "generation = 1\n\n",
        "generation = 2\n\n[[change]]\ngeneration = 2\ndate = 2026-11-29\n"
        'approved_by = "Ann"\nwhy = "The version of July 2026."\n\n',
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copied = copy_library(tmp_path_factory.mktemp("next") / "library")
    write_next_version(copied)
    return copied


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    return load_library(folder)


def decided(code: str, on: date, using: Library, *, imaging_days: int = 14) -> Determination:
    """A spectroscopy for a diagnosis, with a limited MRI so many days before it."""
    mri = report(on=on - timedelta(imaging_days), diagnoses=(code,))
    asked = claim(on=on, received=on + timedelta(4), diagnoses=(code,))
    return decide_line(mri, asked, using=using)


def test_both_versions_load_in_the_order_of_their_days(folder: Path, library: Library) -> None:
    assert ["2025-03-17", "2026-07-01"] == [version.version for version in library.versions]
    assert [32, 33] == [document.listed_diagnoses for document in read_policy(folder)]
    assert (2, True) == (read_changes(folder).generation, read_changes(folder).is_told)


@pytest.mark.parametrize(
    ("code", "on", "expected"),
    [
        pytest.param(DROPPED, LAST_DAY, "approved", id="dropped_on_the_last_day_before"),
        pytest.param(DROPPED, FIRST_DAY, "pended", id="dropped_on_the_first_day"),
        pytest.param(ADDED[0], LAST_DAY, "pended", id="added_on_the_last_day_before"),
        pytest.param(ADDED[0], FIRST_DAY, "approved", id="added_on_the_first_day"),
        pytest.param(ADDED[1], LAST_DAY, "pended", id="the_other_added_on_the_last_day_before"),
        pytest.param(ADDED[1], FIRST_DAY, "approved", id="the_other_added_on_the_first_day"),
        pytest.param("C71.1", LAST_DAY, "approved", id="kept_on_the_last_day_before"),
        pytest.param("C71.1", FIRST_DAY, "approved", id="kept_on_the_first_day"),
    ],
)
def test_a_claim_is_decided_by_the_list_of_its_date_of_service(
    library: Library, code: str, on: date, expected: str
) -> None:
    assert expected == decided(code, on, library).outcome


@pytest.mark.parametrize(
    ("days", "on", "expected"),
    [
        pytest.param(60, FIRST_DAY, "met", id="the_last_day_of_the_new_span"),
        pytest.param(61, FIRST_DAY, "unknown", id="a_day_too_old_for_the_new_span"),
        pytest.param(61, LAST_DAY, "met", id="which_the_old_span_still_holds"),
        pytest.param(180, LAST_DAY, "met", id="the_last_day_of_the_old_span"),
    ],
)
def test_a_claim_is_decided_by_the_parameters_of_its_date_of_service(
    library: Library, days: int, on: date, expected: str
) -> None:
    found = decided("C71.1", on, library, imaging_days=days)

    assert expected == answer(found, "conventional_imaging")[0]


def test_not_one_old_decision_moves(library: Library) -> None:
    shipped = load_library(SHIPPED)
    codes = shipped.versions[0].codes

    for code in (*codes.indications, *every_twentieth(codes.unrelated.entries), "Z12.11"):  # type: ignore[attr-defined]
        before = decided(code, LAST_DAY, shipped)
        assert before == decided(code, LAST_DAY, library)


def every_twentieth(entries: dict[str, bool]) -> Iterator[str]:
    yield from list(entries)[::20]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        pytest.param(32, "Remove the extra code, or write 33 if the policy itself lists"),
        pytest.param(34, "Restore the missing code, or write 33 if the policy itself lists"),
    ],
    ids=["a_list_that_has_grown", "a_list_that_has_shrunk"],
)
def test_the_number_may_be_what_is_wrong(tmp_path: Path, number: int, words: str) -> None:
    copied = copy_library(tmp_path / "library")
    write_next_version(copied)
    edit(copied, NEXT + "policy.toml", "listed_diagnoses = 33", f"listed_diagnoses = {number}")

    (fault,) = refused(copied).faults

    assert NEXT + "policy.toml" == fault.file
    assert words in fault.to_do


def test_a_version_that_brings_a_set_of_its_own_leaves_the_other_as_it_was(tmp_path: Path) -> None:
    copied = copy_library(tmp_path / "library")
    write_next_version(copied)
    edit(copied, NEXT + "code_sets/conventional_imaging.csv", "70450,yes,", "70450,no,")
    edit(copied, NEXT + "code_sets/unrelated.csv", "I10,,raised blood pressure\n", "")

    before, after = (version.codes for version in load_library(copied).versions)

    assert before.conventional_imaging["70450"].may_be_attenuation
    assert not after.conventional_imaging["70450"].may_be_attenuation
    assert "I10" in before.unrelated
    assert "I10" not in after.unrelated


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2026, 3, 31), True, id="the_day_before_it_begins"),
        pytest.param(date(2026, 4, 1), True, id="its_first_day"),
        pytest.param(date(2026, 4, 30), True, id="its_last_day"),
        pytest.param(date(2026, 5, 1), False, id="the_day_after"),
    ],
)
def test_a_procedure_of_a_set_holds_by_its_dates(tmp_path: Path, on: date, expected: bool) -> None:
    copied = copy_small_library(tmp_path / "library")
    edit(copied, SETS + "pet.csv", "78609,brain,no,,", "78609,brain,no,,2026-05-01")
    edit(copied, SETS + "episode_reset.csv", "61510,surgery,,", "61510,surgery,2026-04-01,")

    library = load_library(copied)

    codes = library.policies[0].codes_on(on)
    assert expected is ("78609" in codes.watched)
    assert (on >= date(2026, 4, 1)) is ("61510" in codes.episode_reset)
    assert "78609" in library.policies[0].imaging


def test_the_dates_of_a_spectroscopy_are_not_asked() -> None:
    library = load_library(SHIPPED)

    assert "0609T" in library.policies[0].codes_on(date(2020, 6, 30)).decided
    assert "76390" in library.policies[0].codes_on(date(1990, 1, 1)).decided
