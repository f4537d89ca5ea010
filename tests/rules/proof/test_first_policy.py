"""A proof of a library of several policies goes through the first, and says so of the others."""

from __future__ import annotations

from datetime import date

import pytest

from rules.proof.check import OpenLibrary
from rules.proof.first_policy import further_policies, of_first_policy
from rules.proof.library_check import LibraryCheck, open_library
from rules.proof.situation import Laboratory, Setting
from tests.rules.second_policy import SECOND, SECOND_PLAN, write_two_policies


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenLibrary:
    return open_library(write_two_policies(tmp_path_factory.mktemp("two") / "library"), None)


def test_it_is_left_with_its_own_plans_reasons_and_documents(opened: OpenLibrary) -> None:
    reduced = of_first_policy(opened)

    assert ["6.01.03"] == [policy.policy_id for policy in reduced.library.policies]
    assert {"6.01.03"} == {document.policy_id for document in reduced.documents}
    assert SECOND_PLAN in opened.library.plans
    assert SECOND_PLAN not in reduced.library.plans
    assert "NOT_TOLD" in opened.library.reasons
    assert "NOT_TOLD" not in reduced.library.reasons


def test_its_lines_are_decided_as_in_the_whole_library(opened: OpenLibrary) -> None:
    line = Setting(date(2025, 9, 15), "sample-commercial", "76390", ("C71.1",))
    alone, whole = (
        Laboratory(library).ask(line)
        for library in (of_first_policy(opened).library, opened.library)
    )

    assert alone == whole


def test_a_library_of_one_policy_is_gone_through_as_it_is(opened: OpenLibrary) -> None:
    alone = of_first_policy(opened)

    assert of_first_policy(alone) is alone
    assert [] == list(further_policies(alone))


def test_the_check_says_first_which_policies_it_does_not_go_through(opened: OpenLibrary) -> None:
    first = next(LibraryCheck(opened, date(2026, 2, 1)).checks())

    assert first.name == "policies"
    assert [f"policy {SECOND}"] == [warning.split(":")[0] for warning in first.warnings]
