"""Plans and their periods, damaged in turn: refused with file, row and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.library_folders import (
    COMMERCIAL,
    DSNP,
    Change,
    Damage,
    append,
    check_refused,
    ids,
    swap,
)

NO_ROLES = swap(
    'peer_reviewer_roles = ["medical director", "physician reviewer", "clinical peer reviewer"]\n',
    "",
)


def period(words: str) -> Change:
    """A period of a plan, with what it says."""
    return append(f"\n[[period]]\neffective_from = 2026-01-01\n{words}\n")


PERIODS = {
    "a_period_of_no_day": Damage(
        COMMERCIAL, append("\n[[period]]\n"), "period 1.effective_from", "is missing"
    ),
    "a_period_in_which_nothing_changes": Damage(
        COMMERCIAL, period('source = "a letter"'), "row 12 (period 2026-01-01", "changes nothing"
    ),
    "two_periods_of_one_day": Damage(
        COMMERCIAL,
        append("\n[[period]]\neffective_from = 2026-01-01\nexcluded_procedures = []\n" * 2),
        "period 2026-01-01",
        "appears twice",
    ),
    "a_period_in_another_state": Damage(
        COMMERCIAL, period('state = "NY"'), "period 2026-01-01.state", "cannot change in a period"
    ),
    "a_period_of_another_business": Damage(
        COMMERCIAL, period('line_of_business = "medicaid"'), ".line_of_business", "cannot change"
    ),
    "a_period_with_an_unknown_key": Damage(
        COMMERCIAL, period("excluded = []"), "period 2026-01-01.excluded", "is not a known key"
    ),
    "a_period_with_a_side_that_the_plan_has_not": Damage(
        COMMERCIAL,
        period("medicare_excluded_procedures = []"),
        "medicare_excluded_procedures",
        "does not belong in a commercial plan",
    ),
    "a_period_that_asks_for_nobody": Damage(
        COMMERCIAL,
        period("clinical_denials_need_peer_review = true"),
        "peer_reviewer_roles",
        "is missing, although the plan itself asks for a person",
    ),
    "a_period_with_a_parameter": Damage(
        COMMERCIAL, period("pend_due_days = 3"), "pend_due_days", "is a parameter of the policy"
    ),
}

PLANS = {
    "no_state": Damage(COMMERCIAL, swap('state = "PA"\n', ""), "state", "is missing"),
    "a_state_that_there_is_not": Damage(
        COMMERCIAL, swap('"PA"', '"Pennsylvania"'), "row 4 (state)", "is 'Pennsylvania'"
    ),
    "a_state_that_is_not_said": Damage(COMMERCIAL, swap('"PA"', '" "'), "state", "is empty"),
    "a_state_that_asks_for_a_person_and_no_role": Damage(
        COMMERCIAL,
        swap('"PA"', '"AZ"'),
        "peer_reviewer_roles",
        "is missing, although jurisdictions.csv (AZ, commercial) asks for a person",
    ),
    "a_business_that_asks_for_a_person_and_no_role": Damage(
        DSNP, NO_ROLES, "peer_reviewer_roles", "although jurisdictions.csv (*, dsnp) asks"
    ),
    "a_plan_that_asks_for_a_person_and_names_no_role": Damage(
        COMMERCIAL,
        swap("peer_review = false", "peer_review = true"),
        "peer_reviewer_roles",
        "although the plan itself asks",
    ),
    "an_empty_list_of_roles": Damage(
        COMMERCIAL, append("peer_reviewer_roles = []\n"), "peer_reviewer_roles", "is empty"
    ),
    "a_role_of_blanks": Damage(
        COMMERCIAL,
        append('approving_roles = [" "]\n'),
        "approving_roles",
        "has an empty role",
    ),
    "a_role_twice": Damage(
        COMMERCIAL, append('approving_roles = ["MD", "md "]\n'), "approving_roles", "or one twice"
    ),
    "roles_in_no_list": Damage(
        COMMERCIAL, append('approving_roles = "MD"\n'), "approving_roles", "is 'MD'"
    ),
    "a_review_that_is_no_table": Damage(
        COMMERCIAL, append("review = true\n"), "review", "of the wrong type"
    ),
    "a_review_without_a_word_on_second_persons": Damage(
        COMMERCIAL,
        append("[review]\nquality_sample_one_in = 1\n"),
        "review.second_person_for_denials",
        "is missing",
    ),
    "a_second_person_in_words": Damage(
        COMMERCIAL,
        append('[review]\nsecond_person_for_denials = "yes"\n'),
        "review.second_person_for_denials",
        "is 'yes'",
    ),
    "a_sample_of_one_in_none": Damage(
        COMMERCIAL,
        append("[review]\nsecond_person_for_denials = true\nquality_sample_one_in = 0\n"),
        "review.quality_sample_one_in",
        "is 0",
    ),
    "a_sample_of_fewer_than_none": Damage(
        COMMERCIAL,
        append("[review]\nsecond_person_for_denials = true\nquality_sample_one_in = -1\n"),
        "review.quality_sample_one_in",
        "is -1",
    ),
    "a_misspelt_word_of_a_review": Damage(
        COMMERCIAL,
        append("[review]\nsecond_person_for_denials = true\nquality_sample_one = 4\n"),
        "review.quality_sample_one",
        "not a known key",
    ),
    "a_period_with_a_review_of_its_own": Damage(
        COMMERCIAL,
        append(
            "[[period]]\neffective_from = 2026-01-01\n[period.review]\n"
            "second_person_for_denials = true\n"
        ),
        "review",
        "cannot change in a period",
    ),
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
        COMMERCIAL,
        swap("procedures = []", "procedures = [76390]"),
        "excluded_procedures",
        "wrong type",
    ),
    "an_exclusion_twice": Damage(
        COMMERCIAL,
        swap("procedures = []", 'procedures = ["76390", "76390"]'),
        "excluded_procedures",
        "an item twice",
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
        "does not belong in a dsnp plan",
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
        "does not belong in a commercial plan",
    ),
    "a_plan_that_overrides_the_policy": Damage(
        COMMERCIAL,
        append("exclusivity_window_days = 30\n"),
        "exclusivity_window_days",
        "is a parameter of the policy",
    ),
    "an_unknown_key": Damage(COMMERCIAL, append("copay = 20\n"), "copay", "is not a known key"),
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
        f"is also the id in {COMMERCIAL}",
    ),
    "no_toml": Damage(DSNP, append("fine =\n"), "row 12", "is not valid TOML"),
}


@pytest.mark.parametrize("damage", ids(PERIODS))
def test_a_damaged_period_of_a_plan_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


@pytest.mark.parametrize("damage", ids(PLANS))
def test_a_damaged_plan_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")
