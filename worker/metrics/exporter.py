"""Exports the installation's metrics to Prometheus; each scrape reads Redis anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from heapq import nlargest
from typing import Final
from wsgiref.simple_server import WSGIServer

import structlog
from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import Metric as Family
from prometheus_client.registry import Collector
from redis import Redis

from rules.library_model import Library
from rules.member.published import UNNAMED_POLICY
from worker.failures import RetryableError, WrongKeyType
from worker.metrics import catalog
from worker.metrics.build import build_family
from worker.metrics.consumer_lag import UnreadCount
from worker.metrics.families import gauge, gauges, stored_families
from worker.metrics.head import answer_head
from worker.metrics.labels import Labels, known_labels, pend_places, unnamed_policy
from worker.metrics.safety import (
    NOTHING_SAID,
    Expectations,
    foreign_keys_family,
    safety_families,
)
from worker.metrics.shard_surveys import ShardSurvey, ShardSurveys
from worker.metrics.snapshot import Pends, QueueSnapshot
from worker.store.keys import Keys
from worker.store.redis_info import Facts, memory_ratio, persistence_faults
from worker.store.worker_registry import WorkerEntry, presence_of, said_by

GROUPS_MAX: Final = 100
"""Consumer groups that are exported."""

_log = structlog.get_logger(__name__)


class Exporter(Collector):
    """Reads Redis on each scrape; it keeps only which installation it was."""

    def __init__(
        self,
        shards: Sequence[tuple[Redis, Keys]],
        library: Library,
        expected: Expectations = NOTHING_SAID,
    ) -> None:
        """`shards`: a client of each and its keys, in the order of `expected.known`."""
        self._expected = expected
        self._own = presence_of(library, worker="")
        self._known = known_labels(library)
        self._unnamed_policy = unnamed_policy(library)
        pends = pend_places(library)
        known = expected.known or (None,) * len(shards)
        self._surveys = ShardSurveys(
            [
                ShardSurvey(client, keys, pends, installation)
                for (client, keys), installation in zip(shards, known, strict=True)
            ]
        )

    def collect(self) -> Iterator[Family]:
        """
        Every metric; if Redis does not answer, only `mrs_redis_up` and our version.

        No zeros are made up: a counter that drops to 0 would look like a restarted one.
        """
        yield build_family("exporter")
        try:
            seen = self._surveys.look()
        except RetryableError as failure:
            _log.warning(str(failure), cause=type(failure).__name__)
            yield gauge(catalog.REDIS_UP, isinstance(failure, WrongKeyType))
            if isinstance(failure, WrongKeyType):
                yield foreign_keys_family()
            return
        if seen.counters is not None:
            yield from stored_families(
                seen.counters, self._known, seen.traced, self._unnamed_policy
            )
        survey = seen.survey
        yield from _queue(survey)
        yield gauge(catalog.SHARDS_AWAY, seen.away)
        yield gauge(catalog.WORKERS_WANTED, self._expected.workers_wanted)
        yield gauge(catalog.ARCHIVED_AT, seen.last_success("archive"))
        yield gauge(catalog.BACKED_UP_AT, seen.last_success("backup"))
        yield from _pends(survey, self._unnamed_policy)
        yield from _redis([each.facts for each in seen.shards])
        yield from safety_families(seen.shards, self._expected)
        yield from _unread(seen.unread)
        yield from self._libraries(survey)

    def _libraries(self, survey: QueueSnapshot) -> Iterator[Family]:
        """The libraries of the ready workers; without any, the one that a worker here would use."""
        workers = tuple(said_by(survey.workers)) or (self._own,)
        versions = _versions(workers, self._unnamed_policy)
        yield gauges(catalog.LIBRARY_INFO, ((labels, 1) for labels in versions))
        yield gauges(
            catalog.LIBRARY_STALE,
            (
                (labels, is_past(next_review, survey.today))
                for labels, next_review in versions.items()
            ),
        )
        ends = {worker.library: worker.icd10cm_until for worker in workers}
        yield gauges(
            catalog.ICD10CM_END,
            (((digest,), midnight(until)) for digest, until in ends.items() if until is not None),
        )


class ExporterRefused(RetryableError):
    """The exporter cannot listen on its address."""


def serve(exporter: Collector, host: str, port: int) -> WSGIServer:
    """Serves `/metrics` in its own thread; raises `ExporterRefused`."""
    registry = CollectorRegistry()
    registry.register(exporter)
    try:
        server, _ = start_http_server(port, host, registry)
    except OSError as failure:
        raise ExporterRefused(
            f"Cannot listen on {host} port {port}: {failure.strerror}. Choose another with "
            "--port and --host."
        ) from failure
    answer_head(server)
    return server


def is_past(month: str | None, on: date) -> bool:
    """Whether a month (YYYY-MM), if there is one, is over."""
    return month is not None and f"{on:%Y-%m}" > month


def midnight(day: date) -> float:
    """When a day begins in UTC, in seconds since 1970."""
    return datetime.combine(day, time(), UTC).timestamp()


def _queue(survey: QueueSnapshot) -> Iterator[Family]:
    yield gauge(catalog.QUEUE, survey.events)
    yield gauge(catalog.QUEUE_PENDING, survey.events_in_lanes)
    yield gauge(catalog.QUEUE_OLDEST, survey.oldest_seconds)
    yield gauge(catalog.DEAD_LETTERS, survey.dead_letters)
    yield gauge(catalog.CONTESTED, survey.contested)
    yield gauge(catalog.CONSERVATION, survey.conservation_difference)
    yield gauge(catalog.WORKERS_READY, len(survey.workers))


def _pends(survey: QueueSnapshot, unnamed_policy: str) -> Iterator[Family]:
    by_key: dict[Labels, Pends] = {}
    for pends in survey.pends:
        policy = unnamed_policy if pends.policy == UNNAMED_POLICY else pends.policy
        key = (pends.service, pends.reason, policy)
        by_key[key] = pends.plus(by_key[key]) if key in by_key else pends
    yield gauges(catalog.PENDS_OPEN, ((key, pends.open) for key, pends in by_key.items()))
    yield gauges(catalog.PENDS_OVERDUE, ((key, pends.overdue) for key, pends in by_key.items()))
    yield gauges(
        catalog.PENDS_BY_DUE,
        (
            ((*key, due), count)
            for key, pends in by_key.items()
            for due, count in pends.by_due.items()
        ),
    )


def _unread(unread: Mapping[str, UnreadCount]) -> Iterator[Family]:
    """Of the groups that are furthest behind, so that a new group a day is no flood of series."""
    shown = nlargest(GROUPS_MAX, unread.items(), key=lambda one: one[1])
    yield gauges(catalog.UNREAD, (((name,), group.unread) for name, group in shown))
    yield gauges(catalog.UNREAD_ESTIMATED, (((name,), group.is_estimate) for name, group in shown))


def _redis(nodes: Sequence[Facts]) -> Iterator[Family]:
    """Of several nodes the worst."""
    yield gauge(catalog.REDIS_UP, 1)
    sound = not any(fault for facts in nodes for fault in persistence_faults(facts))
    yield gauge(catalog.REDIS_PERSISTENCE, sound)
    yield gauge(catalog.REDIS_MEMORY, max(map(memory_ratio, nodes)))


def _versions(workers: Iterable[WorkerEntry], unnamed_policy: str) -> Mapping[Labels, str | None]:
    """Each policy version in use, with the month of its next review."""
    return {
        (version, worker.library, policy): next_review
        for worker in workers
        for policy, versions in worker.versions_by_policy(unnamed_policy).items()
        for version, next_review in versions.items()
    }
