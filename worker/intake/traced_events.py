"""Which of the events that leave the queue stand for their age with their trace."""

from __future__ import annotations

from collections.abc import Iterable

from worker.events.trace import TraceContext, read_trace
from worker.intake.commit_builder import FinishedEvent
from worker.metrics.counters import SECONDS_BUCKETS, bucket_of
from worker.metrics.exemplars import TracedAge


def exemplars_of(left: Iterable[FinishedEvent], time: int) -> dict[str, str]:
    """By bucket of the event ages, the last recorded trace of the events that left at a time."""
    found: dict[str, str] = {}
    for event in left:
        trace = _trace_of(event)
        if trace is not None and trace.is_sampled:
            traced = TracedAge(trace.trace_id, max(time - event.entry.arrived_at, 0), time)
            found[bucket_of(traced.age / 1000, SECONDS_BUCKETS)] = traced.stored
    return found


def _trace_of(event: FinishedEvent) -> TraceContext | None:
    """What was set aside is not read once more: reading it may be what failed."""
    return None if event.result == "set_aside" else read_trace(event.entry.event)
