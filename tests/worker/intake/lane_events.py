"""Events for a lane, and what came of them."""

from __future__ import annotations

import json
from typing import Any

from rules.member.member import Member
from tests.support.event_builders import CLAIM, REPORT, event_of
from tests.support.worlds import TERMS, World
from worker.store.keys import DOOR, lane_name
from worker.store.member_state import decode_member


def claim(number: int = 1, member: str = "M-1", **data: Any) -> dict[str, Any]:
    """A claim that leaves something open: an event of its own number."""
    event = event_of(CLAIM, claim_id=f"C-{number}", member_id=member, attestations=[], **data)
    return event | {"id": f"e-{number}"}


def limited_mri(member: str = "M-1") -> dict[str, Any]:
    """The report of an MRI that answered too little."""
    return event_of(REPORT, member_id=member) | {"id": "e-mri"}


def published(world: World) -> list[dict[str, Any]]:
    """All determinations so far, in their order."""
    return [json.loads(each) for each in world.determinations()]


def stored(world: World, member: str = "M-1") -> Member:
    """What the store has of a member."""
    body = world.store.load([member], 1)[1][0].body
    return decode_member(body)


def all_waiting(world: World) -> int:
    """How many entries wait at the door and in the lanes."""
    return world.store.waiting([DOOR, *map(lane_name, range(TERMS.lanes))])
