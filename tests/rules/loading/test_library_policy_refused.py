"""The policy, damaged in turn: refused with file, key and what to do."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from rules.loading.files import load_library
from tests.rules.library_folders import (
    POLICY,
    VERSION,
    Change,
    Damage,
    append,
    check_refused,
    copy_small_library,
    ids,
    swap,
    swap_after,
    write,
)

SECOND = "policies/6.01.03/2026-03-01/policy.toml"


def second_version(first: str, last: str | None, *changes: tuple[str, str]) -> Change:
    """Another version in force from a day, in a folder of that name."""

    def change(folder: Path, _file: str) -> None:
        text = (folder / POLICY).read_text()
        ends = f"\neffective_to = {last}" if last else ""
        for old, new in (
            ('version = "2025-03-17"', f'version = "{first}"'),
            ("effective_from = 2025-03-17", f"effective_from = {first}{ends}"),
            *changes,
        ):
            assert text.count(old) == 1
            text = text.replace(old, new)
        target = folder / f"policies/6.01.03/{first}"
        shutil.copytree(folder / VERSION, target)
        (target / "policy.toml").write_text(text)

    return change


def other_policy(folder: Path, file: str) -> None:
    """An earlier version, of another policy."""
    text = (folder / POLICY).read_text()
    for old, new in (
        ('\nid = "6.01.03"', '\nid = "6.01.29"'),
        ('version = "2025-03-17"', 'version = "2024-01-01"'),
        ("effective_from = 2025-03-17", "effective_from = 2024-01-01\neffective_to = 2025-03-17"),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    shutil.copytree(folder / VERSION, (folder / file).parent)
    (folder / file).write_text(text)


POLICIES = {
    "another_id": Damage(
        POLICY, swap('\nid = "6.01.03"', '\nid = "6.01.04"'), "id", "is '6.01.04'"
    ),
    "another_version": Damage(
        POLICY, swap('version = "2025-03-17"', 'version = "2025"'), "version", "is '2025'"
    ),
    "no_first_day": Damage(
        POLICY, swap("effective_from = 2025-03-17\n", ""), "effective_from", "is missing"
    ),
    "a_first_day_that_does_not_exist": Damage(
        POLICY,
        swap("effective_from = 2025-03-17", 'effective_from = "2025-02-29"'),
        "effective_from",
        "is '2025-02-29'",
    ),
    "a_last_day_before_the_first": Damage(
        POLICY,
        swap("# No `effective_to`: no later version is known.", "effective_to = 2025-03-17"),
        "effective_to",
        "is not after effective_from",
    ),
    "a_review_in_no_month": Damage(
        POLICY, swap('"2026-01"', '"2026-13"'), "next_review", "2026-13"
    ),
    "no_review": Damage(POLICY, swap('next_review = "2026-01"\n', ""), "next_review", "is missing"),
    "an_unknown_key": Damage(
        POLICY, swap("approved =", "title = 1\napproved ="), "title", "is not a known key"
    ),
    "a_section_twice": Damage(
        POLICY, swap('id = "I.A.2"', 'id = "I.A.3"'), "section I.A.3", "appears twice"
    ),
    "a_section_without_a_reading": Damage(
        POLICY,
        swap('reading = "Empty in this version."', 'reading = " "'),
        "section Search terms.reading",
        "is empty",
    ),
    "a_section_with_an_unknown_key": Damage(
        POLICY,
        swap('reading = "Empty in this version."', 'reading = "Empty."\ntext = "x"'),
        "section Search terms.text",
        "is not a known key",
    ),
    "a_section_without_a_digest": Damage(
        POLICY,
        swap('markers = ["REFERENCES"]\ndigest = "sha256:', 'markers = ["REFERENCES"]\ndigest = "'),
        "section References.digest",
        "is not a digest",
    ),
    "a_section_that_claims_too_much": Damage(
        POLICY,
        swap_after('"REFERENCES"', "automated = false", "automated = true"),
        "section References.automated",
        "nothing relies on it",
    ),
    "a_section_that_claims_too_little": Damage(
        POLICY,
        swap_after('id = "II"', "automated = true", "automated = false"),
        "section II.automated",
        "something relies on it",
    ),
    "a_section_that_is_no_table": Damage(
        "policies/6.01.03/2026-03-01/policy.toml",
        write(b"section = [1]\n"),
        "section",
        "entry 1 is not a table",
    ),
    "a_criterion_of_no_kind": Damage(
        POLICY, swap('kind = "coding"', 'kind = "codes"'), "criterion coding.kind", "is 'codes'"
    ),
    "a_criterion_of_another_name": Damage(
        POLICY,
        swap('name = "coding"', 'name = "codes"'),
        "row 8 (code_sets/mrs.csv)",
        "criteria has 'coding', which is not a criterion",
        "policies/6.01.03/2025-03-17/sources.csv",
    ),
    "a_parameter_that_the_kind_does_not_have": Damage(
        POLICY,
        swap("unlisted_but_documented = ", "luck = "),
        "criterion indication.parameters",
        "has 'luck', which purpose does not have",
    ),
    "a_parameter_that_the_kind_needs": Damage(
        POLICY,
        swap('must_answer = "conclusive_must_answer"\n', ""),
        "criterion conventional_imaging.parameters",
        "lacks must_answer",
    ),
    "a_word_that_the_kind_needs": Damage(
        POLICY,
        swap('words = { attestation = "conventional_imaging_limited" }\n', ""),
        "criterion conventional_imaging.words",
        "lacks attestation",
    ),
    "a_reason_that_the_kind_does_not_have": Damage(
        POLICY,
        swap("{ flagged = ", "{ banned = "),
        "criterion proven_service.reasons",
        "names 'banned', which is no reason of this kind",
    ),
    "a_reason_that_the_kind_needs": Damage(
        POLICY,
        swap("{ flagged = ", "{ banned = "),
        "criterion proven_service.reasons",
        "has no flagged",
    ),
    "a_reason_that_there_is_not": Damage(
        POLICY,
        swap('flagged = "INVESTIGATIONAL_SERVICE"', 'flagged = "INVESTIGATIONAL"'),
        "criterion proven_service.reasons.flagged",
        "is 'INVESTIGATIONAL', which is not a reason",
    ),
    "a_reason_of_another_criterion": Damage(
        POLICY,
        swap('flagged = "INVESTIGATIONAL_SERVICE"', 'flagged = "DUPLICATE"'),
        "criterion proven_service.reasons.flagged",
        "is DUPLICATE, a reason of 'not_duplicate'",
    ),
    "a_gate_after_a_question": Damage(
        POLICY,
        swap('kind = "earlier_study"\n', 'kind = "earlier_study"\ngate = "must_not_fail"\n'),
        "criterion conventional_imaging.gate",
        "stands after indication, which is no gate",
    ),
    "a_service_that_the_policy_does_not_have": Damage(
        POLICY,
        swap(
            'kind = "exclusivity"\nservices = ["mrs", "pet"]',
            'kind = "exclusivity"\nservices = ["mri"]',
        ),
        "criterion pet_exclusivity.services",
        "names 'mri', which is not a service of the policy",
    ),
    "a_state_that_there_is_not": Damage(
        POLICY,
        swap('kind = "purpose"\n', 'kind = "purpose"\nonly_states = ["XX"]\n'),
        "criterion indication.only_states",
        "has 'XX', which is not a state",
    ),
    "a_criterion_without_an_unknown": Damage(
        POLICY,
        swap('unknown = "our table does not know the date of service: pended"\n', ""),
        "criterion coding.unknown",
        "is missing",
    ),
    "a_criterion_that_cites_no_section": Damage(
        POLICY,
        swap('sections = ["header"]\ncited_as', 'sections = ["heading"]\ncited_as'),
        "criterion policy_in_force",
        "cites 'heading'",
    ),
    "a_criterion_that_is_cited_as_another": Damage(
        POLICY,
        swap('cited_as = "I.A"', 'cited_as = "II"'),
        "criterion conventional_imaging.cited_as",
        "'II'",
    ),
    "a_criterion_that_names_no_parameter": Damage(
        POLICY,
        swap(
            'unlisted_but_documented = "unlisted_but_documented"',
            'unlisted_but_documented = "luck"',
        ),
        "parameter.luck",
        "is missing",
    ),
    "a_question_of_no_kind": Damage(
        POLICY,
        swap_after('id = "children"', 'kind = "unclear"', 'kind = "hard"'),
        "open_question children.kind",
        "is 'hard'",
    ),
    "a_question_on_no_section": Damage(
        POLICY,
        swap('sections = ["I.A.2"]\nquestion', 'sections = ["I.B"]\nquestion'),
        "open_question children",
        "cites 'I.B'",
    ),
    "versions_that_overlap": Damage(
        SECOND, second_version("2026-03-01", None), "effective_from", "overlaps version 2025-03-17"
    ),
    "a_policy_that_decides_the_same": Damage(
        "policies/6.01.29/2024-01-01/policy.toml",
        other_policy,
        "policies",
        "lets 6.01.03 and 6.01.29 both decide 0609T, 0610T, 0611T, 0612T, 76390",
        "plans/sample-commercial.toml",
    ),
    "versions_that_cite_otherwise": Damage(
        SECOND,
        second_version("2026-03-01", None, ('cited_as = "Codes; II"', 'cited_as = "Codes"')),
        "criterion",
        "cites different sections from version 2025-03-17",
    ),
    "no_toml": Damage(POLICY, append("[[["), "", "at line"),
}


@pytest.mark.parametrize("damage", ids(POLICIES))
def test_a_damaged_policy_is_refused_with_its_place_and_what_to_do(
    damage: Damage, tmp_path: Path
) -> None:
    check_refused(damage, tmp_path / "library")


def test_versions_that_follow_each_other_both_load(tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    second_version("2025-01-01", "2025-03-17")(folder, "")

    library = load_library(folder)

    assert [version.version for version in library.versions] == ["2025-01-01", "2025-03-17"]
    assert [
        version and version.version
        for version in map(
            library.policies[0].version_on,
            (date(2024, 12, 31), date(2025, 3, 16), date(2025, 3, 17)),
        )
    ] == [None, "2025-01-01", "2025-03-17"]
