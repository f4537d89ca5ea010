"""Reasons and remittance codes, damaged in turn: refused with file, row and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.library_folders import (
    Damage,
    append,
    check_refused,
    drop_column,
    ids,
    swap,
)

CODES = "code_sets/"
DEMANDED = "code_sets/carc_demands.csv"

REASONS = {
    "a_missing_reason": Damage(
        "reasons.csv",
        swap("VOIDED,,Codes,voided by a later claim,,,,\n", ""),
        "VOIDED",
        "is missing",
    ),
    "an_unknown_reason": Damage(
        "reasons.csv",
        append("TOO_DEAR,,Codes,costs too much,,,,\n"),
        "(TOO_DEAR)",
        "is not a reason",
    ),
    "a_reason_twice": Damage(
        "reasons.csv", append("VOIDED,,Codes,voided,,,,\n"), "(VOIDED)", "is a duplicate"
    ),
    "another_criterion": Damage(
        "reasons.csv",
        swap("DUPLICATE,not_duplicate,Codes,billed", "DUPLICATE,coding,Codes,billed"),
        "(DUPLICATE)",
        "criterion is 'coding'",
    ),
    "an_unknown_criterion": Damage(
        "reasons.csv",
        swap("DUPLICATE,not_duplicate,Codes,billed", "DUPLICATE,dup,Codes,billed"),
        "(DUPLICATE)",
        "criterion is 'dup'",
    ),
    "an_unknown_section": Damage(
        "reasons.csv",
        swap("DUPLICATE,not_duplicate,Codes,billed", "DUPLICATE,not_duplicate,III,billed"),
        "(DUPLICATE)",
        "section is 'III'",
    ),
    "an_unknown_group": Damage(
        "reasons.csv",
        swap("billed before,OA,", "billed before,XX,"),
        "(DUPLICATE)",
        "group is 'XX'",
    ),
    "a_carc_that_was_never_published": Damage(
        "reasons.csv",
        swap("billed before,OA,18", "billed before,OA,1800"),
        "(DUPLICATE)",
        "CARC 1800",
    ),
    "a_rarc_that_was_never_published": Damage(
        "reasons.csv", swap("CO,97,M15", "CO,97,M1500"), "(COMPONENT_INCLUDED)", "RARC M1500"
    ),
    "a_group_without_a_carc": Damage(
        "reasons.csv",
        swap("billed before,OA,18", "billed before,OA,"),
        "(DUPLICATE)",
        "without a CARC",
    ),
    "a_rarc_without_a_carc": Damage(
        "reasons.csv",
        swap("voided by a later claim,,,,", "voided by a later claim,,,M15,"),
        "(VOIDED)",
        "without a CARC",
    ),
    "an_unknown_need": Damage(
        "reasons.csv",
        swap("N519,modifier_or_provider", "N519,money"),
        "(MODIFIER_INVALID)",
        "'money'",
    ),
    "a_need_twice": Damage(
        "reasons.csv",
        swap("N519,modifier_or_provider", "N519,review;review"),
        "(MODIFIER_INVALID)",
        "has a code twice",
    ),
    "a_need_without_words": Damage(
        "needs.csv", swap('"A reviewer\'s decision on the line."', ""), "(review)", "text is empty"
    ),
    "a_missing_need": Damage(
        "needs.csv", swap('review,"A reviewer\'s decision on the line."\n', ""), "", "every need"
    ),
    "a_published_code_twice": Damage(
        CODES + "carc_rarc.csv", append("18,CARC,,,\n"), "(18)", "is a duplicate"
    ),
    "a_published_code_of_no_kind": Damage(
        CODES + "carc_rarc.csv", append("18,CODE,,,\n"), "(18)", "adj_type is 'CODE'"
    ),
    "a_published_code_of_no_date": Damage(
        CODES + "carc_rarc.csv", append("X1,RARC,soon,,\n"), "(X1)", "adj_start_date is 'soon'"
    ),
}

DEMANDS = {
    "a_missing_column": Damage(DEMANDED, drop_column("needs_rarc"), "row 1", "column needs_rarc"),
    "an_unknown_group": Damage(DEMANDED, swap("18,OA,", "18,XX,"), "(18)", "group is 'XX'"),
    "a_carc_twice": Damage(DEMANDED, append("18,OA,no,again\n"), "(18)", "is a duplicate"),
    "neither_yes_nor_no": Damage(
        DEMANDED, swap("18,OA,no", "18,OA,0"), "(18)", "needs_rarc is '0'"
    ),
    "no_source": Damage(DEMANDED, append("55,,no,\n"), "(55)", "source is empty"),
}


@pytest.mark.parametrize("damage", ids(REASONS))
def test_a_damaged_table_of_reasons_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize("damage", ids(DEMANDS))
def test_a_damaged_table_of_demands_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")
