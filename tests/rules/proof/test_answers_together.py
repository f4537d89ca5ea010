"""Answers of two criteria are decided together, and what holds of any line is held against all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from rules.answers import met, not_met, unknown
from rules.criteria.question import Question
from rules.criterion import Criterion
from rules.determination import Finding
from rules.policy.document import PolicyParameter
from rules.proof.answers import other_answers
from rules.proof.check import OpenLibrary, Proof
from rules.proof.policy_check import PolicyCheck
from rules.terms_of_history import AgeTerms
from rules.terms_of_lines import AttestedTerms, ReferredTerms
from tests.rules.proof_examples import EXAMPLE_IDS, example_alone
from tests.rules.proof_libraries import faults
from tests.rules.proof_policies import policy_asking


@pytest.mark.parametrize("policy", ["6.01.03", *EXAMPLE_IDS])
def test_each_two_answers_of_each_policy_are_decided_by_every_law(policy: str) -> None:
    check = checked(example_alone(policy), "pairs")

    assert () == check.faults + check.warnings
    numbers = [word for word in check.looked_at.replace(",", "").split() if word.isdigit()]
    pairs, together = map(int, numbers)
    assert pairs > together > pairs * 0.7


@pytest.mark.parametrize("policy", EXAMPLE_IDS)
def test_each_number_of_each_example_decides_something(policy: str) -> None:
    assert () == checked(example_alone(policy), "parameters").faults


def test_the_parameters_of_a_policy_with_a_product_are_tried_there() -> None:
    checks = PolicyCheck(example_alone("6.01.03"), has_product=True).checks

    assert ["answers", "facts", "pairs"] == list(checks)


def test_a_criterion_that_an_authorization_turns_against_the_line_is_named() -> None:
    def ask(asked: Question, row: Criterion[Any]) -> Finding:
        if asked.authorizations:
            return not_met(row, "missing", "authorized, of all things")
        return met(row, asked.library, "nobody looked")

    terms = AttestedTerms(attestation="told", missing="deny")
    found = faults(checked(policy_asking("attested", terms, ask=ask), "pairs"))

    assert "an authorization denies spectroscopy for MISSING" in found


def test_a_criterion_that_looks_at_what_nobody_asks_for_is_named() -> None:
    def ask(asked: Question, row: Criterion[Any]) -> Finding:
        if any(one.procedure == "99999" for one in asked.history.known.performed):
            return unknown(row, "unknown", "treated, somehow")
        return met(row, asked.library, "not treated")

    found = faults(checked(policy_asking("age", AgeTerms(least_years=1), ask=ask), "pairs"))

    assert "spectroscopy depends on facts that no criterion asks for" in found


def test_a_line_that_is_not_approved_with_everything_met_is_named() -> None:
    def ask(asked: Question, row: Criterion[Any]) -> Finding:
        if asked.line.claim.content.place_of_service is None:
            return unknown(row, "unknown", "no place")
        return met(row, asked.library, "a place")

    opened = policy_asking("age", AgeTerms(least_years=1), ask=ask)
    check = PolicyCheck(opened, has_product=False)
    (service,) = check.reached
    row = service.criteria[-1]
    given = next(each for each in row.can_give if not each.role)
    row.by_answer[given] = next(iter(row.by_answer.values()))

    found = faults(check.checks["pairs"]())

    assert ["with everything met, spectroscopy is pended UNKNOWN, by asked"] == [
        said for said in found if said.startswith("with everything")
    ]


def test_nothing_is_said_of_lines_with_everything_met_where_something_never_is() -> None:
    assert () == checked(policy_asking("referred", ReferredTerms()), "pairs").faults


@pytest.mark.parametrize(
    ("least", "value", "most", "wanted"),
    [
        pytest.param(0, 5, 9, [0, 4, 6, 9], id="a-number"),
        pytest.param(5, 5, 9, [6, 9], id="a-number-at-its-end"),
        pytest.param(
            Decimal("0.0"),
            Decimal("18.5"),
            Decimal("99.0"),
            [Decimal("0.0"), Decimal("18.4"), Decimal("18.6"), Decimal("99.0")],
            id="a-measure-by-its-last-digit",
        ),
    ],
)
def test_the_other_answers_of_a_number_are_its_neighbours_and_ends(
    least: Any, value: Any, most: Any, wanted: list[Any]
) -> None:
    (document,) = example_alone("example-never").documents
    parameter: PolicyParameter = replace(
        document.parameters[0], least=least, value=value, most=most
    )

    assert wanted == other_answers(parameter)


def checked(opened: OpenLibrary, name: str) -> Proof:
    return PolicyCheck(opened, has_product=False).checks[name]()
