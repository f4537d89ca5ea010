"""How persons decide is said in the plan's file, for the console; no rule looks at it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.loading.files import SHIPPED, load_library
from rules.plans import Plan, ReviewTerms
from tests.rules.builders import claim, report, review
from tests.rules.deciding import decide, with_plan

PLAN = """
plan_id = "ours"
line_of_business = "commercial"
state = "PA"
clinical_denials_need_peer_review = false
investigational_group = "CO"
non_covered_group = "PR"
excluded_procedures = []
"""
SECTION = "[review]\nsecond_person_for_denials = true\n"


def plan_of(folder: Path, section: str) -> Plan:
    (folder / "ours.toml").write_text(PLAN + section)
    return load_library(SHIPPED, folder).plans["ours"]


@pytest.mark.parametrize(
    ("section", "second", "one_in"),
    [
        pytest.param("", False, None, id="no_section"),
        pytest.param(SECTION, True, None, id="second_persons_alone"),
        pytest.param(SECTION + "quality_sample_one_in = 1\n", True, 1, id="every_line"),
        pytest.param(SECTION + "quality_sample_one_in = 20\n", True, 20, id="one_in_twenty"),
        pytest.param(
            SECTION.replace("true", "false") + "quality_sample_one_in = 9\n",
            False,
            9,
            id="a_sample_alone",
        ),
    ],
)
def test_a_plan_says_how_persons_decide(
    tmp_path: Path, section: str, second: bool, one_in: int | None
) -> None:
    terms = plan_of(tmp_path, section).review

    assert (terms.second_person_for_denials, terms.quality_sample_one_in) == (second, one_in)


def test_every_period_has_the_terms_of_its_plan(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path, '[[period]]\neffective_from = 2026-01-01\nnon_covered_group = "CO"\n' + SECTION
    )

    assert [plan.review] == [period.plan.review for period in plan.periods]


def test_no_line_is_decided_otherwise_because_of_it() -> None:
    asking = ReviewTerms(second_person_for_denials=True, quality_sample_one_in=1)
    asked = with_plan("sample-commercial", review=asking)

    assert decide(report(result="conclusive"), claim(), review(decision="denied")) == decide(
        report(result="conclusive"), claim(), review(decision="denied"), using=asked
    )
