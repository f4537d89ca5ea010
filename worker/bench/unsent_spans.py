"""Spans that are made and batched as usual, but sent nowhere; needs the extra `otel`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from worker.intake.otel_spans import OtelSpans


class Nowhere(SpanExporter):
    """Takes spans and sends none."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Says that they were sent."""
        del spans
        return SpanExportResult.SUCCESS


@contextmanager
def unsent_spans() -> Iterator[OtelSpans]:
    """Ends the thread that would send them."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(Nowhere()))
    try:
        yield OtelSpans(provider.get_tracer("bench"))
    finally:
        provider.shutdown()
