"""A version of next year held against this year's: the classes that differ are the change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import pytest

from rules.code_sets import CodeSets, Indications
from rules.facts import Claim
from rules.proof.check import OpenLibrary
from rules.proof.difference_causes import DifferenceCause
from rules.proof.differences import Comparison, compare_libraries
from tests.rules.proof.test_library_differences import few
from tests.rules.proof_libraries import ABSCESS, TUMOUR
from tests.support.libraries import with_versions

FIRST_DAY = date(2026, 7, 1)
ADDED, OTHER = "G40.209", "E75.25"
ROWS = ("C71.1,billable,,", "G06.0,billable,,", "E75.25,billable,,", "G40.209,billable,,")
ITS_LIST = {
    TUMOUR: Indications(indications=frozenset({1, 3, 4}), support="listed"),
    ABSCESS: Indications(indications=frozenset({5}), support="listed"),
    ADDED: Indications(indications=frozenset({6}), support="documented"),
    OTHER: Indications(indications=frozenset({2}), support="documented"),
}


def this_year() -> OpenLibrary:
    return few(ROWS, watched={}, indications=ITS_LIST)


def with_next_year(own: OpenLibrary) -> OpenLibrary:
    """One listed code dropped, two added, and a shorter window, from July on."""
    (version,) = own.library.versions
    following = replace(
        version,
        version=str(FIRST_DAY),
        effective_from=FIRST_DAY,
        codes=_changed(version.codes),
    ).with_answers({"conventional_lookback_days": 60})
    versions = (replace(version, effective_to=FIRST_DAY), following)
    return own._replace(library=with_versions(own.library, versions))


def _changed(codes: CodeSets) -> CodeSets:
    indications = dict(codes.indications)
    indications[ABSCESS] = replace(indications[ABSCESS], support="documented")
    for code in (ADDED, OTHER):
        indications[code] = replace(indications[code], support="listed")
    return replace(codes, indications=indications)


@cache
def compared() -> Comparison:
    own = this_year()
    return compare_libraries(own, with_next_year(own))


def test_what_differs_is_of_a_day_from_which_the_new_version_holds() -> None:
    days = [
        line.date_of_service
        for one in compared().classes
        for fact in one.situation.facts
        if isinstance(fact, Claim) and fact.claim_id == one.situation.asked[0]
        for line in fact.lines
    ]

    assert days
    assert min(days) >= FIRST_DAY


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param(
            "diagnosis",
            {
                (ABSCESS, "listed 5", "documented 5"),
                (ADDED, "documented 6", "listed 6"),
                (OTHER, "documented 2", "listed 2"),
            },
            id="the_three_codes",
        ),
        pytest.param(
            "parameter", {("conventional_lookback_days", "180", "60")}, id="the_parameter"
        ),
        pytest.param("policy", {("6.01.03", "2025-03-17", "2026-07-01")}, id="the_version_itself"),
    ],
)
def test_exactly_the_change_is_named(kind: str, expected: set[tuple[str, str, str]]) -> None:
    causes = {cause for one in compared().classes for cause in one.turns_on}

    assert expected == {
        (cause.name, cause.before, cause.after) for cause in causes if cause.kind == kind
    }
    assert {"diagnosis", "parameter", "policy"} == {cause.kind for cause in causes}


def test_a_class_that_a_code_makes_does_not_name_the_parameter() -> None:
    (dropped,) = [
        one
        for one in compared().classes
        if (one.how.before.reason, one.how.after.reason) == ("CRITERIA_MET", "INDICATION_UNCLEAR")
    ]

    assert ["diagnosis", "policy"] == sorted(cause.kind for cause in dropped.turns_on)


def test_a_class_that_the_parameter_makes_names_no_code() -> None:
    made = [
        one
        for one in compared().classes
        if (one.how.before.reason, one.how.after.reason)
        == ("CRITERIA_MET", "CONVENTIONAL_IMAGING_UNUSABLE")
    ]

    assert made
    assert _names(made[0].turns_on) == {"6.01.03", "conventional_lookback_days"}


def _names(causes: tuple[DifferenceCause, ...]) -> set[str]:
    return {cause.name for cause in causes}
