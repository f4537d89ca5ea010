"""The member's record: what it recognises, how it grows, and what it was at an earlier version."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rules.facts import Event, Fact, Person
from rules.history.record import Record, append, latest_person, recognise
from tests.rules.builders import (
    authorization,
    claim,
    coverage,
    digest_of,
    event,
    events,
    finalization,
    person,
    record,
    report,
    review,
    sent,
    treatment,
)

ONE_OF_EACH: list[Fact] = [
    claim(),
    finalization(),
    report(),
    coverage(),
    authorization(),
    review(),
    treatment(),
    person(),
]
KINDS = [
    "claim",
    "finalization",
    "report",
    "coverage",
    "authorization",
    "review",
    "treatment",
    "person",
]


@pytest.mark.parametrize("fact", ONE_OF_EACH, ids=KINDS)
def test_an_event_is_new_once_and_a_duplicate_ever_after(fact: Fact) -> None:
    one = event(fact)
    known = append(Record(), one, digest_of(one))

    assert ("new", "duplicate") == (recognise(Record(), one), recognise(known, one))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(event(sent(claim(), 20, "e-1")), "duplicate", id="the same body"),
        pytest.param(event(sent(claim(), 20, "e-2")), "new", id="another id"),
        pytest.param(event(sent(claim(), 20, "e-1", "/other")), "new", id="another source"),
        pytest.param(event(sent(claim(), 21, "e-1")), "reused", id="another time"),
        pytest.param(event(sent(claim(units=2), 20, "e-1")), "reused", id="other data"),
        pytest.param(event(sent(review(), 20, "e-1")), "reused", id="another type"),
    ],
)
def test_id_and_source_are_the_identity_and_the_rest_is_the_body(
    other: Event, expected: str
) -> None:
    known = record(sent(claim(), 20, "e-1"))

    actual = recognise(known, other)

    assert expected == actual


def test_the_record_keeps_facts_by_kind_in_the_order_applied() -> None:
    grown = record(*ONE_OF_EACH, claim("C-2"))

    assert [len(kind) for kind in grown] == [2, 1, 1, 1, 1, 1, 1, 1]
    assert [*ONE_OF_EACH, claim("C-2")] == [fact for _, fact in grown.entries()]
    assert list(range(1, 10)) == [origin.sequence for origin, _ in grown.entries()]


def test_nothing_is_known_of_a_person_before_the_first_event() -> None:
    assert Person() == latest_person(record(claim()))


@pytest.mark.parametrize("times", [(20, 21), (21, 20)], ids=["in order", "the later one first"])
def test_the_latest_event_about_a_person_holds_as_a_whole(times: tuple[int, int]) -> None:
    whole = {20: person(), 21: person(born=None, sex="male")}
    known = record(*(sent(whole[at], at, f"e-{at}") for at in times))

    assert Person(None, "male") == latest_person(known)


def test_the_version_is_the_number_of_events() -> None:
    versions = [record(*ONE_OF_EACH[:count]).version for count in range(9)]

    assert list(range(9)) == versions


@pytest.mark.parametrize("version", range(8))
def test_the_record_at_a_version_is_what_it_was_then(version: int) -> None:
    whole = record(*ONE_OF_EACH)

    actual = whole.first(version)

    assert record(*ONE_OF_EACH[:version]) == actual


def test_an_origin_keeps_what_the_event_said_of_itself() -> None:
    one = event(sent(claim(), 20, "e-7", "/edi"))

    ((origin, fact),) = append(Record(), one, b"digest").claims

    assert (one.time, "e-7", "/edi", 1, b"digest", claim()) == (*origin, fact)


def test_appending_leaves_the_earlier_record_as_it_was() -> None:
    before = record(claim())
    (another,) = events(claim("C-2"))

    append(before, another, b"digest")

    assert record(claim()) == before


def test_the_greatest_time_then_id_then_source_is_the_latest() -> None:
    noon = event(claim()).time
    told = [
        sent(claim(), noon, "e-1", "/b"),
        sent(claim(), noon, "e-1", "/a"),
        sent(claim(), noon + timedelta(microseconds=1), "e-0", "/a"),
        sent(claim(), noon, "e-2", "/a"),
    ]

    origins = sorted(origin for origin, _ in record(*told).claims)

    expected = [("e-1", "/a"), ("e-1", "/b"), ("e-2", "/a"), ("e-0", "/a")]
    assert expected == [(origin.id, origin.source) for origin in origins]
