"""What a finding says to people: it names what it looked at, and only what is so."""

from __future__ import annotations

import pytest

from tests.rules.builders import (
    DAY,
    LIMITED_MRI,
    Sending,
    attestation,
    authorization,
    claim,
    coverage,
    day,
    pet,
    pet_report,
    report,
)
from tests.rules.deciding import authority_row, decide_line, finding, library, with_plan

ABSENT = [claim(received=30), coverage()]
DUAL = "sample-dsnp-no-medicare-mrs"


@pytest.mark.parametrize(
    ("facts", "criterion", "parts"),
    [
        pytest.param([claim()], "benefit", ["does not exclude 76390"], id="covered"),
        pytest.param([claim(plan="sample-no-mrs")], "benefit", ["excludes 76390"], id="excluded"),
        pytest.param([claim(plan=DUAL)], "benefit", ["Medicare", "Medicaid"], id="dual"),
        pytest.param([claim()], "authority", ["commercial"], id="commercial"),
        pytest.param(
            [claim(plan="sample-medicare")], "authority", ["no NCD or LCD"], id="no determination"
        ),
        pytest.param(
            [claim(plan="sample-medicaid")], "authority", ["no eMedNY"], id="no guideline"
        ),
        pytest.param([claim()], "policy_in_force", ["2025-03-17"], id="version"),
        pytest.param([claim(diagnoses=("C71", "C71.1"))], "coding", ["C71.1"], id="billable"),
        pytest.param([claim(diagnoses=("C71",))], "coding", ["more digits", "C71"], id="heading"),
        pytest.param([claim(diagnoses=("C71.99",))], "coding", ["C71.99"], id="no such code"),
        pytest.param([claim(units=2)], "not_duplicate", ["2 units"], id="units"),
        pytest.param([claim(procedure="0609T")], "proven_service", ["0609T"], id="flagged"),
        pytest.param(
            [claim(diagnoses=("C79.31",))], "indication", ["C79.31", "I.A.1, I.A.3"], id="listed"
        ),
        pytest.param(
            [claim(diagnoses=("G40.209",))], "indication", ["G40.209", "I.A.6"], id="documented"
        ),
        pytest.param([claim(diagnoses=("B20", "C61"))], "indication", ["B20"], id="suggested"),
        pytest.param([claim(diagnoses=("C61",))], "indication", ["C61"], id="none"),
        pytest.param(
            [claim(), authorization()], "indication", ["prior authorization"], id="authorized"
        ),
        pytest.param(
            [claim(), LIMITED_MRI],
            "conventional_imaging",
            ["70553", day(-14).isoformat(), "limited"],
            id="limited",
        ),
        pytest.param(
            [claim(), report(result="conclusive")],
            "conventional_imaging",
            ["70553", day(-14).isoformat(), "conclusive"],
            id="conclusive",
        ),
        pytest.param(
            [claim(), report(on=-20), report("S-2", "70460", result="conclusive")],
            "conventional_imaging",
            ["70460", "conclusive", "70553", day(-20).isoformat(), "was limited"],
            id="contradicted by an earlier one",
        ),
        pytest.param(
            [
                claim(),
                report(on=-10, result="unknown"),
                report("S-2", "70460", result="conclusive"),
            ],
            "conventional_imaging",
            ["70460", "conclusive", "70553", day(-10).isoformat(), "no known result"],
            id="left open by a later one",
        ),
        pytest.param(
            [claim(attestations=(attestation(-9),))],
            "conventional_imaging",
            ["attested", day(-9).isoformat()],
            id="attested",
        ),
        pytest.param(
            ABSENT,
            "conventional_imaging",
            [day(-180).isoformat(), DAY.isoformat(), "was enrolled"],
            id="absent",
        ),
        pytest.param(
            [claim(received=29), coverage()],
            "conventional_imaging",
            ["may still come"],
            id="too early to say",
        ),
        pytest.param(
            [claim(received=30), coverage(-10)],
            "conventional_imaging",
            ["enrolment does not cover"],
            id="enrolled too late",
        ),
        pytest.param(
            [claim(), pet_report()],
            "pet_exclusivity",
            ["78608", day(-10).isoformat(), "10 days before", "stands"],
            id="a PET stands",
        ),
        pytest.param(
            [claim(), pet_report(on=0)], "pet_exclusivity", ["of the same day"], id="same day"
        ),
        pytest.param(
            [claim(), pet_report(), pet_report("S-8", on=-20)],
            "pet_exclusivity",
            ["(and 1 more)"],
            id="two stand",
        ),
        pytest.param(
            [claim(), pet_report(status="pending")],
            "pet_exclusivity",
            ["may stand"],
            id="may stand",
        ),
        pytest.param([claim()], "pet_exclusivity", ["no PET", "90 days"], id="no PET"),
        pytest.param(
            [claim(diagnoses=("C71.1", "E75.25"))], "pet_exclusivity", ["no PET"], id="none for it"
        ),
        pytest.param(
            [claim(diagnoses=("E75.25",))], "pet_exclusivity", ["ask nothing"], id="no rival at all"
        ),
        pytest.param(
            [claim(modifiers=("53",))], "pet_exclusivity", ["discontinued"], id="discontinued"
        ),
        pytest.param([claim(procedure="0609T")], "pet_exclusivity", ["0609T"], id="not walked"),
    ],
)
def test_a_finding_names_what_decided_it(
    facts: list[Sending], criterion: str, parts: list[str]
) -> None:
    said = finding(decide_line(*facts), criterion).because

    assert parts == [part for part in parts if part in said]


