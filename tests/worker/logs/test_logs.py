"""Logs say what happened in JSON or readably, and nothing in them is a member's."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest

from worker.logs.logs import hashed_event_id
from worker.logs.redaction import ALLOWED, keep_allowed, reduce_exception

CANARY = "M-CANARY-C71.1"

_SETUP = f"""
import logging, sys, threading, warnings
import structlog
from worker.logs.logs import set_up_logs
set_up_logs(sys.argv[1], sys.argv[2])
log = structlog.get_logger("worker.drain")
CANARY = {CANARY!r}
foreign = logging.getLogger("celery.worker")
"""


def _run(tmp_path, program, log_format="json", log_level="info"):
    """What a process that sets logs up and then does something writes on standard error."""
    script = tmp_path / "script.py"
    script.write_text(_SETUP + program)
    done = subprocess.run(
        [sys.executable, script, log_format, log_level], capture_output=True, text=True, check=False
    )
    assert "" == done.stdout
    return done.stderr


def _lines(tmp_path, program, **options):
    return [json.loads(line) for line in _run(tmp_path, program, **options).splitlines()]


def test_a_line_is_one_json_object(tmp_path):
    before = datetime.now(UTC)

    (line,) = _lines(tmp_path, "log.info('batch committed', lane=3, events=200, seconds=0.25)")

    assert before <= datetime.fromisoformat(line.pop("timestamp")) <= datetime.now(UTC)
    assert {
        "level": "info",
        "event": "batch committed",
        "logger": "worker.drain",
        "lane": 3,
        "events": 200,
        "seconds": 0.25,
    } == line


def test_a_line_can_be_readable(tmp_path):
    said = _run(tmp_path, "log.info('batch committed', lane=3)", log_format="console")

    assert "batch committed" in said
    assert "lane=3" in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("log_level", "expected"),
    [
        ("debug", ["d", "i", "w", "e", "fw"]),
        ("info", ["i", "w", "e", "fw"]),
        ("warning", ["w", "e", "fw"]),
        ("error", ["e"]),
    ],
)
def test_only_what_is_as_grave_as_set_is_written_and_others_whispers_never(
    tmp_path, log_level, expected
):
    program = """
log.debug("d"); log.info("i"); log.warning("w"); log.error("e")
foreign.debug("fd"); foreign.info("fi"); foreign.warning("fw")
"""

    lines = _lines(tmp_path, program, log_level=log_level)

    assert expected == [line["event"] for line in lines]


def test_a_key_that_is_not_on_the_list_is_written_without_its_value(tmp_path):
    (line,) = _lines(tmp_path, "log.info('read', member_id=CANARY, lane=3)")

    assert "[redacted]" == line["member_id"]
    assert 3 == line["lane"]


def test_what_is_bound_for_a_while_is_on_each_line(tmp_path):
    program = """
structlog.contextvars.bind_contextvars(worker="w1", claim_id=CANARY)
log.info("one"); foreign.warning("two")
"""

    lines = _lines(tmp_path, program)

    assert ["w1", "w1"] == [line["worker"] for line in lines]
    assert ["[redacted]", "[redacted]"] == [line["claim_id"] for line in lines]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(3, 3, id="number"),
        pytest.param(True, True, id="truth"),
        pytest.param(None, None, id="none"),
        pytest.param({"approved": 3}, {"approved": 3}, id="mapping"),
        pytest.param([1, ("a",)], [1, ["a"]], id="sequence"),
        pytest.param(CANARY.encode(), "[redacted]", id="bytes"),
        pytest.param(date(2025, 6, 16), "[redacted]", id="date"),
        pytest.param(ValueError(CANARY), "[redacted]", id="object"),
        pytest.param({"a": CANARY.encode()}, {"a": "[redacted]"}, id="bytes_within"),
        pytest.param([[[[["deep"]]]]], [[[["[redacted]"]]]], id="too_deep"),
        pytest.param([[[["deep"]]]], [[[["deep"]]]], id="just_not_too_deep"),
        pytest.param("x" * 301, "x" * 300, id="too_long"),
        pytest.param(
            "\x1b[31m\x00", "\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}", id="control"
        ),
        pytest.param("one:\r\n- two\n- three", "one: - two - three", id="several_lines"),
        pytest.param("\udc80", "\N{REPLACEMENT CHARACTER}", id="half_a_letter"),
    ],
)
def test_a_value_is_a_number_a_text_or_made_of_these(value, expected):
    written = keep_allowed(None, "info", {"result": value})

    assert {"result": expected} == written


def test_of_a_long_chain_of_exceptions_the_last_five_are_described():
    error = ValueError(0)
    for number in range(1, 6):
        error, error.__cause__ = ValueError(number), error

    described = reduce_exception(None, "error", {"exc_info": error})

    assert 5 == len(described["error"])


def test_an_exception_is_its_type_and_where_it_happened(tmp_path):
    program = """
