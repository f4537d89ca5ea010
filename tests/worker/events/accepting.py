"""Decodes events that must be accepted, among them a claim with all that it may say."""

from __future__ import annotations

from rules.facts import Event
from tests.support.event_builders import CLAIM, encoded, event_of, with_value
from tests.support.remittance import CODES
from worker.events.decode import decode

FULL_CLAIM = with_value(
    with_value(event_of(CLAIM), "data.lines[0].ordering_npi", "1987654328"),
    "data.lines[0].ordering_specialty",
    " 2084n0400x ",
)


def accepted(event: object) -> Event:
    decoded = decode(encoded(event), CODES)
    assert isinstance(decoded, Event), decoded
    return decoded
