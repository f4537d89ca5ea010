"""Spans show the stages of a batch and the traces of its events, and nothing that an event says."""

from __future__ import annotations

import re
import sys

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.turns import turn
from tests.support.worlds import TERMS, MemoryWorld
from tests.worker.events.test_trace import PARENT
from worker.config.settings import SettingsRefused, load_settings
from worker.intake.lane_handler import LaneHandler
from worker.intake.otel_spans import OtelSpans
from worker.intake.route import Routing, lane_of
from worker.intake.spans import NO_SPANS, spans_of
from worker.metrics.counters import Tally
from worker.store.keys import lane_name

OTHER = PARENT.replace("4bf9", "aaaa")
LANE = lane_name(lane_of("M-1", TERMS.lanes))


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> OtelSpans:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return OtelSpans(provider.get_tracer("test"))


def send(world: MemoryWorld, *parents: str | None) -> None:
    for number, parent in enumerate(parents):
        event = event_of(CLAIM) | {"id": f"e-{number}"}
        world.send({b"event": encoded(event | ({"traceparent": parent} if parent else {}))})


def work(world: MemoryWorld, spans: OtelSpans, library) -> None:
    turn(world, Routing(world.store, TERMS.lanes, Tally(), spans=spans))
    turn(world, LaneHandler(world.store, library, LANE, Tally(), spans=spans))


def links_of(span: ReadableSpan) -> set[str]:
    return {f"{link.context.trace_id:032x}-{link.context.span_id:016x}" for link in span.links}


def test_a_batch_has_its_stages_and_a_link_to_each_trace_of_its_events(
    memory_world, spans, exporter, library
):
    send(memory_world, PARENT, OTHER, None, PARENT)

    work(memory_world, spans, library)

    found = exporter.get_finished_spans()
    (route,) = [span for span in found if span.name == "route"]
    (batch,) = [span for span in found if span.name == "batch"]
    stages = [span.name for span in found if span.parent == batch.context]
    assert ["decode", "load", "decide", "decide", "commit"] == stages
    assert {PARENT[3:52], OTHER[3:52]} == links_of(batch) == links_of(route)
    assert {"mrs.place": LANE, "mrs.entries": 4} == dict(batch.attributes)


def test_nothing_that_an_event_says_is_in_a_span(memory_world, spans, exporter, library):
    send(memory_world, PARENT)

    work(memory_world, spans, library)

    said = " ".join(span.to_json() for span in exporter.get_finished_spans())
    assert [] == re.findall(r"M-1|C-1001|\be-0\b|C71|/edi", said)  # a duration may be 1e-05


def test_an_exception_is_not_taken_down(spans, exporter):
    with (
        pytest.raises(ValueError, match="M-1"),
        spans.batch("batch", LANE, []),
        spans.stage("decide"),
    ):
        raise ValueError("M-1")

    assert 2 == len(exporter.get_finished_spans())
    assert not [span for span in exporter.get_finished_spans() if "M-1" in span.to_json()]


def test_spans_are_off_unless_they_are_asked_for(monkeypatch):
    assert NO_SPANS is spans_of(load_settings())

    monkeypatch.setenv("MRS_TRACES", "otlp")
    assert isinstance(spans_of(load_settings()), OtelSpans)


def test_without_the_extra_they_are_refused_at_the_start(monkeypatch):
    monkeypatch.setenv("MRS_TRACES", "otlp")
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "opentelemetry.sdk", raising=False)

    with pytest.raises(SettingsRefused, match=r"pip install 'mrs-adjudicator\[otel\]'"):
        load_settings()
