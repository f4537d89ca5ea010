"""Plans through the years: what a period changes holds for its dates of service, and no others."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.rules.builders import claim, report
from tests.rules.deciding import decide_line

PLAN = """
plan_id = "ours"
line_of_business = "commercial"
state = "PA"
clinical_denials_need_peer_review = false
approving_roles = ["Nurse"]
investigational_group = "CO"
non_covered_group = "PR"
excluded_procedures = []

[[period]]
effective_from = 2027-01-01
clinical_denials_need_peer_review = true
peer_reviewer_roles = ["Medical Director", "Physician Reviewer "]

[[period]]
effective_from = 2026-01-01
excluded_procedures = ["76390"]
non_covered_group = "CO"
source = "letter of December 2025"
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    plans: Path = tmp_path_factory.mktemp("plans")
    (plans / "ours.toml").write_text(PLAN)
    return load_library(SHIPPED, plans)


@pytest.mark.parametrize(
    ("on", "excluded", "group", "needs_review"),
    [
        pytest.param(date(2025, 12, 31), set(), "PR", False, id="before_the_first_period"),
        pytest.param(date(2026, 1, 1), {"76390"}, "CO", False, id="its_first_day"),
        pytest.param(date(2026, 12, 31), {"76390"}, "CO", False, id="its_last_day"),
        pytest.param(
            date(2027, 1, 1), {"76390"}, "CO", True, id="what_the_next_does_not_say_stays"
        ),
    ],
)
def test_terms_are_those_of_the_date_of_service(
    library: Library, on: date, excluded: set[str], group: str, needs_review: bool
) -> None:
    terms = library.plans["ours"].on(on)

    assert (excluded, group) == (terms.excluded_procedures, terms.non_covered_group)
    assert needs_review is terms.clinical_denials_need_peer_review
    assert {"nurse"} == terms.approving_roles
    assert ("ours", "PA") == (terms.plan_id, terms.state)


def test_roles_are_compared_without_case_and_blanks(library: Library) -> None:
    terms = library.plans["ours"].on(date(2027, 1, 1))

    assert {"medical director", "physician reviewer"} == terms.peer_reviewer_roles


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        pytest.param(date(2025, 12, 31), "CRITERIA_MET", id="this_year"),
        pytest.param(date(2026, 1, 1), "NON_COVERED_BENEFIT", id="next_year"),
    ],
)
def test_an_exclusion_of_next_year_denies_nothing_of_this_year(
    library: Library, on: date, expected: str
) -> None:
    mri = report(on=on - timedelta(14))
    asked = claim(on=on, received=on + timedelta(4), plan="ours")

    assert expected == decide_line(mri, asked, using=library).reason
