"""Authorities, payers and jurisdictions, damaged in turn: refused with file, row and what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules.loading.files import load_library
from tests.rules.library_folders import (
    Damage,
    append,
    check_refused,
    copy_small_library,
    drop_column,
    ids,
    swap,
)

DAY = date(2025, 6, 16)
NCD_TWIN = "NCD,220.2.1b,76390,dsnp,*,2020-12-31,,governs,made up,\n"

AUTHORITIES = {
    "rows_that_overlap": Damage(
        "authorities.csv", append(NCD_TWIN), "row 4 (NCD)", "overlaps NCD 220.2.1"
    ),
    "a_missing_column": Damage("authorities.csv", drop_column("effect"), "row 1", "column effect"),
    "an_unknown_authority": Damage(
        "authorities.csv",
        append("CMS,x,76390,dsnp,*,,,governs,x,\n"),
        "row 4",
        "authority is 'CMS'",
    ),
    "an_unknown_line_of_business": Damage(
        "authorities.csv", append("LCD,x,76390,hmo,*,,,governs,x,\n"), "row 4", "has 'hmo'"
    ),
    "no_line_of_business": Damage(
        "authorities.csv",
        append("LCD,x,76390,,*,,,governs,x,\n"),
        "row 4",
        "lines_of_business is empty",
    ),
    "no_procedure": Damage(
        "authorities.csv", append("LCD,x,,dsnp,*,,,governs,x,\n"), "row 4", "procedures is empty"
    ),
    "a_procedure_of_four_digits": Damage(
        "authorities.csv", append("LCD,x,7639,dsnp,*,,,governs,x,\n"), "row 4", "'7639'"
    ),
    "an_unknown_effect": Damage(
        "authorities.csv", append("LCD,x,76390,dsnp,*,,,covers,x,\n"), "row 4", "effect is 'covers'"
    ),
    "no_source": Damage(
        "authorities.csv", append("LCD,x,76390,dsnp,*,,,governs,,\n"), "row 4", "source is empty"
    ),
    "no_reference": Damage(
        "authorities.csv", append("LCD,,76390,dsnp,*,,,governs,x,\n"), "row 4", "reference is empty"
    ),
    "rows_of_every_state_and_of_one_that_overlap": Damage(
        "authorities.csv",
        append("NCD,x,76390,dsnp,NY,2020-12-31,,governs,x,\n"),
        "row 4 (NCD)",
        "overlaps NCD 220.2.1",
    ),
    "a_state_that_there_is_not": Damage(
        "authorities.csv", append("LCD,x,76390,dsnp,XY,,,governs,x,\n"), "row 4", "state is 'XY'"
    ),
    "no_state": Damage(
        "authorities.csv", append("LCD,x,76390,dsnp,,,,governs,x,\n"), "row 4", "state is empty"
    ),
    "dates_the_wrong_way_round": Damage(
        "authorities.csv",
        append("LCD,x,76390,dsnp,*,2025-01-01,2025-01-01,governs,x,\n"),
        "row 4",
        "effective_to is not after effective_from",
    ),
}

PAYER = "payers.csv"
PAYERS = {
    "a_payer_twice_for_the_same_filing": Damage(
        PAYER,
        append("SAMPLE02,*,sample-commercial,commercial,Again\n"),
        "row 13 (SAMPLE02)",
        "is a duplicate of row 6",
    ),
    "a_plan_that_there_is_not": Damage(
        PAYER, append("P9,*,sample-nobody,commercial,Nobody\n"), "row 13 (P9)", "no plan file has"
    ),
    "another_line_of_business_than_that_of_the_plan": Damage(
        PAYER,
        append("P9,*,sample-medicaid,medicare,Nobody\n"),
        "row 13 (P9)",
        "that of the plan is 'medicaid'",
    ),
    "an_unknown_line_of_business": Damage(
        PAYER, append("P9,*,sample-medicaid,hmo,X\n"), "row 13 (P9)", "line_of_business is 'hmo'"
    ),
    "a_filing_indicator_of_three_letters": Damage(
        PAYER, append("P9,ABC,sample-medicaid,medicaid,X\n"), "row 13 (P9)", "has 'ABC'"
    ),
    "a_payer_without_an_id": Damage(
        PAYER, append(",*,sample-medicaid,medicaid,X\n"), "row 13", "payer_id is empty"
    ),
    "a_payer_without_a_name": Damage(
        PAYER, append("P9,*,sample-medicaid,medicaid,\n"), "row 13 (P9)", "payer is empty"
    ),
    "a_payer_without_a_plan": Damage(
        PAYER, append("P9,*,,medicaid,X\n"), "row 13 (P9)", "plan_id is empty"
    ),
}

LAW = "jurisdictions.csv"

JURISDICTIONS = {
    "a_missing_column": Damage(LAW, drop_column("mode"), "row 1", "has no column mode"),
    "a_state_in_small_letters": Damage(
        LAW, swap("TX,commercial", "tx,commercial"), "row 2 (tx)", "state is 'tx'"
    ),
    "a_state_that_there_is_not": Damage(
        LAW,
        append("ZZ,commercial,2026-01-01,,recommend,x\n"),
        "row 12 (ZZ)",
        "which is not a state",
    ),
    "no_state": Damage(
        LAW, append(",commercial,2026-01-01,,recommend,x\n"), "row 12", "state is empty"
    ),
    "an_unknown_line_of_business": Damage(
        LAW, swap("*,medicare", "*,medicaire"), "row 9", "line_of_business is 'medicaire'"
    ),
    "an_unknown_mode": Damage(
        LAW,
        swap("2026-01-01,,findings_only", "2026-01-01,,findings"),
        "row 2",
        "mode is 'findings'",
    ),
    "no_first_day": Damage(
        LAW, append("OH,commercial,,,recommend,x\n"), "row 12", "effective_from is empty"
    ),
    "a_day_that_does_not_exist": Damage(
        LAW, swap("2025-10-01", "2025-10-32"), "row 4 (MD)", "effective_from is '2025-10-32'"
    ),
    "an_end_before_the_beginning": Damage(
        LAW, swap("2025-10-01,,", "2025-10-01,2025-10-01,"), "row 4", "is not after effective_from"
    ),
    "no_source": Damage(
        LAW, append("OH,commercial,2026-01-01,,recommend,\n"), "row 12", "source is empty"
    ),
    "rows_that_overlap": Damage(
        LAW,
        append("TX,commercial,2027-01-01,,recommend,x\n"),
        "row 12 (TX)",
        "overlaps row 2 (TX) in time",
    ),
}


@pytest.mark.parametrize("damage", ids(AUTHORITIES))
def test_a_damaged_table_of_authorities_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize("damage", ids(PAYERS))
def test_a_damaged_table_of_payers_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize("damage", ids(JURISDICTIONS))
def test_a_damaged_table_of_jurisdictions_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            "NCD,x,76390,dsnp,*,2021-01-01,,governs,x,\n", id="it_begins_when_the_other_ends"
        ),
        pytest.param(
            "NCD,x,76390,dsnp,*,,1994-03-22,governs,x,\n", id="it_ends_when_the_other_begins"
        ),
        pytest.param("NCD,x,0609T,dsnp,*,2020-12-31,,governs,x,\n", id="another_procedure"),
        pytest.param(
            "NCD,x,76390,medicaid,*,2020-12-31,,governs,x,\n", id="another_line_of_business"
        ),
        pytest.param("LCD,x,76390,dsnp,*,2020-12-31,,governs,x,\n", id="another_authority"),
    ],
)
def test_rows_that_only_touch_load(row: str, tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    append(row)(folder, "authorities.csv")

    assert len(load_library(folder).authorities) == 3


def test_two_contractors_speak_for_their_own_states_on_one_day(tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    append("LCD,north,76390,dsnp,NY,2025-01-01,,non_covered,x,\n")(folder, "authorities.csv")
    append("LCD,south,76390,dsnp,TX,2025-01-01,,governs,x,\n")(folder, "authorities.csv")

    rows = load_library(folder).authorities

    spoken = {
        state: [row.reference for row in rows if row.speaks_of("76390", "dsnp", DAY, state)]
        for state in ("NY", "TX", "PA", None)
    }
    assert {"NY": ["north"], "TX": ["south"], "PA": [], None: []} == spoken
