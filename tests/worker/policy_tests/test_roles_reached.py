"""What the criteria find in scenarios is told by answer and reason, whatever the lines end for."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.truth import Truth
from tests.support.libraries import with_examples
from worker.policy_tests.check import checks_of_scenarios
from worker.policy_tests.gaps import AnswerReached, ReasonReached, RoleReached
from worker.policy_tests.results import LibraryTest, PolicyResult
from worker.policy_tests.words import unfound_in_words

POLICY = "example-count"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_examples(tmp_path_factory.mktemp("count") / "library", POLICY)


@pytest.fixture(scope="module")
def result(library: Path) -> PolicyResult:
    (found,) = LibraryTest(library, None).results(
        [POLICY], lambda *_: lambda _: None, with_edges=False
    )
    return found


def test_each_reason_that_a_criterion_finds_is_counted(result: PolicyResult) -> None:
    counts = {(one.criterion, one.answer, one.reason): one.scenarios for one in result.roles}

    assert counts["initial_pet", Truth.NOT_MET, "PET_INITIAL_DONE"] > 0
    assert counts["subsequent_pet", Truth.UNKNOWN, "PET_SUBSEQUENT_DONE"] > 0
    assert 0 == counts["benefit", Truth.UNKNOWN, "PLAN_UNKNOWN"]


def test_what_is_missed_by_its_reason_is_not_told_again(result: PolicyResult) -> None:
    assert [] == list(unfound_in_words(result))


@pytest.mark.parametrize(
    ("answers", "reasons", "wanted"),
    [
        pytest.param(1, 1, ["tried is never unknown for TOO_FEW"], id="told"),
        pytest.param(0, 1, [], id="its-answer-is-missed-anyway"),
        pytest.param(1, 0, [], id="its-reason-is-missed-anyway"),
    ],
)
def test_an_answer_with_a_reason_that_no_scenario_finds_is_told(
    result: PolicyResult, answers: int, reasons: int, wanted: list[str]
) -> None:
    changed = result._replace(
        answers=(AnswerReached("tried", Truth.UNKNOWN, answers),),
        reasons=(ReasonReached("TOO_FEW", reasons),),
        roles=(
            RoleReached("tried", Truth.NOT_MET, "TOO_FEW", 2),
            RoleReached("tried", Truth.UNKNOWN, "TOO_FEW", 0),
        ),
    )

    assert wanted == list(unfound_in_words(changed))


def test_the_check_of_a_library_notes_it(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.policy_tests.check.unfound_in_words", lambda _: iter(["no role"]))

    (check,) = checks_of_scenarios(library, None)

    assert f"policy {POLICY}, no scenario: no role" in check.notes
