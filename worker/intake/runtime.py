"""What a process needs to work at the door and in the lanes, created once per process."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import lru_cache
from time import monotonic
from typing import Final

import structlog

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from worker.config.connections import impatient_client
from worker.config.settings import Settings
from worker.config.shards import shards_of, shards_said
from worker.failures import RetryableError
from worker.intake.backpressure import Backpressure, NodeAnswers
from worker.intake.consumer import DrainLimits, Slice, Work
from worker.intake.lane_handler import LaneHandler
from worker.intake.route import Routing
from worker.intake.spans import Spans, spans_of
from worker.intake.work_reports import FinishedWork, WorkReports
from worker.metrics.counters import Tally
from worker.processes.deadline import NO_DEADLINE, Guard, deadline
from worker.store.compatibility import Compatibility
from worker.store.installation import KnownInstallation
from worker.store.keys import DOOR, Keys, lane_name
from worker.store.protocol import Store
from worker.store.redis import RedisStore

SLICE_SECONDS_MAX: Final = 5.0
AMENDS_SECONDS: Final = 5.0
BATCH_ENTRIES: Final = 300
BATCH_BYTES: Final = 4 * 1024 * 1024
LINGER_MILLISECONDS: Final = 100
"""How long the door of a single shard is watched for more, after a few events."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ShardCount:
    """How many shards there are, for all runtimes of a process."""

    said: int = 0
    """By the settings; 0: they say none."""
    is_confirmed: bool = False
    """Whether some shard has said the same. A new one is then given the number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Library, store and pace of one process."""

    settings: Settings
    library: Library
    store: RedisStore
    headroom: Backpressure
    tally: Tally
    guard: Guard
    installation: KnownInstallation
    spans: Spans
    shard: int = 0
    shards: ShardCount = field(default_factory=ShardCount)
    is_of_several: bool = False

    @property
    def terms(self) -> Compatibility:
        """The configuration and memory of this process, for comparison with its installation."""
        library = self.library
        return Compatibility(
            self.settings.lanes,
            library.generation,
            library.digest,
            self.installation.id,
            self.shards.said,
        )

    def agree(self) -> None:
        """Compares them, and remembers which installation it was; see `Store.agree`."""
        may_say = self.shard == 0 or self.shards.is_confirmed
        self.installation.learn(self.store.agree(self.terms, may_say_shards=may_say))
        self.shards.is_confirmed = True

    def route(self) -> None:
        """
        Takes turns at the door and in the lanes reached from it, until time is up.

        After a few events it waits for more, so that most events need no dispatch of their own.
        """
        ends_at = self._slice_ends_at()
        routing = Routing(self.store, self.settings.lanes, self.tally, self.guard, self.spans)
        is_near = True
        # Of several shards the others have work meanwhile.
        lingers = not self.is_of_several
        while is_near:
            self._turn(routing, ends_at)
            is_near = routing.moved_few
            for lane in routing.take_reached():
                self._turn(self._lane_handler(lane), ends_at)
            is_near = lingers and is_near and monotonic() < ends_at
            is_near = is_near and self._more_comes(routing.last_id)

    def drain(self, lane: int) -> None:
        """One turn in a lane."""
        if lane not in range(self.settings.lanes):
            _log.warning("a dispatch names a lane that does not exist", lanes=self.settings.lanes)
            return
        self._turn(self._lane_handler(lane), self._slice_ends_at())

    def _lane_handler(self, lane: int) -> LaneHandler:
        place = lane_name(lane)
        return LaneHandler(self.store, self.library, place, self.tally, self.guard, self.spans)

    def _turn(self, work: Work, ends_at: float) -> None:
        limits = limits_of(self.settings)
        if not self._remembers():
            return
        Slice(self.store, work, limits, self.terms, self.headroom, ends_at).run()

    def _remembers(self) -> bool:
        """Whether this process knows its installation; the first that asks believes Redis."""
        if not self.installation.id:
            try:
                self.agree()
            except RetryableError as failure:
                _log.warning(str(failure), cause=type(failure).__name__)
        return bool(self.installation.id)

    def _more_comes(self, after: str) -> bool:
        """Whether an entry arrives at the door within a moment; no lease is held meanwhile."""
        try:
            return self.store.wait_for_entry(DOOR, after, LINGER_MILLISECONDS)
        except RetryableError:
            return False  # the dispatcher, which checks each second, logs it

    def _slice_ends_at(self) -> float:
        return monotonic() + limits_of(self.settings).slice_seconds


