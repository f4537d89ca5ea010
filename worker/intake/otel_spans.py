"""Spans for OpenTelemetry; `OTEL_EXPORTER_OTLP_ENDPOINT` and its like say where they go."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, SpanContext, TraceFlags, Tracer

from worker.events.trace import TraceContext, read_trace
from worker.store.keys import Place
from worker.store.protocol import QueueEntry

_SERVICE = "mrs-adjudicator"


class OtelSpans:
    """Takes spans down; an exception is left out of them, as its text may hold an event."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def batch(
        self, name: str, place: Place, entries: Sequence[QueueEntry]
    ) -> AbstractContextManager[object]:
        """A span of its own, with a link to each trace among the events."""
        traces = dict.fromkeys(read_trace(entry.event) for entry in entries)
        return self._tracer.start_as_current_span(
            name,
            links=[_link(trace) for trace in traces if trace is not None],
            attributes={"mrs.place": place, "mrs.entries": len(entries)},
            record_exception=False,
            set_status_on_exception=False,
        )

    def stage(self, name: str) -> AbstractContextManager[object]:
        """A span within the present one."""
        return self._tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        )


def exporting_spans() -> OtelSpans:
    """Spans that are sent by OTLP over HTTP, in batches, from a thread of their own."""
    provider = TracerProvider(resource=Resource.create({"service.name": _SERVICE}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return OtelSpans(provider.get_tracer(_SERVICE))


def _link(trace: TraceContext) -> Link:
    _, trace_id, parent_id, flags = trace.traceparent.split("-")
    context = SpanContext(
        trace_id=int(trace_id, 16),
        span_id=int(parent_id, 16),
        is_remote=True,
        trace_flags=TraceFlags(int(flags, 16)),
    )
    return Link(context)
