"""A library of several policies is proved policy by policy, each as if it were alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.proof.check import OpenLibrary
from rules.proof.each_policy import check_of_policies, each_policy, policy_id_of
from rules.proof.library_check import LibraryCheck, open_library
from rules.proof.situation import Laboratory, Setting
from rules.proof.tables import checks_of_further_tables
from tests.rules.proof_examples import EXAMPLE_IDS, all_examples
from tests.rules.second_policy import SECOND, SECOND_PLAN, write_two_policies

TODAY = date(2026, 2, 1)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> OpenLibrary:
    return open_library(write_two_policies(tmp_path_factory.mktemp("two") / "library"), None)


def test_each_is_left_with_its_own_plans_reasons_and_documents(opened: OpenLibrary) -> None:
    first, second = each_policy(opened)

    assert ["6.01.03", SECOND] == [policy_id_of(first), policy_id_of(second)]
    assert {"6.01.03"} == {document.policy_id for document in first.documents}
    assert SECOND_PLAN not in first.library.plans
    assert SECOND_PLAN in second.library.plans
    assert "NOT_TOLD" not in first.library.reasons
    assert "NOT_TOLD" in second.library.reasons


def test_its_lines_are_decided_as_in_the_whole_library(opened: OpenLibrary) -> None:
    line = Setting(date(2025, 9, 15), "sample-commercial", "76390", ("C71.1",))
    alone, whole = (
        Laboratory(library).ask(line)
        for library in (next(each_policy(opened)).library, opened.library)
    )

    assert alone == whole


def test_a_library_of_one_policy_is_gone_through_as_it_is(opened: OpenLibrary) -> None:
    alone = next(each_policy(opened))

    assert [alone] == list(each_policy(alone))
    assert [] == list(check_of_policies(alone))


def test_the_check_says_first_which_policies_there_are() -> None:
    first = next(LibraryCheck(all_examples(), TODAY).checks())

    assert "policies" == first.name
    assert ", ".join(("6.01.03", *EXAMPLE_IDS)) == first.looked_at
    assert () == first.faults + first.warnings


def test_a_procedure_of_several_policies_is_told_with_what_each_does_with_it() -> None:
    (check,) = check_of_policies(all_examples())

    assert (
        "76390: 6.01.03 decides; example-brain-pet watches; example-never decides; "
        "example-prior-study decides" in check.notes
    )


def test_a_policy_of_no_plan_is_told() -> None:
    opened = all_examples()
    plans = {name: plan for name, plan in opened.library.plans.items() if "never" not in name}

    (check,) = check_of_policies(opened._replace(library=replace(opened.library, plans=plans)))

    assert ("policy example-never: no plan is decided by it",) == check.warnings


def test_the_days_of_a_further_policy_are_those_of_its_versions() -> None:
    _, second, *_ = each_policy(all_examples())

    check = checks_of_further_tables(second, TODAY)["dates"]()

    assert "1 versions" == check.looked_at
    assert () == check.faults
    assert "gap: before 2025-03-01: no version of the policy" == check.notes[0]
