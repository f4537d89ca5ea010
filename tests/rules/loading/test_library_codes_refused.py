"""Code sets of the library, damaged in turn: refused with file, row and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.library_folders import (
    BIG,
    POLICY,
    SETS,
    Damage,
    append,
    check_refused,
    copy_library,
    drop_column,
    ids,
    refused,
    swap,
)

CODES = "code_sets/"

PROCEDURES = {
    "a_missing_column": Damage(
        SETS + "pet.csv", drop_column("pet_class"), "row 1", "no column pet_class"
    ),
    "an_unknown_column": Damage(
        SETS + "mrs.csv",
        swap("label,source", "label,source,price"),
        "row 1",
        "unknown column 'price'",
    ),
    "a_column_twice": Damage(
        SETS + "mrs.csv",
        swap("label,source", "label,source,source"),
        "row 1",
        "has a column twice",
    ),
    "a_row_that_is_too_short": Damage(
        SETS + "mrs.csv", append("76391,no\n"), "row 7", "has 2 cells"
    ),
    "a_code_twice": Damage(
        SETS + "pet.csv",
        append("78608,brain,no,,,again,made up\n"),
        "row 11 (78608)",
        "is a duplicate of row 2 (78608)",
    ),
    "a_code_in_two_sets": Damage(
        SETS + "pet.csv",
        append("76390,brain,no,,,twice,made up\n"),
        "row 11 (76390)",
        "is also in mrs.csv",
    ),
    "a_code_that_lost_its_zero": Damage(
        SETS + "mrs.csv", swap("0612T,", "612T,"), "row 6 (612T)", "'612T'"
    ),
    "a_blank_before_a_code": Damage(
        SETS + "pet.csv", swap("78609,", " 78609,"), "row 3", "has a space"
    ),
    "an_unknown_class": Damage(
        SETS + "pet.csv", swap("78609,brain", "78609,head"), "row 3 (78609)", "pet_class is 'head'"
    ),
    "neither_yes_nor_no": Damage(
        SETS + "mrs.csv", swap("76390,no,yes", "76390,no,true"), "row 2 (76390)", "has_components"
    ),
    "a_date_that_does_not_exist": Damage(
        SETS + "mrs.csv", swap("1998-01-01", "1998-02-30"), "row 2", "valid_from is '1998-02-30'"
    ),
    "a_date_in_another_order": Damage(
        SETS + "mrs.csv", swap("1998-01-01", "01/01/1998"), "row 2", "valid_from is '01/01/1998'"
    ),
    "a_validity_that_ends_before_it_begins": Damage(
        SETS + "mrs.csv", swap("1998-01-01,", "1998-01-01,1997-01-01"), "row 2", "is not after"
    ),
    "a_procedure_without_a_source": Damage(
        SETS + "conventional_imaging.csv",
        swap(',"brain MRI, both",our reading of policy 6.01.03 I.A; code in PFS 2024', ",MRI,"),
        "row 4 (70553)",
        "source is empty",
    ),
    "a_procedure_without_a_label": Damage(
        SETS + "conventional_imaging.csv", swap('"brain MRI, both"', ""), "row 4", "label is empty"
    ),
    "an_unknown_treatment": Damage(
        SETS + "episode_reset.csv", swap("61796,radiosurgery", "61796,drug"), "(61796)", "'drug'"
    ),
    "an_unknown_meaning_of_a_modifier": Damage(
        CODES + "modifiers.csv", swap("26,professional", "26,half"), "row 2 (26)", "'half'"
    ),
    "a_modifier_of_three_letters": Damage(
        CODES + "modifiers.csv", swap("TC,", "TCX,"), "row 3 (TCX)", "'TCX'"
    ),
    "a_modifier_without_a_label": Damage(
        CODES + "modifiers.csv", swap("a service apart", ""), "(59)", "label is empty"
    ),
}

DIAGNOSES = {
    "a_listed_code_too_few": Damage(
        SETS + "indications.csv",
        swap("G37.4,,listed,on the policy's code list; stands for no purpose by itself\n", ""),
        "listed_diagnoses",
        "lists 31 codes",
        POLICY,
    ),
    "a_listed_code_too_many": Damage(
        SETS + "indications.csv",
        append("Z99.89,,listed,made up\n"),
        "listed_diagnoses",
        "lists 33 codes",
        POLICY,
    ),
    "a_heading": Damage(
        SETS + "indications.csv",
        append("C79.4,,listed,made up\n"),
        "(C79.4)",
        "is not a billable code",
    ),
    "a_code_that_there_is_not": Damage(
        SETS + "indications.csv",
        append("C99.9,3,suggested,made up\n"),
        "(C99.9)",
        "is not a billable code",
    ),
    "a_code_without_its_dot": Damage(
        SETS + "indications.csv", swap("A80.0,", "A800,"), "(A800)", "code has 'A800'"
    ),
    "a_diagnosis_twice": Damage(
        SETS + "indications.csv", append("C71.0,1,listed,made up\n"), "(C71.0)", "is a duplicate"
    ),
    "an_indication_that_there_is_not": Damage(
        SETS + "indications.csv", swap("R56.9,6", "R56.9,7"), "(R56.9)", "names indication '7'"
    ),
    "an_indication_in_words": Damage(
        SETS + "indications.csv", swap("R56.9,6", "R56.9,six"), "(R56.9)", "names indication 'six'"
    ),
    "an_indication_named_twice": Damage(
        SETS + "indications.csv", swap("R56.9,6", "R56.9,6;6"), "(R56.9)", "has a code twice"
    ),
    "a_documented_code_of_no_indication": Damage(
        SETS + "indications.csv",
        append("Z99.89,,documented,made up\n"),
        "(Z99.89)",
        "names no indication",
    ),
    "an_unknown_support": Damage(
        SETS + "indications.csv", swap("6,listed", "6,sure"), "(R56.9)", "support is 'sure'"
    ),
    "a_brain_tumour_code_that_there_is_not": Damage(
        SETS + "brain_tumour.csv", swap("D33.1,", "D33.19,"), "(D33.19)", "is not in icd10cm.csv"
    ),
    "a_brain_tumour_code_without_a_source": Damage(
        SETS + "brain_tumour.csv",
        swap("C79.31,our reading of policy 6.01.03 I.A.1: named itself", "C79.31,"),
        "(C79.31)",
        "source is empty",
    ),
    "a_brain_tumour_under_another": Damage(
        SETS + "brain_tumour.csv", append("C71.1,made up\n"), "(C71.1)", "C71 says the same"
    ),
    "a_code_without_a_source": Damage(
        SETS + "indications.csv", append("Z99.89,3,suggested,\n"), "(Z99.89)", "source is empty"
    ),
    "an_unrelated_code_that_there_is_not": Damage(
        SETS + "unrelated.csv", append("C99,,made up\n"), "(C99)", "is not in icd10cm.csv"
    ),
    "an_unrelated_code_that_speaks_for_a_purpose": Damage(
        SETS + "unrelated.csv",
        swap("A02.21,yes,its own entry in indications\n", ""),
        "row 4 (A02)",
        "covers A02.21, which supports a purpose",
    ),
    "an_unrelated_code_that_is_a_brain_tumour": Damage(
        SETS + "unrelated.csv", append("C70,,made up\n"), "(C70)", "covers C70.0"
    ),
    "an_unrelated_circumstance": Damage(
        SETS + "unrelated.csv", append("Z99.8,,made up\n"), "(Z99.8)", "is a circumstance"
    ),
    "an_unrelated_code_under_another": Damage(
        SETS + "unrelated.csv", append("A00.1,,made up\n"), "(A00.1)", "A00 says the same"
    ),
    "an_exception_from_nothing": Damage(
        SETS + "unrelated.csv",
        append("C79.31,yes,made up\n"),
        "(C79.31)",
        "exception, but there is no entry above",
    ),
    "an_exception_within_an_exception": Damage(
        SETS + "unrelated.csv", append("B19.11,yes,made up\n"), "(B19.11)", "is a duplicate"
    ),
    "an_exception_that_says_neither_yes_nor_no": Damage(
        SETS + "unrelated.csv", swap("A02.1,yes,", "A02.1,ja,"), "(A02.1)", "except is 'ja'"
    ),
    "an_unrelated_code_without_a_why": Damage(
        SETS + "unrelated.csv", swap("A00,,infection of another organ", "A00,,"), "(A00)", "why"
    ),
    "a_chapter_that_is_neither": Damage(
        SETS + "symptom_chapters.csv", swap("R,no,", "R,,"), "row 2 (R)", "circumstance is ''"
    ),
    "company_of_a_code_that_there_is_not": Damage(
        SETS + "company.csv", swap("B20;G06.0", "B20;G06.05"), "(G03.9)", "G06.05 is not a billable"
    ),
    "company_in_the_history_of_something_else": Damage(
        SETS + "company.csv", swap("B20;G06.0,no", "B20;G06.0,yes"), "(G03.9)", "in the history"
    ),
    "company_that_cites_nothing": Damage(
        SETS + "company.csv", swap("no,I.A.5,", "no,,"), "(G03.9)", "section is empty"
    ),
    "an_indication_of_no_group": Damage(
        SETS + "indication_names.csv",
        swap("6,I.A.6,seizure", "6,I.A.6,"),
        "row 7 (6)",
        "group is empty",
    ),
    "an_indication_of_no_number": Damage(
        SETS + "indication_names.csv",
        swap("6,I.A.6,seizure", "Six,I.A.6,seizure"),
        "row 7 (Six)",
        "'Six'",
    ),
    "an_indication_of_no_section": Damage(
        SETS + "indication_names.csv",
        swap(
            "6,I.A.6,seizure",
            "6,I.A.7,seizure",
        ),
        "section",
        "I.A.7",
        POLICY,
    ),
    "a_chapter_of_two_letters": Damage(
        SETS + "symptom_chapters.csv", swap("R,no,symptoms", "RR,no,symptoms"), "row 2 (RR)", "'RR'"
    ),
    "a_chapter_without_a_label": Damage(
        SETS + "symptom_chapters.csv", swap("factors and contacts", ""), "(Z)", "label is empty"
    ),
}

ICD10CM = {
    "other_columns": Damage(BIG, swap("code,kind,", "code,sort,"), "row 1", "the wrong columns"),
    "an_unknown_kind": Damage(
        BIG,
        swap("\nA00.0,billable,,\n", "\nA00.0,maybe,,\n"),
        "row 3 (A00.0,maybe,,)",
        "is not a row",
    ),
    "a_code_without_its_dot": Damage(
        BIG, swap("\nA00.0,billable,,\n", "\nA000,billable,,\n"), "row 3", "is not a row"
    ),
    "a_cell_too_many": Damage(
        BIG, swap("\nA00.0,billable,,\n", "\nA00.0,billable,,,\n"), "row 3", "is not a row"
    ),
    "a_last_row_without_an_end": Damage(BIG, append("Z99.9,billable,,"), "", "newline"),
    "a_date_that_does_not_exist": Damage(
        BIG,
        swap("\nA00.0,billable,,\n", "\nA00.0,billable,2025-02-29,\n"),
        "row 3",
        "a date that does not exist",
    ),
    "a_validity_that_ends_before_it_begins": Damage(
        BIG,
        swap("\nA00.0,billable,,\n", "\nA00.0,billable,2025-10-01,2025-10-01\n"),
        "row 3",
        "ends before it begins",
    ),
    "rows_out_of_order": Damage(
        BIG,
        swap("\nA00.0,billable,,\nA00.1,billable,,\n", "\nA00.1,billable,,\nA00.0,billable,,\n"),
        "row 4 (A00.0,billable,,)",
        "sorts before the row above it",
    ),
    "a_row_twice": Damage(
        BIG,
        swap("\nA00.0,billable,,\n", "\nA00.0,billable,,\nA00.0,billable,,\n"),
        "row 3 (A00.0)",
        "rows that overlap",
    ),
    "a_code_of_both_kinds_at_once": Damage(
        BIG,
        swap("\nG35,billable,,2025-10-01\n", "\nG35,billable,,2025-10-02\n"),
        "(G35)",
        "rows that overlap",
    ),
    "a_span_within_another": Damage(
        BIG,
        swap(
            "\nG35,billable,,2025-10-01\n",
            "\nG35,billable,,2025-10-01\nG35,billable,2025-01-01,2025-02-01\n",
        ),
        "(G35)",
        "rows that overlap",
    ),
}


@pytest.mark.parametrize("damage", ids(PROCEDURES))
def test_a_damaged_set_of_procedures_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize("damage", ids(DIAGNOSES))
def test_a_damaged_set_of_diagnoses_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize("damage", ids(ICD10CM))
def test_a_damaged_icd10cm_table_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


def test_a_damaged_icd10cm_table_is_not_blamed_on_other_tables(tmp_path: Path) -> None:
    folder = copy_library(tmp_path / "library")
    (folder / BIG).unlink()

    refusal = refused(folder)

    assert {BIG, "sources.csv"} == {fault.file for fault in refusal.faults}


def test_many_bad_rows_of_the_big_table_are_shown_in_part(tmp_path: Path) -> None:
    folder = copy_library(tmp_path / "library")
    text = (folder / BIG).read_text()
    (folder / BIG).unlink()
    (folder / BIG).write_text(text.replace(",heading,", ",chapter,"))

    refusal = refused(folder)

    assert len([fault for fault in refusal.faults if fault.file == BIG]) == 20
