"""The trace of an event is read if it is one, and ignored otherwise; it decides nothing."""

from __future__ import annotations

import pytest

from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.remittance import CODES
from worker.events.decode import EVENT_BYTES_MAX, Event, decode
from worker.events.trace import TraceContext, read_trace

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
STATE = "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"


def traced(**attributes) -> bytes:
    return encoded(event_of(REPORT) | attributes)


def test_a_trace_is_what_the_producer_wrote():
    trace = read_trace(traced(traceparent=PARENT, tracestate=STATE))

    assert TraceContext(PARENT, STATE) == trace
    assert "4bf92f3577b34da6a3ce929d0e0e4736" == trace.trace_id


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        pytest.param("00", False, id="no_flag"),
        pytest.param("01", True, id="recorded"),
        pytest.param("02", False, id="another_flag"),
        pytest.param("03", True, id="recorded_and_another_flag"),
    ],
)
def test_a_trace_is_recorded_if_the_last_flag_says_so(flags, expected):
    assert expected is TraceContext(f"{PARENT[:-2]}{flags}").is_sampled


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(traced(), id="none"),
        pytest.param(traced(tracestate=STATE), id="a_state_alone"),
        pytest.param(traced(traceparent=None), id="null"),
        pytest.param(traced(traceparent=7), id="a_number"),
        pytest.param(traced(traceparent=PARENT.upper()), id="capitals"),
        pytest.param(traced(traceparent=f"{PARENT}\n"), id="a_line_end"),
        pytest.param(traced(traceparent=f"ff{PARENT[2:]}"), id="version_ff"),
        pytest.param(traced(traceparent=f"00-{'0' * 32}-00f067aa0ba902b7-01"), id="trace_0"),
        pytest.param(traced(traceparent=f"{PARENT[:36]}{'0' * 16}-01"), id="parent_0"),
        pytest.param(traced(traceparent=PARENT)[:-1], id="no_json"),
        pytest.param(b'["traceparent"]', id="a_list"),
        pytest.param(traced(traceparent=PARENT).ljust(EVENT_BYTES_MAX + 1), id="too_large"),
        pytest.param(traced(subject='"traceparent"'), id="the_word_in_another_attribute"),
        pytest.param(None, id="no_event"),
    ],
)
def test_what_is_no_trace_is_ignored(raw):
    assert read_trace(raw) is None


@pytest.mark.parametrize(
    "state",
    [
        pytest.param("", id="empty"),
        pytest.param("x" * 513, id="too_long"),
        pytest.param("a=\N{EURO SIGN}", id="not_ascii"),
        pytest.param("a=1\x1b", id="a_control"),
        pytest.param(["a=1"], id="a_list"),
    ],
)
def test_a_state_that_cannot_be_read_is_left_out(state):
    assert TraceContext(PARENT) == read_trace(traced(traceparent=PARENT, tracestate=state))


def test_a_state_of_512_characters_is_kept():
    trace = read_trace(traced(traceparent=PARENT, tracestate="x" * 512))

    assert TraceContext(PARENT, "x" * 512) == trace


@pytest.mark.parametrize("parent", [PARENT, 7, "nonsense"])
def test_an_event_is_the_same_with_and_without_a_trace(parent):
    with_trace = decode(encoded(event_of(CLAIM) | {"traceparent": parent}), CODES)

    assert isinstance(with_trace, Event)
    assert decode(encoded(event_of(CLAIM)), CODES) == with_trace
