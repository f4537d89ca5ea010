"""Measures the time from an event's XADD until its determination has been read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec
from redis import Redis

from worker.bench.contenders import ours
from worker.bench.plan import plan_events
from worker.bench.processes import PREFIX, Running, fill_stream
from worker.bench.spread import percentile
from worker.replay.queue_watch import QueueWatch
from worker.store.keys import Keys

LOW_RATE: Final = 100
"""Events per second on a quiet day."""

SECONDS: Final = 10.0
SENT_BEFORE: Final = 1000
"""The plan begins with enrolments, which publish nothing and warm the worker up."""

_BURST_SECONDS: Final = 0.005
"""At high rates, events due within this time are sent together."""

_DRAIN_SECONDS_MAX: Final = 30.0
_READ_MAX: Final = 1000

_Name = tuple[str, str]
"""The source and id of an event."""


class Latency(msgspec.Struct, frozen=True):
    """In seconds, over the first determination of each event that led to one."""

    p50: float
    p99: float
    determinations: int
    sent_a_second: float
    """The rate that the producer reached."""


class _Cause(msgspec.Struct):
    source: str = ""
    id: str = ""


class _Data(msgspec.Struct):
    caused_by: _Cause


class _Determination(msgspec.Struct):
    data: _Data


_decode_event = msgspec.json.Decoder(_Cause).decode
_decode_determination = msgspec.json.Decoder(_Determination).decode


def latencies(
    rates: Sequence[float], seconds: float, tell: Callable[[], object]
) -> Mapping[str, Latency]:
    """Measures latencies by rate, with two processes on a Redis with the shipped persistence."""
    measured: dict[str, Latency] = {}
    for rate in rates:
        with ours(2) as running:
            measured[f"{rate:.0f}"] = latency_at(running, rate, seconds)
        tell()
    return measured


def latency_at(
    running: Running, rate: float, seconds: float, sent_before: int = SENT_BEFORE
) -> Latency:
    """
    Sends events at a rate and reads what comes out, both in one thread.

    An event's clock starts right before it is sent, and the time this thread spends on itself
    counts too.
    """
    plan = list(plan_events("latency", sent_before + max(round(rate * seconds), 1)))
    if sent_before:
        running.work_off(plan[:sent_before])
    client = _Client(running.redis, plan[sent_before:])
    began_at = time.perf_counter()
    while not client.is_done:
        client.send(int((time.perf_counter() - began_at) * rate) + 1)
        client.read(began_at + client.sent / rate - time.perf_counter())
    sent_a_second = client.sent / (time.perf_counter() - began_at)
    watch = QueueWatch(running.redis, Keys(PREFIX), running.settings.lanes)
    given_up_at = time.perf_counter() + _DRAIN_SECONDS_MAX
    while watch.waiting() and time.perf_counter() < given_up_at:
        client.read(_BURST_SECONDS)
    client.read(_BURST_SECONDS)
    took = client.took()
    return Latency(percentile(took, 0.5), percentile(took, 0.99), len(took), sent_a_second)


class _Client:
    """A producer and a consumer, with one clock."""

    def __init__(self, redis: Redis, events: Sequence[bytes]) -> None:
        self.sent = 0
        self._redis = redis
        self._keys = Keys(PREFIX)
        self._events = events
        self._names = [_name(_decode_event(event)) for event in events]
        newest: Any = redis.xrevrange(self._keys.determinations, count=1)
        self._last_id = newest[0][0] if newest else b"0-0"
        self._sent_at: dict[_Name, float] = {}
        self._seen_at: dict[_Name, float] = {}

    @property
    def is_done(self) -> bool:
        """Whether all events have been sent."""
        return self.sent >= len(self._events)

    def send(self, due: int) -> None:
        """Sends events until `due` have been sent, or all."""
        at = time.perf_counter()
        fill_stream(self._redis, self._keys.door, self._events[self.sent : due])
        for name in self._names[self.sent : due]:
            self._sent_at.setdefault(name, at)
        self.sent = min(max(due, self.sent), len(self._events))

    def read(self, seconds: float) -> None:
        """Reads determinations for the given time, or at least for a moment."""
        until = time.perf_counter() + max(seconds, _BURST_SECONDS)
        while (left := until - time.perf_counter()) > 0:
            self._read(max(int(left * 1000), 1))

    def took(self) -> list[float]:
        """Returns the latency in seconds of each event that led to a determination."""
        sent_at = self._sent_at
        return [at - sent_at[name] for name, at in self._seen_at.items() if name in sent_at]

    def _read(self, milliseconds: int) -> None:
        found: Any = self._redis.xread(
            {self._keys.determinations: self._last_id}, _READ_MAX, milliseconds
        )
        at = time.perf_counter()
        for _, entries in found:
            for entry_id, fields in entries:
                self._last_id = entry_id
                cause = _decode_determination(fields[b"event"]).data.caused_by
                self._seen_at.setdefault(_name(cause), at)


def _name(cause: _Cause) -> _Name:
    return (cause.source, cause.id)
