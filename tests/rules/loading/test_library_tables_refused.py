"""Authorities and plans, damaged in turn: refused with file, row and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.loading.files import load_library
from tests.rules.library_folders import (
    COMMERCIAL,
    DSNP,
    Damage,
    append,
    check_refused,
    copy_small_library,
    drop_column,
    ids,
    swap,
)

CODES = "code_sets/"

NCD_TWIN = "NCD,220.2.1b,76390,dsnp,2020-12-31,,governs,made up,\n"

AUTHORITIES = {
    "rows_that_overlap": Damage(
        "authorities.csv", append(NCD_TWIN), "row 4 (NCD)", "overlaps NCD 220.2.1"
    ),
    "a_missing_column": Damage("authorities.csv", drop_column("effect"), "row 1", "column effect"),
    "an_unknown_authority": Damage(
        "authorities.csv", append("CMS,x,76390,dsnp,,,governs,x,\n"), "row 4", "authority is 'CMS'"
    ),
    "an_unknown_line_of_business": Damage(
        "authorities.csv", append("LCD,x,76390,hmo,,,governs,x,\n"), "row 4", "has 'hmo'"
    ),
    "no_line_of_business": Damage(
        "authorities.csv",
        append("LCD,x,76390,,,,governs,x,\n"),
        "row 4",
        "lines_of_business is empty",
    ),
    "no_procedure": Damage(
        "authorities.csv", append("LCD,x,,dsnp,,,governs,x,\n"), "row 4", "procedures is empty"
    ),
    "a_procedure_of_four_digits": Damage(
        "authorities.csv", append("LCD,x,7639,dsnp,,,governs,x,\n"), "row 4", "'7639'"
    ),
    "an_unknown_effect": Damage(
        "authorities.csv", append("LCD,x,76390,dsnp,,,covers,x,\n"), "row 4", "effect is 'covers'"
    ),
    "no_source": Damage(
        "authorities.csv", append("LCD,x,76390,dsnp,,,governs,,\n"), "row 4", "source is empty"
    ),
    "no_reference": Damage(
        "authorities.csv", append("LCD,,76390,dsnp,,,governs,x,\n"), "row 4", "reference is empty"
    ),
    "dates_the_wrong_way_round": Damage(
        "authorities.csv",
        append("LCD,x,76390,dsnp,2025-01-01,2025-01-01,governs,x,\n"),
        "row 4",
        "effective_to is not after effective_from",
    ),
}


PLANS = {
    "no_word_on_peer_review": Damage(
        COMMERCIAL,
        swap("clinical_denials_need_peer_review = false\n", ""),
        "clinical_denials_need_peer_review",
        "is missing",
    ),
    "peer_review_in_words": Damage(
        COMMERCIAL,
        swap("peer_review = false", 'peer_review = "no"'),
        "clinical_denials_need_peer_review",
        "is 'no'",
    ),
    "no_plan_id": Damage(
        COMMERCIAL, swap('plan_id = "sample-commercial"', ""), "plan_id", "is missing"
    ),
    "a_blank_plan_id": Damage(
        COMMERCIAL, swap('"sample-commercial"', '" "'), "plan_id", "is empty"
    ),
    "no_line_of_business": Damage(
        COMMERCIAL, swap('line_of_business = "commercial"', ""), "line_of_business", "is missing"
    ),
    "an_unknown_line_of_business": Damage(
        COMMERCIAL, swap('"commercial"', '"hmo"'), "line_of_business", "is 'hmo'"
    ),
    "no_investigational_group": Damage(
        COMMERCIAL, swap('investigational_group = "CO"', ""), "investigational_group", "is missing"
    ),
    "an_unknown_group": Damage(COMMERCIAL, swap('"PR"', '"YOU"'), "non_covered_group", "is 'YOU'"),
    "no_word_on_exclusions": Damage(
        COMMERCIAL, swap("excluded_procedures = []", ""), "excluded_procedures", "is missing"
    ),
    "one_exclusion_outside_brackets": Damage(
        COMMERCIAL,
        swap("procedures = []", 'procedures = "76390"'),
        "excluded_procedures",
        "'76390'",
    ),
    "an_excluded_number": Damage(
        COMMERCIAL, swap("procedures = []", "procedures = [76390]"), "excluded_procedures", "kind"
    ),
    "an_exclusion_twice": Damage(
        COMMERCIAL,
        swap("procedures = []", 'procedures = ["76390", "76390"]'),
        "excluded_procedures",
        "something twice",
    ),
    "an_excluded_procedure_of_four_digits": Damage(
        COMMERCIAL,
        swap("procedures = []", 'procedures = ["7639"]'),
        "excluded_procedures",
        "'7639'",
    ),
    "a_dual_plan_of_one_side": Damage(
        DSNP,
        append("excluded_procedures = []\n"),
        "excluded_procedures",
        "cannot stand in a dsnp plan",
    ),
    "a_dual_plan_that_forgets_a_side": Damage(
        DSNP,
        swap("medicaid_excluded_procedures = []\n", ""),
        "medicaid_excluded_procedures",
        "missing",
    ),
    "two_sides_of_a_commercial_plan": Damage(
        COMMERCIAL,
        append("medicare_excluded_procedures = []\n"),
        "medicare_excluded_procedures",
        "cannot stand in a commercial plan",
    ),
    "a_plan_that_overrides_the_policy": Damage(
        COMMERCIAL,
        append("exclusivity_window_days = 30\n"),
        "exclusivity_window_days",
        "is a parameter of the policy",
    ),
    "an_unknown_key": Damage(COMMERCIAL, append("copay = 20\n"), "copay", "is an unknown key"),
    "a_date_that_is_a_number": Damage(
        COMMERCIAL, append("claims_known_from = 2024\n"), "claims_known_from", "is 2024"
    ),
    "a_date_with_a_time": Damage(
        COMMERCIAL, append("claims_known_from = 2024-01-01T00:00:00\n"), "claims_known_from", "is "
    ),
    "a_date_that_does_not_exist": Damage(
        COMMERCIAL, append('claims_known_from = "2024-02-30"\n'), "claims_known_from", "2024-02-30"
    ),
    "a_plan_id_in_two_files": Damage(
        DSNP,
        swap('plan_id = "sample-dsnp"', 'plan_id = "sample-commercial"'),
        "plan_id",
        f"stands in {COMMERCIAL} too",
    ),
    "no_toml": Damage(DSNP, append("fine =\n"), "", "at line 10"),
}


@pytest.mark.parametrize("damage", ids(AUTHORITIES))
def test_a_damaged_table_of_authorities_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize("damage", ids(PLANS))
def test_a_damaged_plan_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(
            "NCD,x,76390,dsnp,2021-01-01,,governs,x,\n", id="it_begins_when_the_other_ends"
        ),
        pytest.param(
            "NCD,x,76390,dsnp,,1994-03-22,governs,x,\n", id="it_ends_when_the_other_begins"
        ),
        pytest.param("NCD,x,0609T,dsnp,2020-12-31,,governs,x,\n", id="another_procedure"),
        pytest.param(
            "NCD,x,76390,medicaid,2020-12-31,,governs,x,\n", id="another_line_of_business"
        ),
        pytest.param("LCD,x,76390,dsnp,2020-12-31,,governs,x,\n", id="another_authority"),
    ],
)
def test_rows_that_only_touch_load(row: str, tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    append(row)(folder, "authorities.csv")

    assert len(load_library(folder).authorities) == 3
