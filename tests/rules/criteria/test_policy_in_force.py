"""Criterion 3: the version of the policy in force on the date of service, without a fallback."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.builders import LIMITED_MRI, claim, day, pet, review
from tests.rules.deciding import (
    answer,
    codes,
    decide_line,
    shipped,
    with_version_since,
)
from tests.support.libraries import with_versions

FIRST = date(2025, 3, 17)


@pytest.mark.parametrize(
    ("on", "expected", "version"),
    [
        pytest.param(
            date(2025, 3, 16), ("unknown", "NO_POLICY_VERSION"), None, id="the day before"
        ),
        pytest.param(FIRST, ("met", None), "2025-03-17", id="the first day"),
        pytest.param(date(2026, 2, 1), ("met", None), "2025-03-17", id="past its review date"),
    ],
)
def test_the_shipped_version_holds_from_its_first_day_on(
    on: date, expected: tuple[str, str | None], version: str | None
) -> None:
    decided = decide_line(claim(on=on, received=300))

    assert (expected, version) == (answer(decided, "policy_in_force"), decided.policy_version)


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        pytest.param(day(1), ("met", None), id="ends the day after"),
        pytest.param(day(0), ("unknown", "NO_POLICY_VERSION"), id="ends that day, exclusive"),
    ],
)
def test_a_version_is_not_in_force_on_the_day_it_ends(
    until: date, expected: tuple[str, str | None]
) -> None:
    using = with_version_since(FIRST, until)

    decided = decide_line(claim(), LIMITED_MRI, using=using)

    assert expected == answer(decided, "policy_in_force")


@pytest.mark.parametrize(
    ("on", "expected"),
    [pytest.param(-1, "old", id="the old one"), pytest.param(0, "new", id="the new one")],
)
def test_of_two_versions_the_one_of_the_day_rules(on: int, expected: str) -> None:
    (version,) = shipped().versions
    old = replace(version, version="old", effective_to=day(0))
    new = replace(version, version="new", effective_from=day(0))
    using = with_versions(shipped(), (old, new))

    decided = decide_line(claim(on=on), LIMITED_MRI, using=using)

    assert ("CRITERIA_MET", expected) == (decided.reason, decided.policy_version)


def test_without_a_version_the_line_is_pended_without_codes_until_a_person_resolves_it() -> None:
    early = claim(on=date(2025, 3, 16))

    waiting = decide_line(early, LIMITED_MRI)
    reviewed = decide_line(early, review(decision="denied"))

    assert ("pended", "NO_POLICY_VERSION", (None, None, ())) == (
        waiting.outcome,
        waiting.reason,
        codes(waiting),
    )
    assert ["met", "met", "unknown"] + ["not_asked"] * 6 == [f.answer for f in waiting.findings]
    assert ("denied", "REVIEWED", ("CO", "50", ("N661",))) == (
        reviewed.outcome,
        reviewed.reason,
        codes(reviewed),
    )


def test_a_pet_without_a_version_meets_no_conflict_and_no_review_counts() -> None:
    early = pet(on=date(2025, 3, 16))

    decided = decide_line(early, review("P-1", decision="denied"), of="P-1")

    assert ("not_applicable", "NO_CONFLICT") == (decided.outcome, decided.reason)
    assert ["met", "unknown", "not_asked"] == [found.answer for found in decided.findings]
