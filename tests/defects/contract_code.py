"""Defects in what others build on: the schemas, the traces, reading determinations."""

from __future__ import annotations

from tests.defects.defect import Defect

CONTRACT = (
    Defect(
        "a determination with the trace of another event of its batch",
        "worker/intake/commit_builder.py",
        "yield step.member_id, publication, step.trace if is_of_event else None",
        "yield step.member_id, publication, self._steps[0].trace if is_of_event else None",
        "a test",
        "tests/worker/intake/test_traces.py::test_each_event_of_a_batch_keeps_its_own_trace",
    ),
    Defect(
        "consume acknowledges what the loop has not finished",
        "worker/consumption.py",
        "                yield event\n",
        "                reader.acknowledge(entry_id)\n                yield event\n",
        "a test",
        "tests/worker/test_consumption.py::test_what_is_in_hand_when_the_loop_is_left_comes_again",
    ),
    Defect(
        "a schema that accepts February 29 in every year",
        "worker/contract/patterns.py",
        '_LEAP_YEAR: Final = "(?:2000|(?:19|20|21)(?:0[48]|[2468][048]|[13579][26]))"',
        "_LEAP_YEAR: Final = _YEAR",
        "a test",
        "tests/worker/contract/test_event_schemas.py"
        "::test_every_malformed_field_is_refused_by_schema_and_decoder_alike",
    ),
    Defect(
        "a schema that lets a denial have remarks without a reason code",
        "worker/contract/event_schemas.py",
        '        {"if": has_rarc, "then": has_carc},\n',
        "",
        "a test",
        "tests/worker/contract/test_event_schemas.py"
        "::test_what_depends_on_another_field_is_in_the_schema",
    ),
    Defect(
        "an exception's text in a span",
        "worker/intake/otel_spans.py",
        "            name, record_exception=False, set_status_on_exception=False\n",
        "            name\n",
        "a test",
        "tests/worker/intake/test_spans.py::test_an_exception_is_not_taken_down",
    ),
)
