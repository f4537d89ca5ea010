"""The name of every key that the worker uses in Redis, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from rules.member.published import UNNAMED_POLICY

DOOR = "door"
"""The place where events arrive; every other place is a lane, named by its two digits."""

CONTESTED = ("claim", "CLAIM_ID_REUSED")
"""Where the pends of lines have service and reason: claim ids that came with other content."""

GUEST = "replay-"
"""Begins the part of a prefix that `replay --live` adds to that of the installation."""

Place = str


def lane_name(lane: int) -> Place:
    """The name of a lane's place, by the lane's number."""
    return f"{lane:02d}"


@dataclass(frozen=True, slots=True)
class Keys:
    """
    Key names under one prefix (`contract.md` 3).

    Ids are appended unchanged and always last: whatever characters they hold, no two names collide.
    """

    prefix: str

    @property
    def door(self) -> str:
        """Stream: events in."""
        return f"{self.prefix}:events"

    @property
    def determinations(self) -> str:
        """Stream: determinations out."""
        return f"{self.prefix}:determinations"

    @property
    def dead_letters(self) -> str:
        """Stream: entries that could not be processed."""
        return f"{self.prefix}:dead-letters"

    @property
    def dead_letters_by_member(self) -> str:
        """Sorted set: the member of each dead letter, as a hash, as far as it can be read."""
        return f"{self.prefix}:dead-letters-by-member"

    @property
    def discarded(self) -> str:
        """Stream: which dead letters were discarded, and why."""
        return f"{self.prefix}:discarded"

    @property
    def takes(self) -> str:
        """Hash: place -> how often its lease was taken since work was last finished there."""
        return f"{self.prefix}:takes"

    @property
    def counters(self) -> str:
        """Hash: the business counters, written together with what they count."""
        return f"{self.prefix}:counters"

    @property
    def exemplars(self) -> str:
        """Hash: bucket of the event ages -> trace, age and time of one event in it."""
        return f"{self.prefix}:exemplars"

    @property
    def meta(self) -> str:
        """Hash: what all workers of the installation must agree on."""
        return f"{self.prefix}:meta"

    @property
    def workers(self) -> str:
        """Sorted set: the announcement of each ready worker, by when it expires."""
        return f"{self.prefix}:workers"

    @property
    def archived(self) -> str:
        """Hash: the archives that hold determinations removed from their stream."""
        return f"{self.prefix}:archived"

    @property
    def upkeep(self) -> str:
        """Hash: archive or backup -> when it last succeeded, in seconds."""
        return f"{self.prefix}:upkeep"

    @property
    def views(self) -> str:
        """Stream: who saw what in the console, each entry chained to the one before."""
        return f"{self.prefix}:views"

    @property
    def console(self) -> str:
        """Prefix of what the console keeps for itself: leases, drafts, first decisions."""
        return f"{self.prefix}:console:"

    @property
    def celery(self) -> str:
        """Prefix of the keys that Celery creates."""
        return f"{self.prefix}:celery:"

    def stream(self, place: Place) -> str:
        """Stream: the entries that wait at the door or in a lane."""
        return self.door if place == DOOR else f"{self.prefix}:lane:{place}"

    def lease(self, place: Place) -> str:
        """String with expiry: the token of the worker that holds the lease."""
        return f"{self.prefix}:lease:{place}"

    def mark(self, place: Place) -> str:
        """String with expiry: a dispatch for the place was sent a moment ago."""
        return f"{self.prefix}:mark:{place}"

    def attempts(self, place: Place) -> str:
        """Hash: entry id -> how often it was tried alone; `unfinished` -> what a script left."""
        return f"{self.prefix}:attempts:{place}"

    def record(self, member_id: str) -> str:
        """String: write stamp and state of a member."""
        return f"{self.prefix}:record:{member_id}"

    def index(self, member_id: str) -> str:
        """List: ids of the member's entries in the stream of determinations."""
        return f"{self.prefix}:index:{member_id}"

    def received(self, member_id: str) -> str:
        """List: the member's events as they were received, packed, in the order of the record."""
        return f"{self.prefix}:received:{member_id}"

    def claim(self, claim_id: str) -> str:
        """Sorted set: the members that have a claim of this id."""
        return f"{self.prefix}:claim:{claim_id}"

    def pends(self, service: str, reason: str, policy: str = UNNAMED_POLICY) -> str:
        """Sorted set: open pends by due date; of `CONTESTED` by the day since when."""
        of_policy = "" if policy == UNNAMED_POLICY else f":{policy}"
        return f"{self.prefix}:pends:{service}:{reason}{of_policy}"
