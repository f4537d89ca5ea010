"""What one scrape reads of each shard, side by side and in bounded time, and what it adds up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Final, NamedTuple

from redis import Redis

from worker.failures import RetryableError
from worker.metrics.consumer_lag import UnreadCount, unread_by_group
from worker.metrics.exemplars import TracedAge, traced_ages
from worker.metrics.labels import PendPlace
from worker.metrics.safety import is_lost
from worker.metrics.snapshot import QueueSnapshot, SnapshotReader, summed
from worker.store.installation import KnownInstallation
from worker.store.keys import Keys
from worker.store.redis_info import Facts, redis_facts
from worker.store.scripts import failures_in_our_words, wrong_type_named
from worker.store.upkeep import UpkeepJob, last_successes

ANSWER_SECONDS: Final = 4.0
"""How long a scrape waits for all shards; Prometheus gives up after ten."""


class ShardSeen(NamedTuple):
    """What one scrape read of one shard."""

    survey: QueueSnapshot
    facts: Facts
    """Of the node that it is on."""
    unread: Mapping[str, UnreadCount]
    successes: Mapping[UpkeepJob, int]
    lost: bool
    traced: Mapping[str, TracedAge]


class ShardSurvey:
    """Reads one shard; it keeps only which installation it was."""

    def __init__(
        self,
        client: Redis,
        keys: Keys,
        pends: Sequence[PendPlace],
        known: KnownInstallation | None = None,
    ) -> None:
        self._client = client
        self._keys = keys
        self._known = known
        self._reader = SnapshotReader(client, keys, pends)

    def look(self) -> ShardSeen:
        """What there is at this moment; raises `RetryableError`."""
        survey = self._reader.look()
        with failures_in_our_words(self._client):
            unread = unread_by_group(self._client, self._keys.determinations)
        successes = last_successes(self._client, self._keys)
        lost = is_lost(self._client, self._keys, self._known)
        return ShardSeen(survey, redis_facts(self._client), unread, successes, lost, self._traced())

    def _traced(self) -> Mapping[str, TracedAge]:
        with failures_in_our_words(self._client), wrong_type_named("exemplars"):
            stored: Any = self._client.hgetall(self._keys.exemplars)
        return traced_ages(stored)


class Seen(NamedTuple):
    """What one scrape read of all shards."""

    shards: Sequence[ShardSeen]
    """Of those that answered; at least one."""
    away: int
    """How many did not answer in time."""
    counters: Mapping[str, int] | None
    """
    The sums of the counters, with the last that was read of a shard that is away: a sum that drops
    would look like a restart. None: of one that is away nothing was read yet.
    """

    @property
    def survey(self) -> QueueSnapshot:
        """The sums."""
        return summed([each.survey for each in self.shards])

    @property
    def unread(self) -> Mapping[str, UnreadCount]:
        """Of each group the sum."""
        found: dict[str, UnreadCount] = {}
        for each in self.shards:
            for name, (unread, is_estimate) in each.unread.items():
                so_far = found.get(name, UnreadCount(0, is_estimate=False))
                found[name] = UnreadCount(
                    so_far.unread + unread, is_estimate=so_far.is_estimate or is_estimate
                )
        return found

    def last_success(self, job: UpkeepJob) -> int:
        """When a job last succeeded in the shard where that is longest ago; 0: not in each."""
        return min(each.successes[job] for each in self.shards)

    @property
    def traced(self) -> Mapping[str, TracedAge]:
        """One exemplar a bucket."""
        return {bucket: age for each in self.shards for bucket, age in each.traced.items()}


class ShardSurveys:
    """Reads all shards of an installation."""

    def __init__(self, surveys: Sequence[ShardSurvey]) -> None:
        self._surveys = surveys
        self._last: dict[int, Mapping[str, int]] = {}
        self._asked: dict[int, Future[ShardSeen]] = {}
        # One for each: those that wait for a node that hangs leave the others theirs.
        self._threads = ThreadPoolExecutor(len(surveys))

    def look(self) -> Seen:
        """What there is at this moment; raises `RetryableError` if no shard answers."""
        if len(self._surveys) == 1:
            seen = self._surveys[0].look()
            return Seen([seen], 0, seen.survey.counters)
        for number, survey in enumerate(self._surveys):
            if number not in self._asked:  # else the last scrape still waits for it
                self._asked[number] = self._threads.submit(survey.look)
        wait(self._asked.values(), ANSWER_SECONDS)
        shards, failures = self._answers()
        if not shards:
            raise failures[0] if failures else RetryableError("No shard answers in time.")
        return Seen(shards, len(self._surveys) - len(shards), self._counters())

    def _answers(self) -> tuple[list[ShardSeen], list[RetryableError]]:
        shards: list[ShardSeen] = []
        failures: list[RetryableError] = []
        for number in [number for number, asked in self._asked.items() if asked.done()]:
            try:
                seen = self._asked.pop(number).result()
            except RetryableError as failure:
                failures.append(failure)
            else:
                shards.append(seen)
                self._last[number] = seen.survey.counters
        return shards, failures

    def _counters(self) -> Mapping[str, int] | None:
        if len(self._last) < len(self._surveys):
            return None
        total: Counter[str] = Counter()
        for counts in self._last.values():
            total.update(counts)
        return total
