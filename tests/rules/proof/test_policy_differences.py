"""Two libraries are compared policy by policy, whatever kinds of criteria a policy has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from rules.policy_version import Policy, PolicyVersion
from rules.proof.check import OpenLibrary
from rules.proof.differences import Comparison
from rules.proof.policy_differences import LibraryComparison, compare_policies
from tests.rules.proof_examples import all_examples, example_alone
from tests.rules.proof_policies import with_policy

AGE = "age, no gate, of brain_pet, only for dementia, outside TOO_YOUNG, unknown AGE_UNKNOWN"
Change = Callable[[PolicyVersion], PolicyVersion]


def fewer_medicines(version: PolicyVersion) -> PolicyVersion:
    name = "seizure_medicines"
    fewer = version.codes.named[name] - {"N03AF01", "N03AX09"}
    named = {**version.codes.named, name: fewer}

    def of(row: Any) -> Any:
        is_tried = row.name == "medicines_tried"
        return row.with_fields(terms=replace(row.terms, therapies=fewer)) if is_tried else row

    codes = replace(version.codes, named=named)
    return replace(version, codes=codes, criteria=tuple(map(of, version.criteria)))


@pytest.fixture
def deep(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The policies that are compared in all classes of facts, which takes its time elsewhere."""
    seen: list[str] = []

    def compared(before: OpenLibrary, *_: object) -> Comparison:
        seen.append(before.library.policies[0].policy_id)
        return Comparison(1, 0, ())

    monkeypatch.setattr("rules.proof.policy_differences.compare_libraries", compared)
    return seen


def test_each_policy_is_compared_and_of_the_same_library_nothing_differs(deep: list[str]) -> None:
    found = compare_policies(all_examples(), all_examples())

    assert ["6.01.03"] == deep
    assert [policy.policy_id for policy in all_examples().library.policies] == [
        each.policy for each in found.policies
    ]
    assert [0] * len(found.policies) == [each.compared.differing for each in found.policies]
    assert all(each.compared.combinations > 40 for each in found.policies[1:])
    assert not found.differs


@pytest.mark.usefixtures("deep")
def test_a_policy_that_only_one_library_has_is_named() -> None:
    whole, fewer = all_examples(), without(all_examples(), "example-never")

    added, removed = compare_policies(fewer, whole), compare_policies(whole, fewer)

    assert (("example-never",), ()) == (added.added, added.removed)
    assert ((), ("example-never",)) == (removed.added, removed.removed)
    assert added.differs
    assert removed.differs
    assert not any(each.compared.classes for each in added.policies)


@pytest.mark.parametrize(
    ("policy", "change", "endings", "turns_on"),
    [
        pytest.param(
            "example-count",
            lambda version: version.with_answers({"initial_most": 2}),
            {("PET_INITIAL_DONE", "CRITERIA_MET")},
            ("parameter", "initial_most", "1", "2"),
            id="a-number",
        ),
        pytest.param(
            "example-prior-study",
            lambda version: version.with_answers({"counted_days": 181}),
            {("SPECTROSCOPY_TOO_OFTEN", "CRITERIA_MET")},
            ("parameter", "counted_days", "182", "181"),
            id="a-day-less",
        ),
        pytest.param(
            "example-brain-pet",
            lambda version: left_out(version, "age"),
            {("TOO_YOUNG", "CRITERIA_MET"), ("AGE_UNKNOWN", "CRITERIA_MET")},
            (
                "criterion",
                "age",
                AGE,
                "not asked",
            ),
            id="a-criterion-that-is-left-out",
        ),
        pytest.param(
            "example-brain-pet",
            fewer_medicines,
            {("CRITERIA_MET", "MEDICINES_UNKNOWN")},
            ("code set", "seizure_medicines", "N03AF01, N03AX09", "none"),
            id="a-set-with-fewer-codes",
        ),
    ],
)
def test_a_change_of_a_policy_is_found_with_what_it_turns_on(
    policy: str, change: Change, endings: set[tuple[str, str]], turns_on: tuple[str, ...]
) -> None:
    before = example_alone(policy)

    found = compared(before, changed(before, change))

    met = {(one.how.before.reason, one.how.after.reason) for one in found.classes}
    assert endings <= met
    causes = {cause[:4] for one in found.classes for cause in one.turns_on}
    assert turns_on in causes


def test_the_order_of_criteria_is_told_where_it_decides() -> None:
    before = example_alone("example-brain-pet")

    found = compared(before, changed(before, turned))

    causes = [cause for one in found.classes for cause in one.turns_on]
    assert ("criterion", "order") in {(cause.kind, cause.name) for cause in causes}


def test_a_parameter_that_one_of_the_two_lacks_is_no_cause() -> None:
    before = example_alone("example-count")
    after = changed(before, lambda version: renamed(version, "initial_most", "how_many"))

    found = compared(before, after)

    causes = {cause.name for one in found.classes for cause in one.turns_on}
    assert "initial_most" not in causes


def compared(before: OpenLibrary, after: OpenLibrary) -> Comparison:
    found: LibraryComparison = compare_policies(before, after)
    (only,) = found.policies
    return only.compared


def changed(opened: OpenLibrary, change: Change) -> OpenLibrary:
    (policy,) = opened.library.policies
    return with_policy(opened, replace(policy, versions=tuple(map(change, policy.versions))))


def without(opened: OpenLibrary, policy_id: str) -> OpenLibrary:
    policies: tuple[Policy, ...] = tuple(
        policy for policy in opened.library.policies if policy.policy_id != policy_id
    )
    plans = {
        name: plan for name, plan in opened.library.plans.items() if policy_id not in plan.policies
    }
    return opened._replace(library=replace(opened.library, policies=policies, plans=plans))


def left_out(version: PolicyVersion, name: str) -> PolicyVersion:
    return replace(version, criteria=tuple(row for row in version.criteria if row.name != name))


def turned(version: PolicyVersion) -> PolicyVersion:
    """The two first questions in the other order."""
    rows = list(version.criteria)
    at = next(number for number, row in enumerate(rows) if row.gate is None)
    rows[at : at + 2] = rows[at : at + 2][::-1]
    return replace(version, criteria=tuple(rows))


def renamed(version: PolicyVersion, name: str, other: str) -> PolicyVersion:
    parameters = {other if key == name else key: value for key, value in version.parameters.items()}
    rows = tuple(
        row.with_fields(
            parameters={
                slot: other if held == name else held for slot, held in row.parameters.items()
            }
        )
        for row in version.criteria
    )
    return replace(version, parameters=parameters, criteria=rows)