from worker.config.settings import load_settings
try:
    try:
        int(CANARY)
    except ValueError:
        load_settings(lanes=CANARY)
except ValueError:
    log.exception("not done")
"""

    (line,) = _lines(tmp_path, program)

    ours, cause = line["error"]
    assert "worker.config.settings.SettingsRefused" == ours["type"]
    assert ours["text"].startswith("MRS_LANES cannot be used: ")
    assert any(place.startswith("worker/config/settings.py:") for place in ours["at"])
    assert "builtins.ValueError" == cause["type"]
    assert "text" not in cause
    assert CANARY not in json.dumps(line)


def test_an_exception_that_was_hidden_on_purpose_stays_hidden(tmp_path):
    program = """
try:
    try:
        int(CANARY)
    except ValueError:
        raise KeyError(CANARY) from None
except KeyError as error:
    log.error("not done", exc_info=error)
"""

    (line,) = _lines(tmp_path, program)

    assert ["builtins.KeyError"] == [each["type"] for each in line["error"]]


def test_an_exception_of_a_model_shows_no_input(tmp_path):
    program = """
from pydantic import BaseModel
class Model(BaseModel):
    number: int
try:
    Model(number=CANARY)
except ValueError:
    log.exception("not done", stack_info=True)
    foreign.exception("nor here")
"""

    said = _run(tmp_path, program)

    assert "pydantic_core._pydantic_core.ValidationError" in said
    assert CANARY not in said


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        pytest.param("foreign.error('fixed words')", "fixed words", id="words_of_the_source"),
        pytest.param(
            "foreign.error('took %s of %d: %.1f', 1, 2, 0.5)", "took 1 of 2: 0.5", id="numbers"
        ),
        pytest.param(
            "foreign.error('id %s, %r', CANARY, [CANARY])",
            "id [redacted], '[redacted]'",
            id="texts",
        ),
        pytest.param(
            "foreign.error('task %(id)s', {'id': CANARY})", "task [redacted]", id="named_texts"
        ),
        pytest.param("foreign.error('%s', KeyError(CANARY))", "KeyError", id="exceptions"),
        pytest.param("foreign.error('%d', CANARY)", "%d", id="arguments_that_do_not_fit"),
        pytest.param("foreign.error(' one\\n  two\\n')", "one two", id="words_in_several_lines"),
        pytest.param("foreign.error(f'id {CANARY}')", "[redacted] script:", id="words_put_in"),
        pytest.param("foreign.error(KeyError(CANARY))", "[redacted] script:", id="no_words_at_all"),
        pytest.param(
            "eval(compile('foreign.error(CANARY)', 'missing', 'exec'))",
            "[redacted] missing:",
            id="no_source",
        ),
        pytest.param("warnings.warn(CANARY)", "UserWarning at script.py:", id="warnings"),
        pytest.param(
            "logging.getLogger('py.warnings').warning(CANARY)",
            "[redacted] script:",
            id="what_is_no_warning",
        ),
    ],
)
def test_of_anothers_message_only_its_fixed_words_and_numbers_are_written(tmp_path, call, expected):
    (line,) = _lines(tmp_path, call)

    assert line["event"].startswith(expected)
    assert CANARY not in json.dumps(line)


def test_lines_that_say_the_same_are_one_line_and_a_count(tmp_path):
    program = """
