"""The recorded members of an installation, in all its shards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from worker.determinations.records import recorded_members
from worker.determinations.sharded_claims import members_of_claim
from worker.metrics.counters import DETERMINATIONS, SEPARATOR
from worker.metrics.snapshot import QueueSnapshot, SnapshotReader, summed
from worker.operations.readjudication import OrderTally, RecordedMember, states
from worker.store.compatibility import Compatibility
from worker.store.protocol import Command
from worker.store.shard_presence import PresentShards


class RecordedShards(NamedTuple):
    """An installation whose members may be decided again: all its shards that answer."""

    shards: PresentShards
    terms: Compatibility

    def order_tally(self) -> OrderTally:
        """Returns how many orders were given and done."""
        survey = self._survey()
        return OrderTally(survey.commands_added, survey.commands_done)

    def published(self) -> Counter[str]:
        """Returns how many determinations were ever published, by kind of change."""
        counts: Counter[str] = Counter()
        for field, count in self._survey().counters.items():
            name, *labels = field.split(SEPARATOR)
            if name == DETERMINATIONS:
                counts[labels[3]] += count
        return counts

    def recorded(self) -> Iterator[str]:
        """Returns the ids of all members with a record."""
        for shard in self.shards.answering:
            yield from recorded_members(shard.redis, shard.keys)

    def states(self, member_ids: Iterable[str]) -> Iterator[RecordedMember]:
        """Returns the states of some members, shard by shard."""
        by_shard: dict[int, list[str]] = {}
        for each in member_ids:
            by_shard.setdefault(self.shards.with_member(each).number, []).append(each)
        for number, ids in by_shard.items():
            yield from states(self.shards.every[number].store, ids)

    def members_with(self, claim_id: str) -> set[str]:
        """Returns the members that have a claim of this id."""
        return set(members_of_claim(self.shards, claim_id))

    def add_commands(self, lanes: int, commands: Sequence[tuple[int, Command]]) -> None:
        """Gives each command to the shard of its member."""
        by_shard: dict[int, list[tuple[int, Command]]] = {}
        for lane, command in commands:
            shard = self.shards.with_member(command.member_id)
            by_shard.setdefault(shard.number, []).append((lane, command))
        for number, some in by_shard.items():
            self.shards.every[number].store.add_commands(lanes, some)

    def _survey(self) -> QueueSnapshot:
        surveys = (SnapshotReader(each.redis, each.keys, []) for each in self.shards.answering)
        return summed([each.look() for each in surveys])
