"""A type of event that is accepted is promised, has an example, and goes all the way."""

from __future__ import annotations

import re

import pytest

from rules.facts import Event
from rules.loading.files import SHIPPED, load_library
from rules.member.member import Member
from rules.member.open_member import apply
from tests.support.event_builders import encoded, event_of
from tests.support.remittance import CODES
from tests.support.sources import text_of
from worker.events.decode import decode
from worker.events.encode import as_cloudevent
from worker.events.types import EVENT_TYPES

LIBRARY = load_library(SHIPPED)


def test_the_contract_lists_the_types_in_their_order():
    section = text_of("docs/contract.md").partition("\n## 1.")[2].partition("\n## 2.")[0]

    assert list(EVENT_TYPES) == re.findall(
        r"^\| `([a-z]+\.[a-z]+\.v\d+)` \|", section, re.MULTILINE
    )


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_an_event_of_each_type_comes_into_the_record_of_a_member_who_is_known(event_type):
    event = _event(event_type, "e-1")
    known = _known()

    record = apply(known, event, bytes(32), LIBRARY).member.record

    assert event.fact == record.entries()[-1][1]
    assert record == record.first(record.version)
    assert known.record == record.first(known.record.version)


@pytest.mark.parametrize("event_type", EVENT_TYPES)
def test_an_event_of_each_type_can_be_sent_again(event_type):
    event = _event(event_type, "e-1")

    assert event == decode(encoded(as_cloudevent(event)), CODES)


def _event(event_type: str, event_id: str) -> Event:
    event = decode(encoded(event_of(event_type) | {"id": event_id}), CODES)
    assert isinstance(event, Event)
    return event


def _known() -> Member:
    """A member of whom there is one event of each type."""
    member = Member()
    for number, event_type in enumerate(EVENT_TYPES):
        member = apply(member, _event(event_type, f"b-{number}"), bytes(32), LIBRARY).member
    return member