from worker.logs import repeats
for _ in range(3):
    log.warning("Redis is away.", cause="StoreUnavailable", lane=1)
    foreign.warning("lost")
log.warning("Redis is full.", cause="StoreUnavailable", lane=1)
repeats.monotonic = lambda: 1e9
log.warning("Redis is away.", cause="StoreUnavailable", lane=2)
log.warning("Redis is away.", cause="StoreUnavailable", lane=2)
foreign.warning("lost")
"""

    lines = _lines(tmp_path, program)

    assert [
        ("Redis is away.", None),
        ("lost", None),
        ("Redis is full.", None),
        ("Redis is away.", 3),
        ("lost", 3),
    ] == [(line["event"], line.get("count")) for line in lines]


def test_lines_of_events_and_batches_are_never_counted_together(tmp_path):
    program = """
for _ in range(2):
    log.info("batch", lane=1)
    log.error("an entry was tried too often", lane=1)
"""

    assert 4 == len(_lines(tmp_path, program))


def test_loggers_that_lead_nowhere_go_the_same_way(tmp_path):
    program = """
lonely = logging.getLogger("lonely")
lonely.propagate = False
lonely.error(f"id {CANARY}")
"""

    (line,) = _lines(tmp_path, program)

    assert "lonely" == line["logger"]
    assert CANARY not in json.dumps(line)


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        pytest.param("int(CANARY)", "ended by an exception", id="in_the_program"),
        pytest.param(
            "t = threading.Thread(target=int, args=(CANARY,)); t.start(); t.join()",
            "a thread was ended by an exception",
            id="in_a_thread",
        ),
        pytest.param(
            "class X:\n    def __del__(self): int(CANARY)\nX()",
            "an exception could not be raised",
            id="in_a_finaliser",
        ),
    ],
)
def test_an_exception_that_nobody_caught_is_in_the_log_without_its_text(
    tmp_path, program, expected
):
    (line,) = _lines(tmp_path, program)

    assert expected == line["event"]
    assert ["builtins.ValueError"] == [each["type"] for each in line["error"]]
    assert CANARY not in json.dumps(line)


def test_an_interruption_by_a_person_is_left_to_python(tmp_path):
    said = _run(tmp_path, "raise KeyboardInterrupt")

    assert "KeyboardInterrupt" in said
    assert "{" not in said


def test_a_line_that_cannot_be_written_says_no_more_than_that(tmp_path):
    program = """
class Torn(str):
    def __getitem__(self, part):
        raise ValueError(CANARY)
log.info("read", result=Torn(CANARY), reason=CANARY)
"""

    said = _run(tmp_path, program)

    assert "A log line could not be written.\n" == said


def test_a_hashed_event_id_shows_nothing_and_is_always_the_same():
    hashed = hashed_event_id("/edi/gateway", CANARY)

    assert hashed == hashed_event_id("/edi/gateway", CANARY)
    assert 16 == len(hashed)
    assert set(hashed) <= set("0123456789abcdef")


def test_hashes_of_different_identities_differ():
    identities = [("a", "bc"), ("ab", "c"), ("", "abc"), ("a", "b"), ("1:a", "b"), ("\ud800", "b")]

    hashes = {hashed_event_id(source, event_id) for source, event_id in identities}

    assert len(identities) == len(hashes)


def test_the_list_of_keys_names_nothing_of_a_member():
    forbidden = {"member_id", "claim_id", "event_id", "source", "npi", "diagnosis", "subject"}

    assert set() == ALLOWED & forbidden
