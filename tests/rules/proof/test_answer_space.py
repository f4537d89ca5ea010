"""Every combination of the answers of a policy's criteria comes to one lawful outcome."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from rules.criterion import Criterion
from rules.policy_version import PolicyVersion
from rules.proof import answer_space
from rules.proof.check import OpenLibrary, Proof
from rules.proof.policy_check import PolicyCheck
from rules.proof.role_answers import MET, RoleAnswer, answers_of
from rules.reasons import Reason
from rules.truth import Truth
from tests.rules.proof_examples import EXAMPLE_IDS, example_alone
from tests.rules.proof_libraries import faults
from tests.rules.proof_policies import with_policy

NOT_MET, UNKNOWN = Truth.NOT_MET, Truth.UNKNOWN


def answers(opened: OpenLibrary) -> Proof:
    return PolicyCheck(opened, has_product=False).checks["answers"]()


@pytest.mark.parametrize("policy", ["6.01.03", *EXAMPLE_IDS])
def test_no_combination_of_any_policy_breaks_a_law(policy: str) -> None:
    check = answers(example_alone(policy))

    assert () == check.faults
    assert "combinations of answers" in check.looked_at


def test_each_combination_is_gone_through_once_up_to_a_closed_gate() -> None:
    # benefit 2, authority 4, policy_in_force 1, coding 2, not_duplicate 2 answers that close;
    # else 2 of coding by 3 of not_duplicate by the two of never.
    assert 2 + 4 + 1 + 2 + 2 * 2 + 2 * 3 * 2 == 25
    assert answers(example_alone("example-never")).looked_at.startswith("25 combinations")


def test_of_too_many_combinations_those_are_taken_in_which_few_criteria_are_not_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answer_space, "MOST_COMBINATIONS", 100)

    check = answers(example_alone("example-prior-study"))

    assert "in which up to 2 criteria are not met or unknown" in check.looked_at
    assert () == check.faults


def test_of_many_combinations_as_many_are_taken_as_are_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answer_space, "MOST_COMBINATIONS", 200)

    check = answers(example_alone("example-prior-study"))

    assert "in which up to 3 criteria are not met or unknown" in check.looked_at


def test_a_denial_whose_reason_has_no_group_is_named() -> None:
    found = faults(answers(with_reasons("example-never", "NEVER_COVERED", group=None, carc=None)))

    assert ["a denied line has a group and a CARC: spectroscopy denied NEVER_COVERED"] == found


def test_a_pended_line_that_needs_nothing_is_named() -> None:
    found = faults(answers(with_reasons("example-count", "PET_INITIAL_UNCLEAR", needs=())))

    assert [
        "a pended line says what would resolve it: oncologic_pet pended PET_INITIAL_UNCLEAR"
    ] == found


def test_a_reason_that_the_policy_does_not_know_is_named() -> None:
    opened = example_alone("example-never")
    (policy,) = opened.library.policies
    known = {code: held for code, held in policy.reasons.items() if code != "CRITERIA_MET"}

    found = faults(answers(with_policy(opened, replace(policy, reasons=known))))

    assert ["policy example-never has no words for CRITERIA_MET"] == found


@pytest.mark.parametrize(
    ("policy", "criterion", "wanted"),
    [
        pytest.param(
            "example-count",
            "subsequent_pet",
            [(UNKNOWN, "too_many"), (UNKNOWN, "unclear")],
            id="what-is-left-to-a-person-is-never-not-met",
        ),
        pytest.param(
            "example-brain-pet",
            "medicines_tried",
            [(UNKNOWN, "too_few")],
            id="each-answer-once",
        ),
        pytest.param(
            "example-never", "never_covered", [(NOT_MET, "never")], id="one-that-only-denies"
        ),
    ],
)
def test_a_criterion_can_give_the_answers_of_its_roles(
    policy: str, criterion: str, wanted: list[tuple[Truth, str]]
) -> None:
    assert [(Truth.MET, ""), *wanted] == list(answers_of(criterion_of(policy, criterion)))


@pytest.mark.parametrize(
    ("choice", "roles"),
    [
        pytest.param("deny", ["", "stands", "stands_same_day", "unclear"], id="denied"),
        pytest.param("pend", ["", "unclear"], id="held"),
        pytest.param("ignore", [""], id="let-be"),
    ],
)
def test_of_a_watched_line_exclusivity_says_what_the_policy_makes_of_it(
    choice: str, roles: list[str]
) -> None:
    row = criterion_of("example-brain-pet", "spectroscopy_exclusivity")
    row = row.with_fields(terms=replace(row.terms, watched_after=choice))

    assert roles == [each.role for each in answers_of(row, is_watched=True)]


def test_of_a_watched_line_that_another_rule_governs_no_reason_is_given() -> None:
    row = criterion_of("example-brain-pet", "authority")

    assert (MET, RoleAnswer(NOT_MET)) == answers_of(row, is_watched=True)
    assert ["met", "not met NCD"] == [each.in_words for each in answers_of(row)[:2]]


def criterion_of(policy: str, name: str) -> Criterion[Any]:
    (version,) = example_alone(policy).library.versions
    return next(row for row in version.criteria if row.name == name)


def with_reasons(policy_id: str, code: str, **fields: Any) -> OpenLibrary:
    """One example alone, where a reason is another one wherever it stands."""
    opened = example_alone(policy_id)
    (policy,) = opened.library.policies
    changed = replace(policy.reasons[code], **fields)
    reasons = {**policy.reasons, code: changed}
    versions = tuple(_with_reason(version, changed) for version in policy.versions)
    return with_policy(opened, replace(policy, reasons=reasons, versions=versions))


def _with_reason(version: PolicyVersion, changed: Reason) -> PolicyVersion:
    def of(row: Criterion[Any]) -> Criterion[Any]:
        reasons = {
            role: changed if held.code == changed.code else held
            for role, held in row.reasons.items()
        }
        return row.with_fields(reasons=reasons)

    return replace(version, criteria=tuple(of(row) for row in version.criteria))
