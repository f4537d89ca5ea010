"""A damaged library is refused as a whole: missing, foreign and unreadable files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rules.loading.faults import LibraryRefused
from rules.loading.files import SHIPPED, read_policy
from rules.loading.folder import LETTERS, SCENARIOS
from tests.rules.library_folders import (
    BIG,
    COMMERCIAL,
    DSNP,
    POLICY,
    SETS,
    VERSION,
    Damage,
    append,
    check_refused,
    copy_small_library,
    edit,
    ids,
    refused,
    swap,
    take_away,
    write,
)
from tests.rules.loading.test_library_codes_refused import DIAGNOSES, ICD10CM, PROCEDURES
from tests.rules.loading.test_library_parameters_refused import PARAMETERS
from tests.rules.loading.test_library_plans_refused import PLANS
from tests.rules.loading.test_library_policy_refused import POLICIES
from tests.rules.loading.test_library_reasons_refused import DEMANDS, REASONS
from tests.rules.loading.test_library_tables_refused import (
    AUTHORITIES,
    JURISDICTIONS,
    PAYERS,
)

CHANGE = '\n[[change]]\ngeneration = 0\ndate = 2026-01-01\napproved_by = "Ann"\nwhy = "Begun."\n'

FOLDERS = {
    "a_missing_table": Damage("reasons.csv", take_away, "", "is missing"),
    "a_missing_code_set": Damage(SETS + "pet.csv", take_away, "", "is missing"),
    "a_missing_icd10cm_table": Damage(BIG, take_away, "", "is missing"),
    "a_missing_generation": Damage("library.toml", take_away, "", "is missing"),
    "no_policy": Damage(
        POLICY, take_away, "", "no such file was found", "policies/<id>/<version>/policy.toml"
    ),
    "a_file_that_nobody_reads": Damage(
        "notes.txt", write(b"x"), "", "does not belong in a library"
    ),
    "a_code_set_that_nobody_reads": Damage(
        SETS + "spect.csv", write(b"code\n"), "", "does not belong in a library"
    ),
    "a_backup_of_a_plan": Damage("plans/old.toml~", write(b""), "", "does not belong in a library"),
    "a_table_without_a_source": Damage(
        "sources.csv", swap("needs.csv,", "reasons.txt,"), "needs.csv", "has no source"
    ),
    "a_source_of_no_file": Damage(
        "sources.csv", swap("needs.csv,", "reasons.txt,"), "row 4 (reasons.txt)", "is not a file"
    ),
    "a_span_that_is_not_said": Damage(
        "sources.csv", swap("2024-10-01,2026-10-01", ",2026-10-01"), BIG, "which dates"
    ),
    "a_span_that_ends_before_it_begins": Damage(
        "sources.csv",
        swap("2024-10-01,2026-10-01", "2026-10-01,2026-10-01"),
        f"({BIG})",
        "knows_to is not after knows_from",
    ),
    "a_source_of_no_date": Damage(
        "sources.csv", swap("own words,2026-11", "own words,now"), "row 4", "'now'"
    ),
    "a_table_that_is_not_utf_8": Damage(
        "needs.csv", write(b"code,text\nreview,caf\xe9\n"), "row 2", "is not UTF-8"
    ),
    "a_plan_that_is_not_utf_8": Damage(COMMERCIAL, write(b"\n\n\xff\n"), "row 3", "is not UTF-8"),
    "an_empty_table": Damage("needs.csv", write(b""), "row 1", "has no column code"),
    "a_table_of_one_row": Damage("reasons.csv", write(b"code\n"), "row 1", "has no column carc"),
    "an_open_quote": Damage("needs.csv", append('more,"and'), "row 13", "is not valid CSV"),
}

SOURCES = {
    "a_code_set_without_a_source": Damage(
        VERSION + "sources.csv", swap("code_sets/pet.csv,", "code_sets/pets.csv,"), "pet.csv", "has"
    ),
    "a_source_of_no_code_set": Damage(
        VERSION + "sources.csv", swap("code_sets/pet.csv,", "code_sets/pets.csv,"), "row 9", "is no"
    ),
    "a_code_set_of_no_date": Damage(
        VERSION + "sources.csv",
        swap("II over icd10cm.csv,2026-04-01", "II,soon"),
        "row 11",
        "'soon'",
    ),
    "a_code_set_of_no_section": Damage(
        VERSION + "sources.csv",
        swap(",Policy guidelines,pet", ",Guidelines,pet"),
        "code_sets/pet.csv",
        "cites 'Guidelines'",
        POLICY,
    ),
    "a_code_set_that_nothing_asks": Damage(
        VERSION + "sources.csv",
        swap(",Policy guidelines,pet_exclusivity", ",Policy guidelines,pet_exclusion"),
        "row 9",
        "criteria has 'pet_exclusion'",
    ),
}

CHANGES = {
    "a_change_without_a_name": Damage(
        "library.toml", append(CHANGE.replace("Ann", "")), "(change 0.approved_by)", "is empty"
    ),
    "a_change_without_a_why": Damage(
        "library.toml", append(CHANGE.replace("why", "what")), "change 0.why", "is missing"
    ),
    "a_change_of_a_later_generation": Damage(
        "library.toml",
        append(CHANGE.replace("= 0", "= 2")),
        "row 14 (change 2.generation)",
        "is higher than the library's own, 1",
    ),
    "a_change_told_twice": Damage(
        "library.toml", append(CHANGE.replace("= 0", "= 1")), "change 1", "appears twice"
    ),
    "a_change_before_the_one_before_it": Damage(
        "library.toml",
        append(CHANGE.replace("2026", "2027")),
        "change 1.date",
        "is earlier than that of generation 0",
    ),
    "a_change_of_no_day": Damage(
        "library.toml", append(CHANGE.replace("-01-01", "")), "(change 0.date)", "is 2026"
    ),
}

LIBRARY_TOML = {
    "no_generation": Damage("library.toml", write(b""), "generation", "is missing"),
    "a_generation_in_words": Damage(
        "library.toml", write(b'generation = "one"'), "generation", "is 'one'"
    ),
    "a_generation_that_is_true": Damage(
        "library.toml", write(b"generation = true"), "generation", "is True"
    ),
    "a_negative_generation": Damage(
        "library.toml", write(b"generation = -1"), "generation", "is -1"
    ),
    "an_unknown_key": Damage(
        "library.toml",
        swap("generation = 1\n\n", "generation = 1\nname = 1\n"),
        "name",
        "not a known key",
    ),
    "no_toml": Damage(
        "library.toml", write(b"generation = 1\nname ="), "row 2", "is not valid TOML"
    ),
    "no_toml_in_its_midst": Damage(
        "library.toml", write(b"x = 1\ny\nz = 2"), "row 2", "is not valid TOML"
    ),
}


@pytest.mark.parametrize("damage", ids(FOLDERS))
def test_a_damaged_folder_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize("damage", ids(SOURCES))
def test_a_damaged_table_of_sources_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize("damage", ids(CHANGES))
def test_a_damaged_change_log_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize("damage", ids(LIBRARY_TOML))
def test_a_damaged_generation_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


def test_every_file_of_the_library_is_damaged_in_some_test() -> None:
    tables = (FOLDERS, SOURCES, CHANGES, LIBRARY_TOML, PROCEDURES, DIAGNOSES, ICD10CM)
    tables += (AUTHORITIES, JURISDICTIONS, PAYERS, REASONS, DEMANDS, PLANS, POLICIES, PARAMETERS)
    damaged = {damage.file for damages in tables for damage in damages.values()}

    shipped = {
        path.relative_to(SHIPPED).as_posix() for path in SHIPPED.rglob("*") if path.is_file()
    }
    # Letters and scenarios have tests of their own: they are no part of what a worker loads.
    elsewhere = ("plans/", f"{LETTERS}/", f"policies/6.01.03/{SCENARIOS}/")
    assert set() == {name for name in shipped if not name.startswith(elsewhere)} - damaged


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    edit(folder, COMMERCIAL, "clinical_denials_need_peer_review = false\n", "")
    edit(folder, SETS + "pet.csv", "78609,brain", "78609,head")
    (folder / "needs.csv").unlink()

    refusal = refused(folder)

    assert {COMMERCIAL, SETS + "pet.csv", "needs.csv"} <= {f.file for f in refusal.faults}
    assert str(refusal).startswith(f"The rule library in {folder} is refused, ")


def test_one_fault_is_one_line(tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    edit(folder, COMMERCIAL, "clinical_denials_need_peer_review = false\n", "")

    refusal = refused(folder)

    assert str(refusal) == (
        f"The rule library in {folder} is refused, 1 fault:\n"
        f"- {COMMERCIAL}, clinical_denials_need_peer_review: is missing. Add the key."
    )


def test_plans_of_another_folder_are_checked_in_the_place_of_the_shipped(tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    shutil.copytree(SHIPPED / "plans", plans)
    (plans / "sample-dsnp.toml").write_text("")

    refusal = refused(SHIPPED, plans)

    assert {DSNP} == {fault.file for fault in refusal.faults}


def test_a_folder_of_plans_without_any_is_refused(tmp_path: Path) -> None:
    refusal = refused(SHIPPED, tmp_path)

    (fault,) = refusal.faults
    assert fault.wrong == "no such file was found"


@pytest.mark.parametrize("missing", ["library", "plans"])
def test_a_folder_that_is_not_there_is_refused(missing: str, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"

    refusal = refused(nowhere) if missing == "library" else refused(SHIPPED, nowhere)

    assert refusal.faults[0].file == str(nowhere)
    assert "cannot be read" in refusal.faults[0].wrong

    assert 1 == len(refusal.faults)


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        pytest.param("library/policies", "library", id="a_folder_in_it"),
        pytest.param(".", "library", id="the_folder_around_it"),
        pytest.param("elsewhere", None, id="another"),
    ],
)
def test_a_folder_that_is_no_library_is_one_fault_with_the_folder_that_may_be_meant(
    named: str, meant: str | None, tmp_path: Path
) -> None:
    copy_small_library(tmp_path / "library")
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)

    (fault,) = refused(tmp_path / named).faults

    assert ("library.toml", "is missing: this is not a rule library") == (fault.file, fault.wrong)
    hint = f" Perhaps {tmp_path / meant} is meant." if meant else ""
    assert f"Name another folder.{hint}" == fault.to_do


def test_what_is_in_a_folder_that_no_library_has_is_not_read(tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    (folder / "node_modules" / "deep").mkdir(parents=True)
    os.mkfifo(folder / "node_modules" / "deep" / "never_ends.toml")

    (fault,) = refused(folder).faults

    assert ("node_modules/", "does not belong in a library") == (fault.file, fault.wrong)


@pytest.mark.parametrize(
    ("strays", "count", "end"),
    [
        pytest.param(20, "20 faults", "name.", id="all_are_shown"),
        pytest.param(21, "21 faults", "and 1 more: correct these first.", id="one_is_not"),
        pytest.param(99, "99 faults", "and 79 more: correct these first.", id="all_are_counted"),
        pytest.param(101, "100 faults or more", "and 80 more: correct these first.", id="enough"),
    ],
)
def test_of_many_faults_the_first_are_shown(
    strays: int, count: str, end: str, tmp_path: Path
) -> None:
    folder = copy_small_library(tmp_path / "library")
    for number in range(strays):
        (folder / f"{number}.txt").touch()

    lines = str(refused(folder)).splitlines()

    assert lines[0].endswith(f"is refused, {count}:")
    assert lines[-1].endswith(end)
    assert len(lines) <= 22


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"code;kind;valid_from;valid_to\nA00;heading;;\n", id="other_separators"),
        pytest.param(b"code,kind,valid_from,valid_to\nA00,,heading,,\n", id="a_cell_too_many"),
        pytest.param(b"code,kind,valid_from,valid_to\nA00,heading,,", id="no_last_line_end"),
        pytest.param(b"\x1f\x8b\x08\x00", id="packed"),
    ],
)
def test_a_table_of_diagnoses_that_cannot_be_read_is_the_only_fault(
    content: bytes, tmp_path: Path
) -> None:
    folder = copy_small_library(tmp_path / "library")
    (folder / BIG).write_bytes(content)

    assert {BIG} == {fault.file for fault in refused(folder).faults}


@pytest.mark.parametrize(
    ("length", "is_cut"),
    [pytest.param(100, False, id="short"), pytest.param(100_000, True, id="long")],
)
def test_what_was_found_is_cut_if_it_is_long(length: int, is_cut: bool, tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    edit(folder, SETS + "pet.csv", "78609,brain", f"78609,{'x' * length}")

    (fault,) = refused(folder).faults

    assert is_cut == (" ... " in fault.wrong)
    assert fault.wrong.endswith("which is not allowed")
    assert len(str(fault)) < 600


def test_a_damaged_library_has_no_policy_to_read_either(tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    (folder / "needs.csv").unlink()

    with pytest.raises(LibraryRefused):
        read_policy(folder)
