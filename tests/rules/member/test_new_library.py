"""A member under another library: nobody is decided again by it alone, and causes say what did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.adjudicate import adjudicate
from rules.member.member import EventCause, LibraryCause, Member
from rules.member.open_member import readjudicate
from rules.plans import JurisdictionRow
from tests.rules.builders import (
    LIMITED_MRI,
    Sending,
    claim,
    coverage,
    day,
    pet,
    pet_report,
    sent,
)
from tests.rules.deciding import shipped
from tests.rules.member_steps import newer, tell
from tests.support.libraries import with_versions


def test_a_new_library_by_itself_decides_nobody_again() -> None:
    told = tell(claim(), LIMITED_MRI)

    later = tell(coverage(plan="sample-essential"), member=told.member, using=newer())

    assert () == later.last.publications
    assert (2, newer().digest) == (later.member.generation, later.member.library)


def test_what_a_new_library_alone_makes_different_says_so() -> None:
    told = tell(claim(diagnoses=("D43.0",)), LIMITED_MRI)
    using = newer(unlisted_but_documented="accept")

    later = tell(coverage(plan="sample-essential"), member=told.member, using=using)

    (published,) = later.of()
    assert ("approved", LibraryCause(using.digest, 2)) == (
        published.determination.outcome,
        published.caused_by,
    )
    assert 3 == published.record_version


def test_what_the_event_makes_different_under_a_new_library_names_the_event() -> None:
    told = tell(claim("C-1"), claim("C-2", on=-1, diagnoses=("D43.0",)), LIMITED_MRI)
    using = newer(unlisted_but_documented="accept")

    later = tell(sent(pet_report(on=-1), 40, "e-9"), member=told.member, using=using)

    causes = {one.determination.claim_id: one.caused_by for one in later.last.publications}
    assert {"C-1": EventCause("/test", "e-9"), "C-2": EventCause("/test", "e-9")} == causes


def test_a_member_is_decided_again_by_a_new_library_without_an_event() -> None:
    told = tell(LIMITED_MRI, claim(diagnoses=("D43.0",)))
    using = newer(unlisted_but_documented="accept")

    applied = readjudicate(told.member, using)

    (published,) = applied.publications
    expected = (2, "favourable", LibraryCause(using.digest, 2), 2, told.member.chain)
    assert expected == (
        published.revision,
        published.change,
        published.caused_by,
        published.record_version,
        published.record_digest,
    )
    assert told.member.record == applied.member.record
    assert (using.digest, 2) == (applied.member.library, applied.member.generation)


def test_a_member_decided_again_by_the_same_library_publishes_nothing() -> None:
    told = tell(claim(), LIMITED_MRI, pet_report())

    applied = readjudicate(told.member, shipped())

    assert ((), told.member) == (applied.publications, applied.member)


def test_a_member_is_what_its_record_is_decided_as() -> None:
    told = tell(claim(), pet(on=-10), LIMITED_MRI, claim("C-2", on=30, received=40))

    decided = adjudicate(told.member.record, shipped())

    assert [(one.claim_id, one.line, one.outcome, one.reason) for one in decided] == [
        (one.claim_id, one.line, one.outcome, one.reason) for one in told.member.published
    ]


def test_a_member_of_whom_nothing_is_known_is_decided_again_as_nothing() -> None:
    applied = readjudicate(Member(), shipped())

    assert () == applied.publications


def test_a_due_date_that_moves_is_a_revision() -> None:
    told = tell(claim())

    applied = readjudicate(told.member, newer(pend_due_days=31))

    assert [(2, "neutral")] == [(one.revision, one.change) for one in applied.publications]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([claim(plan="sample-no-mrs")], [], id="no finding names the version"),
        pytest.param([claim(procedure="99213")], [], id="there is no finding"),
        pytest.param([claim()], [(2, "neutral")], id="a finding names the version"),
    ],
)
def test_another_version_of_the_policy_alone_is_no_revision(
    facts: list[Sending], expected: list[tuple[int, str]]
) -> None:
    told = tell(*facts)
    (version,) = newer().versions
    renamed = with_versions(newer(), (replace(version, version="2025-03-18"),))

    applied = readjudicate(told.member, renamed)

    assert expected == [(one.revision, one.change) for one in applied.publications]


def test_a_new_law_leaves_what_was_decided_until_the_member_is_decided_again() -> None:
    told = tell(claim(diagnoses=("C61",)))
    law = JurisdictionRow(
        state="PA",
        line_of_business="commercial",
        effective_from=day(-100),
        effective_to=None,
        mode="findings_only",
        source="a test",
    )
    using = replace(newer(), jurisdictions=(law,))

    (published,) = readjudicate(told.member, using).publications

    assert ("favourable", "pended", "PEER_REVIEW", None) == (
        published.change,
        published.determination.outcome,
        published.determination.reason,
        published.determination.recommended,
    )
