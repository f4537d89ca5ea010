"""The scenarios beside each shipped policy agree, and reach all that can be reached."""

from __future__ import annotations

import pytest

from rules.loading.files import SHIPPED
from worker.policy_tests.results import LibraryTest, PolicyResult
from worker.policy_tests.words import differences_in_words, unreached_in_words

# Each neighbour of each parameter is a library that is loaded.
pytestmark = pytest.mark.timeout(600)

TEST = LibraryTest(SHIPPED, None)


@pytest.fixture(scope="module")
def results() -> dict[str, PolicyResult]:
    found = TEST.results(TEST.policies, lambda *_: lambda _: None)
    return {result.policy: result for result in found}


@pytest.mark.parametrize("policy", TEST.policies)
def test_every_scenario_comes_out_as_it_expects(results, policy):
    result = results[policy]

    said = {one.beside.scenario.name: [*differences_in_words(one)] for one in result.differing}
    assert {} == said
    assert () == result.faults


@pytest.mark.parametrize("policy", TEST.policies)
def test_every_answer_reason_and_edge_is_reached(results, policy):
    assert [] == list(unreached_in_words(results[policy]))


def test_every_reason_that_no_criterion_gives_is_reached_by_some_policy(results):
    shared = TEST.shared_reasons(results.values())

    assert {"CRITERIA_MET", "REVIEWED", "VOIDED"} <= {one.reason for one in shared}
    assert [] == [one.reason for one in shared if not one.scenarios]
