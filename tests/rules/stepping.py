"""A member decided event by event beside the same member decided as a whole."""

from __future__ import annotations

from collections.abc import Iterable

from rules.adjudicate import adjudicate
from rules.facts import Event
from rules.library_model import Library
from rules.member.member import Member, line_key
from rules.member.open_member import OpenMember, apply
from rules.member.published import content_of
from tests.rules.builders import digest_of


def check_each_step(events: Iterable[Event], library: Library) -> None:
    """After each event the member is published as its whole record is decided."""
    member = Member()
    for version, event in enumerate(events, start=1):
        member = apply(member, event, digest_of(event), library).member

        at_once = adjudicate(member.record.first(version), library)

        assert [(line_key(one), content_of(one)) for one in at_once] == [
            (line_key(one), one.content) for one in member.published
        ]


def check_open(events: Iterable[Event], library: Library) -> None:
    """A member that stays open from event to event ends as its whole record is decided."""
    opened = OpenMember(Member(), library)
    for event in events:
        opened.apply(event, digest_of(event))

    at_once = adjudicate(opened.member.record, library)

    assert [(line_key(one), content_of(one)) for one in at_once] == [
        (line_key(one), one.content) for one in opened.member.published
    ]