@pytest.mark.parametrize(
    ("of", "fact", "criterion", "absent"),
    [
        pytest.param("C-1", claim(), "pet_exclusivity", "more)", id="only one stands"),
        pytest.param("C-1", claim(), "pet_exclusivity", "same day", id="an earlier day"),
        pytest.param("P-1", pet(on=-30), "pet_exclusivity", "no PET", id="a PET looks for MRS"),
        pytest.param(
            "C-1",
            claim(diagnoses=("C71", "C71.1")),
            "coding",
            "C71,",
            id="a heading is not billable",
        ),
    ],
)
def test_and_nothing_else(of: str, fact: Sending, criterion: str, absent: str) -> None:
    said = finding(decide_line(fact, pet_report(), of=of), criterion).because

    assert absent not in said


def test_an_authority_is_named_by_its_reference() -> None:
    using = library(rows=(authority_row("LCD", "medicare"),))

    found = finding(decide_line(claim(plan="sample-medicare"), using=using), "authority")

    assert [("authority", "LCD of a test")] == [(one.kind, one.reference) for one in found.evidence]
    assert "LCD of a test" in found.because


def test_no_explanation_of_an_authority_leans_on_the_paragraph_about_another_service() -> None:
    found = finding(decide_line(claim(plan="sample-medicare")), "authority")

    assert "CMS" not in found.section + found.because


@pytest.mark.parametrize(
    ("facts", "criterion", "expected"),
    [
        pytest.param(
            [claim(), LIMITED_MRI], "conventional_imaging", [("report", "S-1")], id="report"
        ),
        pytest.param(
            [claim(), authorization()],
            "conventional_imaging",
            [("authorization", "A-1")],
            id="authorization",
        ),
        pytest.param(
            [claim(attestations=(attestation(),))],
            "conventional_imaging",
            [("attestation", "C-1")],
            id="attestation",
        ),
        pytest.param(
            ABSENT, "conventional_imaging", [("coverage", "sample-commercial")], id="coverage"
        ),
        pytest.param([claim("C-0"), claim()], "not_duplicate", [("line", "C-0")], id="line"),
        pytest.param(
            [claim(), pet_report("S-9"), pet_report("S-8", on=-20)],
            "pet_exclusivity",
            [("report", "S-8"), ("report", "S-9")],
            id="reports in the order of their days",
        ),
    ],
)
def test_the_evidence_points_to_what_decided_it(
    facts: list[Sending], criterion: str, expected: list[tuple[str, str]]
) -> None:
    found = finding(decide_line(*facts), criterion)

    assert expected == [(one.kind, one.id or one.claim_id or one.plan_id) for one in found.evidence]


def test_a_dual_plan_that_its_medicaid_side_decides_asks_the_state_s_guideline() -> None:
    using = with_plan("sample-dsnp", medicare_excluded_procedures=frozenset({"76390"}))

    found = finding(decide_line(claim(plan="sample-dsnp"), using=using), "authority")

    assert "no eMedNY" in found.because
