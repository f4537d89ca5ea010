"""The shipped library: it loads whole, and its digest is of all that it holds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.rules.library_folders import SETS, copy_library, edit


@pytest.fixture(scope="module")
def library() -> Library:
    return load_library(SHIPPED)


def test_the_shipped_library_loads_as_generation_one(library: Library) -> None:
    assert library.generation == 1
    assert library.policies[0].policy_id == "6.01.03"
    assert [version.version for version in library.versions] == ["2025-03-17"]
    assert library.digest.startswith("sha256:")
    assert len(library.digest) == len("sha256:") + 64


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2025, 3, 16), None, id="the_day_before_the_version"),
        pytest.param(date(2025, 3, 17), "2025-03-17", id="its_first_day"),
        pytest.param(date(2030, 1, 1), "2025-03-17", id="long_after_its_review"),
    ],
)
def test_the_date_of_service_picks_the_version(
    library: Library, on: date, expected: str | None
) -> None:
    version = library.policies[0].version_on(on)

    assert expected == (version and version.version)


def test_the_parameters_are_those_of_rules_md(library: Library) -> None:
    parameters = library.versions[0].parameters

    assert parameters["conventional_lookback_days"] == 180
    assert parameters["imaging_claim_lag_days"] == 30
    assert parameters["exclusivity_window_days"] == 90
    assert parameters["exclusive_indications"] == (1, 3, 4, 6)
    assert parameters["standing_statuses"] == ("performed", "allowed", "paid")
    assert parameters["limited_first_study"] == "pend"
    assert parameters["pet_after_mrs"] == "deny"
    assert parameters["skull_base_pet_counts"] is False
    assert parameters["authorized_exclusivity"] == "pend"
    assert parameters["unlisted_but_documented"] == "pend"
    assert parameters["pend_due_days"] == 30
    assert parameters["unusable_lookback_days"] == 730
    assert parameters["conclusive_must_answer"] is True
    assert parameters["exclusivity_questions"] == "all"
    assert parameters["body_pet_certainty"] == "perhaps"


def test_plans_of_another_folder_take_the_place_of_the_shipped_ones(tmp_path: Path) -> None:
    plans = tmp_path / "plans"
    plans.mkdir()
    (plans / "ours.toml").write_text(
        'plan_id = "ours"\nline_of_business = "medicaid"\nstate = "OH"\n'
        'peer_reviewer_roles = [" Medical Director "]\n'
        "clinical_denials_need_peer_review = true\n"
        'investigational_group = "CO"\nnon_covered_group = "PI"\nexcluded_procedures = []\n'
        'claims_known_from = "2024-01-01"\n'
    )

    own = load_library(SHIPPED, plans)

    assert set(own.plans) == {"ours"}
    assert own.plans["ours"].claims_known_from == date(2024, 1, 1)
    assert own.plans["ours"].peer_reviewer_roles == {"medical director"}
    assert own.digest != load_library(SHIPPED).digest


def test_the_digest_is_of_the_content_and_not_of_the_place(tmp_path: Path) -> None:
    same = copy_library(tmp_path / "same")
    (same / ".hidden").write_text("of nobody's")
    other = copy_library(tmp_path / "other")
    edit(other, "plans/sample-dsnp.toml", "# A dual plan", "# Another dual plan")

    digests = [load_library(folder).digest for folder in (SHIPPED, same, other)]

    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_a_file_saved_with_other_line_ends_says_the_same(tmp_path: Path) -> None:
    folder = copy_library(tmp_path / "library")
    for name in ("reasons.csv", "library.toml", "code_sets/icd10cm.csv"):
        content = (folder / name).read_bytes().replace(b"\n", b"\r\n")
        (folder / name).unlink()
        (folder / name).write_bytes(content)

    own = load_library(folder)

    assert own.reasons == load_library(SHIPPED).reasons
    assert own.icd10cm.validity("C71.1", date(2025, 6, 16)) == "billable"


def test_a_file_saved_by_a_spreadsheet_says_the_same(tmp_path: Path) -> None:
    folder = copy_library(tmp_path / "library")
    marked = ("reasons.csv", "library.toml", "code_sets/icd10cm.csv", SETS + "indications.csv")
    for name in marked:
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        (folder / name).write_bytes(b"\xef\xbb\xbf" + content)

    own = load_library(folder)

    shipped = load_library(SHIPPED)
    assert own.reasons == shipped.reasons
    assert own.versions[0].codes.indications == shipped.versions[0].codes.indications
    assert own.icd10cm.validity("A00.0", date(2025, 6, 16)) == "billable"
    assert own.digest != shipped.digest
