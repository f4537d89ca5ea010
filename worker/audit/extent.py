"""How much an audit has to read and verify, and what of it takes how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from redis import Redis

from worker.archive.archive import Archive
from worker.audit.recorded_state import applied_events
from worker.determinations.rules_form import RulesForm, rules_form
from worker.events.files import known_size
from worker.processes.partitions import Partitions
from worker.store.keys import Keys

DETERMINATIONS, RECORDS, ORIGINALS = "determinations", "records", "originals"
DIVIDING, VERIFYING = "dividing", "verifying"

_DETERMINATION_BYTES: Final = 2_000
_DETERMINATION: Final = 31.0
_RECORDED_EVENT: Final = 29.0
_ORIGINAL_BYTE: Final = 0.014
_DIVIDED_BYTE: Final = 0.005
_VERIFIED_EVENT: Final[Mapping[RulesForm, float]] = {"compiled": 220.0, "pure Python": 300.0}
"""Microseconds of one process, of which only the proportions matter."""


class AuditExtent(NamedTuple):
    """How much there is, as far as it is known beforehand."""

    determinations: int = 0
    events: int = 0
    """Events that the records hold."""
    original_bytes: int = 0
    """Of the events as they were sent."""

    def weights(self, processes: int, form: RulesForm | None = None) -> Mapping[str, float]:
        """Returns the weight of each stage; all alike where nothing is known."""
        verified = _VERIFIED_EVENT[form or rules_form()] * self.events / processes
        size = _DETERMINATION_BYTES * self.determinations + self.original_bytes
        return {
            DETERMINATIONS: _DETERMINATION * self.determinations,
            RECORDS: _RECORDED_EVENT * self.events,
            ORIGINALS: _ORIGINAL_BYTE * self.original_bytes,
            DIVIDING: _DIVIDED_BYTE * size if Partitions.divides(size) else 0.0,
            VERIFYING: verified or 1.0,
        }


def extent_of(
    redis: Redis, keys: Keys, archive: Archive | None, files: Sequence[str]
) -> AuditExtent:
    """What is recorded and archived, and the files of events; raises `ArchiveUnfit`."""
    archived = 0 if archive is None else archive.manifest().entries
    return AuditExtent(
        redis.xlen(keys.determinations) + archived, applied_events(redis, keys), known_size(files)
    )


def extent_of_all(shards: Sequence[AuditExtent], files: Sequence[str]) -> AuditExtent:
    """What is recorded in all shards, and the files of events."""
    return AuditExtent(
        sum(each.determinations for each in shards),
        sum(each.events for each in shards),
        known_size(files),
    )
