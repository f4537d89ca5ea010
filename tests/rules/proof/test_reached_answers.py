"""Facts lead to each answer of each kind of criterion, and to none that its terms rule out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from rules.proof.check import OpenLibrary, Proof
from rules.proof.policy_check import PolicyCheck
from rules.proof.reached_answers import CriterionReached
from rules.terms import EarlierStudyTerms, NoTerms
from rules.terms_of_history import (
    AfterTreatmentTerms,
    AgeTerms,
    CountTerms,
    EvaluationTerms,
    IntervalTerms,
    SexTerms,
    TriedTerms,
)
from rules.terms_of_lines import (
    AttestedTerms,
    AuthorizationTerms,
    CompanionTerms,
    MeasuredTerms,
    NOfTerms,
    OrderedByTerms,
    PlaceTerms,
    ReferredTerms,
    UnitsTerms,
)
from tests.rules.proof_examples import EXAMPLE_IDS, example_alone
from tests.rules.proof_libraries import faults
from tests.rules.proof_policies import (
    ASKED,
    criterion_of_kind,
    policy_asking,
    with_codes,
    with_policy,
)

AGE = AgeTerms(least_years=18, most_years=64)
CODES = frozenset({"99213", "99214"})
STUDY = EarlierStudyTerms(
    lookback_days=30,
    claim_lag_days=3,
    must_answer=False,
    unusable_lookback_days=60,
    attestation="not_clear",
)
BMI = MeasuredTerms(
    attestation="bmi", unit="kg/m2", least=Decimal("18.5"), most=Decimal(40), within_days=90
)


@pytest.mark.parametrize("policy", ["6.01.03", *EXAMPLE_IDS])
def test_facts_lead_to_each_answer_of_each_policy(policy: str) -> None:
    check = checked(example_alone(policy))

    assert () == check.faults + check.warnings
    assert all("authority" in note or "component_included" in note for note in check.notes)


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        pytest.param("never", NoTerms(), id="never"),
        pytest.param("referred", ReferredTerms(), id="referred"),
        pytest.param("units", UnitsTerms(most=2), id="units"),
        pytest.param("place_of_service", PlaceTerms(places=frozenset({"11"})), id="place"),
        pytest.param(
            "place_of_service",
            PlaceTerms(places=frozenset({"11"}), institutional="accept"),
            id="place-of-institutions-too",
        ),
        pytest.param("ordered_by", OrderedByTerms(specialties=frozenset({"207T00000X"})), id="by"),
        pytest.param(
            "authorization", AuthorizationTerms(rule="required", missing="deny"), id="required"
        ),
        pytest.param(
            "authorization", AuthorizationTerms(rule="required", missing="pend"), id="asked-for"
        ),
        pytest.param(
            "authorization", AuthorizationTerms(rule="waived", missing="pend"), id="waived"
        ),
        pytest.param("attested", AttestedTerms(attestation="told", missing="deny"), id="attested"),
        pytest.param(
            "attested",
            AttestedTerms(attestation="told", missing="pend", within_days=30),
            id="attested-of-late",
        ),
        pytest.param("measured", BMI, id="measured"),
        pytest.param(
            "measured", replace(BMI, most=None, within_days=None), id="measured-of-any-age"
        ),
        pytest.param("companion", CompanionTerms(companions=CODES, missing="deny"), id="beside"),
        pytest.param("companion", CompanionTerms(companions=CODES, missing="pend"), id="or-held"),
        pytest.param(
            "n_of",
            NOfTerms(
                least=1,
                parts=(
                    criterion_of_kind("age", AGE, "of_age"),
                    criterion_of_kind("measured", BMI, "light"),
                ),
            ),
            id="any-of",
        ),
        pytest.param("count", CountTerms(most=2, span="lifetime", beyond="deny"), id="count"),
        pytest.param("count", CountTerms(most=1, span="episode", beyond="pend"), id="by-episode"),
        pytest.param(
            "count",
            CountTerms(
                counted=CODES, most=3, span="rolling", span_days=10, modifier="PS", beyond="deny"
            ),
            id="rolling-with-a-modifier",
        ),
        pytest.param("interval", IntervalTerms(least_days=30, sooner="deny"), id="interval"),
        pytest.param(
            "interval", IntervalTerms(counted=CODES, least_days=2, sooner="pend"), id="or-held-too"
        ),
        pytest.param("age", AGE, id="age"),
        pytest.param("age", AgeTerms(most_years=17), id="children"),
        pytest.param("age", AgeTerms(least_years=0, most_years=0), id="in-the-first-year"),
        pytest.param("sex", SexTerms(sex="female"), id="sex"),
        pytest.param(
            "tried_and_failed", TriedTerms(therapies=CODES, least=2, missing="deny"), id="2"
        ),
        pytest.param(
            "tried_and_failed",
            TriedTerms(therapies=CODES, least=1, missing="pend", within_days=365),
            id="tried-of-late",
        ),
        pytest.param(
            "evaluated",
            EvaluationTerms(evaluations=CODES, within_days=30, missing="deny"),
            id="evaluated",
        ),
        pytest.param(
            "after_treatment",
            AfterTreatmentTerms(treatments=CODES, least_days=10, most_days=20),
            id="after",
        ),
        pytest.param(
            "after_treatment", AfterTreatmentTerms(treatments=CODES, most_days=0), id="on-the-day"
        ),
        pytest.param(
            "after_treatment", AfterTreatmentTerms(treatments=CODES, least_days=1), id="later"
        ),
    ],
)
def test_facts_lead_to_each_answer_of_a_kind_as_they_have_to(kind: str, terms: Any) -> None:
    reached = asked(policy_asking(kind, terms))

    assert () == reached.unreached
    assert [] == reached.otherwise


@pytest.mark.parametrize(
    ("kind", "terms", "wanted"),
    [
        pytest.param(
            "age", AgeTerms(least_years=64, most_years=18), ["met"], id="ages-that-nobody-has"
        ),
        pytest.param("age", AgeTerms(), ["not met outside"], id="no-age-at-all"),
        pytest.param("measured", replace(BMI, least=Decimal(50)), ["met"], id="bounds-that-cross"),
        pytest.param(
            "measured",
            MeasuredTerms(attestation="bmi", unit="kg/m2"),
            ["not met outside"],
            id="no-bound",
        ),
        pytest.param("place_of_service", PlaceTerms(places=frozenset()), ["met"], id="no-place"),
        pytest.param("ordered_by", OrderedByTerms(specialties=frozenset()), ["met"], id="nobody"),
        pytest.param(
            "companion",
            CompanionTerms(companions=frozenset(), missing="deny"),
            ["met", "unknown missing"],
            id="nothing-beside",
        ),
        pytest.param(
            "tried_and_failed",
            TriedTerms(therapies=CODES, least=3, missing="deny"),
            ["met", "unknown too_few"],
            id="more-than-there-are",
        ),
        pytest.param(
            "evaluated",
            EvaluationTerms(evaluations=frozenset(), within_days=30, missing="deny"),
            ["met"],
            id="no-evaluation",
        ),
        pytest.param(
            "after_treatment",
            AfterTreatmentTerms(treatments=CODES, least_days=20, most_days=10),
            ["met"],
            id="days-that-never-come",
        ),
        pytest.param(
            "after_treatment",
            AfterTreatmentTerms(treatments=frozenset(), least_days=20),
            ["met", "not met too_early"],
            id="no-treatment",
        ),
        pytest.param(
            "count",
            CountTerms(most=0, span="lifetime", beyond="deny"),
            ["met", "unknown unclear"],
            id="none-at-all",
        ),
        pytest.param(
            "count",
            CountTerms(most=1, span="rolling", beyond="deny"),
            ["met", "not met too_many"],
            id="rolling-without-days",
        ),
        pytest.param(
            "count",
            CountTerms(most=5, span="rolling", span_days=3, beyond="deny"),
            ["not met too_many", "unknown unclear"],
            id="more-than-there-are-days",
        ),
        pytest.param(
            "interval",
            IntervalTerms(least_days=1, sooner="deny"),
            ["not met too_soon", "unknown unclear"],
            id="no-day-between",
        ),
        pytest.param(
            "interval",
            IntervalTerms(counted=frozenset(), least_days=9, sooner="deny"),
            ["not met too_soon", "unknown unclear"],
            id="nothing-counted",
        ),
    ],
)
def test_an_answer_to_which_no_facts_lead_is_named(
    kind: str, terms: Any, wanted: list[str]
) -> None:
    check = checked(policy_asking(kind, terms))

    assert [
        f"no facts lead to {ASKED} {answer}, of spectroscopy under 2026-01-01" for answer in wanted
    ] == [said for said in (*faults(check), *check.warnings) if said.startswith("no facts")]


def test_that_a_criterion_is_never_met_is_a_fault_and_else_a_warning() -> None:
    check = checked(policy_asking("count", CountTerms(most=0, span="lifetime", beyond="deny")))

    assert [True] == ["met" in said for said in faults(check)]
    assert [True] == ["unclear" in said for said in check.warnings]


def test_what_leads_to_another_answer_than_its_terms_say_is_named() -> None:
    row = criterion_of_kind("age", AGE)
    opened = policy_asking("age", AGE, ask=lambda asked, _: row.ask(asked, row_of(65)))

    assert ["asked is met with: 65 years"] == faults(checked(opened))


def row_of(most: int) -> Any:
    return criterion_of_kind("age", replace(AGE, most_years=most))


def test_a_criterion_of_a_purpose_that_no_diagnosis_has_is_not_asked() -> None:
    opened = policy_asking("age", AGE, only_purposes=frozenset({"seizures"}))

    assert ["no facts lead to asked met, of spectroscopy under 2026-01-01"] == faults(
        checked(opened)
    )


def test_a_criterion_of_a_state_is_asked_under_a_plan_of_it() -> None:
    reached = asked(policy_asking("age", AGE, only_states=frozenset({"NY"})))

    assert () == reached.unreached


def test_behind_a_gate_that_nothing_opens_nothing_is_asked() -> None:
    opened = policy_asking("age", AgeTerms(least_years=64, most_years=18), gate="must_be_met")
    (policy,) = opened.library.policies
    (version,) = policy.versions
    rows = (version.criteria[-1], *version.criteria[:-1])
    changed = replace(policy, versions=(replace(version, criteria=rows),))

    found = faults(checked(with_policy(opened, changed)))

    assert [
        f"no facts lead to {row.name} met, of spectroscopy under 2026-01-01" for row in rows
    ] == [said for said in found if said.startswith("no facts")]


def test_a_purpose_that_no_diagnosis_documents_is_named() -> None:
    opened = example_alone("example-brain-pet")
    (version,) = opened.library.versions
    fewer = {
        code: held
        for code, held in version.codes.indications.items()
        if "biopsy" not in held.indications
    }

    found = faults(checked(with_codes(opened, indications=fewer)))

    assert ["no billable diagnosis is for purpose biopsy"] == found


def checked(opened: OpenLibrary) -> Proof:
    return PolicyCheck(opened, has_product=False).checks["facts"]()


def asked(opened: OpenLibrary) -> CriterionReached:
    (service,) = PolicyCheck(opened, has_product=False).reached
    return next(each for each in service.criteria if each.row.name == ASKED)
