"""The parameters of the policy, damaged in turn: refused with file, key and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.library_folders import (
    POLICY,
    Damage,
    check_refused,
    ids,
    swap,
    swap_after,
)

PARAMETERS = {
    "a_missing_parameter": Damage(
        POLICY,
        swap("[parameter.pend_due_days]", "[parameter.due_days]"),
        "parameter.pend_due_days",
        "is missing",
    ),
    "an_unknown_parameter": Damage(
        POLICY,
        swap("[parameter.pend_due_days]", "[parameter.due_days]"),
        "parameter.due_days",
        "is not a parameter",
    ),
    "a_parameter_without_a_question": Damage(
        POLICY,
        swap('question = "How many days after receipt does a pended line fall due?"\n', ""),
        "parameter.pend_due_days.question",
        "is missing",
    ),
    "a_parameter_of_another_type": Damage(
        POLICY,
        swap_after("[parameter.skull_base_pet_counts]", '"yes_no"', '"days"'),
        "parameter.skull_base_pet_counts.type",
        "is 'days'",
    ),
    "a_parameter_of_no_section": Damage(
        POLICY,
        swap('value = 30\nsection = "I"\n', 'value = 30\nsection = "III"\n'),
        "parameter.pend_due_days",
        "cites 'III'",
    ),
    "an_unknown_key_of_a_parameter": Damage(
        POLICY,
        swap("value = 90\n", "value = 90\nunit = 1\n"),
        "parameter.exclusivity_window_days.unit",
        "is not a known key",
    ),
    "a_number_outside_its_range": Damage(
        POLICY,
        swap("value = 90\n", "value = 366\n"),
        "parameter.exclusivity_window_days.value",
        "is 366",
    ),
    "a_number_in_quotes": Damage(
        POLICY,
        swap("value = 90\n", 'value = "90"\n'),
        "parameter.exclusivity_window_days.value",
        "'90'",
    ),
    "a_choice_that_there_is_not": Damage(
        POLICY,
        swap('value = "deny"', 'value = "defer"'),
        "parameter.pet_after_mrs.value",
        "is 'defer'",
    ),
    "other_answers_that_are_not_all": Damage(
        POLICY,
        swap('other_answers = ["stands", "ignore"]', 'other_answers = ["stands"]'),
        "parameter.limited_first_study.other_answers",
        "does not list every other answer",
    ),
    "a_yes_or_no_in_words": Damage(
        POLICY,
        swap("value = false", 'value = "no"'),
        "parameter.skull_base_pet_counts.value",
        "is 'no'",
    ),
    "an_indication_that_there_is_not": Damage(
        POLICY,
        swap("[1, 3, 4, 6]", "[1, 3, 4, 7]"),
        "parameter.exclusive_indications.value",
        "has 7",
    ),
    "an_indication_that_is_true": Damage(
        POLICY,
        swap("[1, 3, 4, 6]", "[true, 3]"),
        "parameter.exclusive_indications.value",
        "wrong type",
    ),
    "an_indication_twice": Damage(
        POLICY, swap("[1, 3, 4, 6]", "[3, 3]"), "parameter.exclusive_indications.value", "twice"
    ),
    "a_status_that_there_is_not": Damage(
        POLICY,
        swap('"pending", "other_payer"]', '"pending", "lost"]'),
        "parameter.standing_statuses.other_answers.any_of",
        "has lost",
    ),
    "a_status_that_cannot_be_chosen": Damage(
        POLICY,
        swap('value = ["performed", "allowed", "paid"]', 'value = ["denied"]'),
        "parameter.standing_statuses.value",
        "has denied",
    ),
    "a_range_without_an_end": Damage(
        POLICY,
        swap_after("[parameter.pend_due_days]", ", most = 365", ""),
        "parameter.pend_due_days.other_answers.most",
        "is missing",
    ),
    "a_parameter_that_is_no_table": Damage(
        POLICY,
        swap_after("listed_diagnoses = 32", "\n", "\nparameter.pend_due_days = 3\n"),
        "",
        "is not valid TOML",
    ),
}


@pytest.mark.parametrize("damage", ids(PARAMETERS))
def test_a_damaged_parameter_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")
