"""The sample day: every claim line comes out as it was planned, and nearly everything occurs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rules.loading.files import SHIPPED, load_library
from worker.events.types import EVENT_TYPES
from worker.replay.in_memory import decide_all

DAY = Path(__file__).parents[2] / "worker" / "samples" / "day.jsonl"
EXPECTED = Path(__file__).parent / "day_expected.csv"

SUMMARY = ("claim_id", "line", "outcome", "reason", "group", "carc", "rarc")

NEVER_ON_THE_DAY = {
    "DIAGNOSIS_UNVERIFIED",  # the table knows every date of service of the day
    "LCD_NON_COVERED",  # no such row is shipped
    "MEDICAID_GUIDELINE",  # nor such a one
    "OTHER_AUTHORITY",  # nor one that governs spectroscopy
}


@pytest.fixture(scope="module")
def events() -> list[bytes]:
    return DAY.read_bytes().splitlines()


@pytest.fixture(scope="module")
def determinations(events: list[bytes]) -> list[dict[str, Any]]:
    return list(decide_all(events, load_library(SHIPPED)).final.values())


def test_every_line_of_the_day_comes_out_as_planned(determinations):
    with EXPECTED.open(newline="") as file:
        expected = [{name: row[name] for name in SUMMARY} for row in csv.DictReader(file)]

    assert expected == [_summary(data) for data in determinations]


def test_every_event_of_the_day_is_accepted(events):
    assert {} == decide_all(events, load_library(SHIPPED)).refused


def test_every_outcome_occurs(determinations):
    outcomes = {data["outcome"] for data in determinations}

    assert {"approved", "denied", "pended", "not_applicable"} == outcomes


def test_every_reason_occurs_but_those_that_cannot_on_such_a_day(determinations):
    reasons = set(load_library(SHIPPED).reasons)

    assert reasons - NEVER_ON_THE_DAY == {data["reason"] for data in determinations}


def test_every_type_of_event_occurs(events):
    assert set(EVENT_TYPES) == {msgspec.json.decode(event)["type"] for event in events}


def test_lines_change_for_better_and_for_worse_and_because_claims_are_withdrawn(determinations):
    changes = {data["change"] for data in determinations}

    assert {"initial", "favourable", "adverse", "neutral"} == changes


def test_the_day_has_forty_members_and_some_hundred_and_fifty_events(events):
    members = {msgspec.json.decode(event)["data"]["member_id"] for event in events}

    assert (40, 155) == (len(members), len(events))


def test_some_events_of_the_day_are_delivered_twice(events):
    assert 153 == len(set(events))


def _summary(data: dict[str, Any]) -> dict[str, str]:
    return {
        "claim_id": data["claim_id"],
        "line": str(data["line"]),
        "outcome": data["outcome"],
        "reason": data["reason"],
        "group": data["group"] or "",
        "carc": data["carc"] or "",
        "rarc": " ".join(data["rarc"]),
    }