class Runtimes:
    """The runtimes of whichever process asks, one a shard: a child must not share its parent's."""

    def __init__(self, settings: Settings) -> None:
        self._shards = shards_of(settings)
        self._count = ShardCount(shards_said(settings))
        self._installations = [KnownInstallation.of(each) for each in self._shards]
        self._main_process = os.getpid()
        self._pid = 0
        self._runtimes: dict[int, Runtime] = {}
        self._nodes: NodeAnswers | None = None
        self.reports = WorkReports()

    @property
    def all(self) -> list[Runtime]:
        """That of each shard, in this process; raises `LibraryRefused`."""
        return [self.current(shard) for shard in range(len(self._shards))]

    def current(self, shard: int = 0) -> Runtime:
        """
        The runtime of this process in a shard.

        Raises `LibraryRefused` if the library cannot be loaded.
        """
        pid = os.getpid()
        if self._pid != pid:
            self._runtimes.clear()
            is_of_several = len(self._shards) > 1
            self._nodes = NodeAnswers(_node_of) if is_of_several else None
            self._pid = pid
        if shard not in self._runtimes:
            settings = self._shards[shard]
            is_child = pid != self._main_process
            # A child's work past its lease cannot commit, so there is no point in finishing it.
            guard = deadline(settings.lease_seconds) if is_child else NO_DEADLINE
            self._runtimes[shard] = make_runtime(
                settings, guard, self._installations[shard], shard, self._count, self._nodes
            )
        return self._runtimes[shard]

    def carry_out(self, shard: int, dispatch: Callable[[Runtime], None]) -> None:
        """Carries out a dispatch, and reports what was finished to the main process."""
        if shard not in range(len(self._shards)):
            _log.warning("a dispatch names a shard that does not exist", count=len(self._shards))
            return
        runtime = self.current(shard)
        try:
            dispatch(runtime)
        finally:
            self.reports.send(FinishedWork(**runtime.tally.take_committed()))


def make_runtime(
    settings: Settings,
    guard: Guard = NO_DEADLINE,
    installation: KnownInstallation | None = None,
    shard: int = 0,
    shards: ShardCount | None = None,
    nodes: NodeAnswers | None = None,
) -> Runtime:
    """A runtime with connections of its own; `nodes`: of a shard among several."""
    store = RedisStore(impatient_client(settings), Keys(settings.prefix), settings.wait_replicas)
    return Runtime(
        settings=settings,
        library=library_of(settings),
        store=store,
        headroom=Backpressure(store, settings.memory_high, settings.accepted_risks, nodes),
        tally=Tally(),
        guard=guard,
        installation=installation or KnownInstallation.of(settings),
        spans=spans_of(settings),
        shard=shard,
        shards=shards or ShardCount(),
        is_of_several=nodes is not None,
    )


def _node_of(store: Store) -> Hashable:
    return store.node if isinstance(store, RedisStore) else id(store)


def library_of(settings: Settings) -> Library:
    """The library in use, loaded once and inherited by children. Raises `LibraryRefused`."""
    return _library(settings.library or SHIPPED, settings.plans)


_library = lru_cache(maxsize=1)(load_library)


def limits_of(settings: Settings) -> DrainLimits:
    """How fast to work; a slice ends well before its lease."""
    return DrainLimits(
        slice_seconds=min(SLICE_SECONDS_MAX, settings.lease_seconds / 2),
        lease_milliseconds=round(settings.lease_seconds * 1000),
        batch_entries=BATCH_ENTRIES,
        batch_bytes=BATCH_BYTES,
        max_attempts=settings.max_attempts,
        amends_seconds=AMENDS_SECONDS,
    )
