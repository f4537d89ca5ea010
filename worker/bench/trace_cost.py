"""Measures what traces and spans cost: processor time of the plain loop for each event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from hashlib import blake2b
from time import process_time
from typing import Final

from rules.library_model import Library
from worker.bench.floor import floor
from worker.bench.plan import plan_events
from worker.bench.spread import Spread, spread_of
from worker.bench.throughput import ONE_BY_ONE, SEED, warm_up
from worker.intake.spans import NO_SPANS, Spans

OFF: Final = ("off", "off_traced")
ON: Final = ("on", "on_traced")
"""Spans off and on, each without traces and with one for each event."""

NOT_INSTALLED: Final = (
    "The cost of spans was not measured: install them with pip install 'mrs-adjudicator[otel]'."
)


def tracing(
    library: Library, rounds: int, events: int, tell: Callable[[], object]
) -> Mapping[str, Spread]:
    """
    CPU seconds for each event, in turn each round, by `OFF` and `ON`.

    Only by `OFF` where OpenTelemetry is not installed.
    """
    plain = list(plan_events(SEED, max(events // ONE_BY_ONE, 1)))
    traced = list(_traced(plain))
    with ExitStack() as stack:
        contenders = dict(zip(OFF, ((NO_SPANS, plain), (NO_SPANS, traced)), strict=True))
        if (spans := _spans(stack)) is not None:
            contenders |= dict(zip(ON, ((spans, plain), (spans, traced)), strict=True))
        measured: dict[str, list[float]] = {name: [] for name in contenders}
        for _ in range(rounds):
            for name, contender in contenders.items():
                measured[name].append(_seconds(library, *contender))
            tell()
    return {name: spread_of(seconds) for name, seconds in measured.items()}


def _spans(stack: ExitStack) -> Spans | None:
    try:
        from worker.bench.unsent_spans import unsent_spans  # noqa: PLC0415  # needs an extra
    except ImportError:
        return None
    return stack.enter_context(unsent_spans())


def _seconds(library: Library, spans: Spans, events: Sequence[bytes]) -> float:
    with floor(library, spans=spans, clock=process_time) as running:
        running.work_off(warm_up())
        return running.work_off(events) / len(events)


def _traced(events: Iterable[bytes]) -> Iterator[bytes]:
    """The same events, each with a recorded trace of its own."""
    for event in events:
        trace_id = blake2b(event, digest_size=16).hexdigest()
        yield b'{"traceparent":"00-%b-%b-01",%b' % (
            trace_id.encode(),
            trace_id[:16].encode(),
            event[1:],
        )
