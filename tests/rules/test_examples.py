"""The example policies: each loads, alone and with the others, and its scenarios agree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rules.library_model import Library
from rules.loading.files import load_library, read_policy
from rules.policy.document import PolicyCriterion
from rules.policy.text import cut, digest
from tests.support.libraries import EXAMPLE_NAMES as NAMES
from tests.support.libraries import EXAMPLES, SHIPPED_POLICY, with_examples
from worker.policy_tests.results import LibraryTest, PolicyResult

_OF_EVERY_POLICY = ("benefit", "authority", "policy_in_force", "coding", "not_duplicate")
"""Criteria whose answers and reasons the shipped policy's own scenarios reach."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped library with all examples."""
    return with_examples(tmp_path_factory.mktemp("examples") / "library", *NAMES)


@pytest.fixture(scope="module")
def library(folder: Path) -> Library:
    return load_library(folder)


@pytest.mark.parametrize("name", NAMES)
def test_each_loads_beside_the_shipped_policy_alone(name: str, tmp_path: Path) -> None:
    library = load_library(with_examples(tmp_path / "library", name))

    assert [policy.policy_id for policy in library.policies] == sorted([SHIPPED_POLICY, name])
    assert any(plan.policies == (name,) for plan in library.plans.values())


def test_all_of_them_load_together(library: Library) -> None:
    assert [policy.policy_id for policy in library.policies] == sorted([SHIPPED_POLICY, *NAMES])


def test_each_says_that_it_is_no_payers_policy(folder: Path) -> None:
    documents = [each for each in read_policy(folder) if each.policy_id in NAMES]

    assert len(documents) == len(NAMES)
    assert all("no payer's policy" in each.source for each in documents)


def test_each_was_read_from_the_document_beside_it(folder: Path) -> None:
    for read in read_policy(folder):
        if read.policy_id in NAMES:
            text = (EXAMPLES / "documents" / f"{read.policy_id}.txt").read_text()
            markers = {section.id: section.markers for section in read.sections}
            parts = cut(text, markers, read.page_furniture)

            assert {section.id: section.digest for section in read.sections} == {
                name: digest(part) for name, part in parts.items()
            }


@pytest.mark.parametrize("name", NAMES)
def test_the_scenarios_of_each_agree(name: str, folder: Path) -> None:
    result = result_of(name, folder)

    assert len(result.tried) >= 20
    assert [] == [(one.beside.scenario.name, one.differences) for one in result.differing]
    assert [] == list(result.faults)


@pytest.mark.parametrize("name", NAMES)
def test_the_scenarios_of_each_reach_every_answer_and_reason_of_its_own_criteria(
    name: str, folder: Path
) -> None:
    document = next(each for each in read_policy(folder) if each.policy_id == name)
    own = [each.name for each in document.criteria if each.name not in _OF_EVERY_POLICY]

    result = result_of(name, folder)

    reached = {one.reason for one in result.reasons if one.scenarios}
    given = {code for each in document.criteria if each.name in own for code in _codes(each)}
    assert given <= reached
    assert [] == [
        (one.criterion, one.answer)
        for one in result.answers
        if one.criterion in own and not one.scenarios
    ]


def result_of(name: str, folder: Path) -> PolicyResult:
    (result,) = LibraryTest(folder, None).results([name], _in_silence, with_edges=False)
    return result


def _codes(criterion: PolicyCriterion) -> list[str]:
    return list(criterion.reasons.values())


def _in_silence(_what: str, _how_many: int | None) -> Callable[[int], None]:
    return lambda _done: None
