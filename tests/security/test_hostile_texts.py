"""Whatever stands in an id or a text stays a text: in the worker, the commands and the metrics."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from redis import Redis

from tests.security.hostile import CODES as HOSTILE_CODES
from tests.security.hostile import (
    FIELDS,
    MARK,
    TEXTS,
    hostile_codes,
    hostile_event,
    hostile_texts,
    is_steering,
    marked,
)
from tests.security.logins import USERS
from tests.support.event_builders import CLAIM, encoded, with_value
from tests.support.exporters import running_exporter
from tests.support.remittance import CODES
from tests.support.scrapes import scrape_at
from worker.cli import COMMANDS, adjudicator
from worker.config.connections import redis_client
from worker.events.decode import Event, Refusal, decode
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys
from worker.terminal.console import printable

KEYS = Keys("mrs")
REMEMBERED = re.compile("installation-[0-9a-f]{16}")
"""The file in which a worker remembers its installation."""
FIXED = {
    *("mrs:determinations", "mrs:dead-letters", "mrs:dead-letters-by-member", "mrs:counters"),
    *("mrs:meta", "mrs:workers"),
    *("mrs:events", "mrs:takes"),
}
CONTENT = ("mrs:record:", "mrs:received:", "mrs:index:", "mrs:claim:")
PLACES = ("mrs:lane:", "mrs:lease:", "mrs:mark:", "mrs:attempts:", "mrs:pends:", "mrs:celery:")
SENT = {marked(text) for text in TEXTS.values()}
NUMBERS = itertools.count(len(TEXTS))
OF_THE_TEST = {"hello"}


@pytest.fixture(scope="module")
def own() -> Iterator[Installation]:
    """A real worker that logs everything, with all hostile events sent and worked off."""
    settings = {"log_level": "debug"}
    with installation(workers=1, settings=settings) as own, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MRS_REDIS_URL", own.redis.url)
        yield own


@pytest.fixture(scope="module")
def redis(own: Installation) -> Iterator[Redis]:
    with redis_client(own.settings) as client:
        yield client


@pytest.fixture(scope="module")
def submitted(own, redis, tmp_path_factory) -> Result:
    """All types of event with each text of the table, and as many with a fault."""
    events = [
        event
        for number, text in enumerate(TEXTS.values())
        for event_type in FIELDS
        for event in _whole_and_faulty(event_type, marked(text), number)
    ]
    whole = [event for event in events if isinstance(decode(event, CODES), Event)]
    assert len(TEXTS) * len(FIELDS) == len(whole)
    file = tmp_path_factory.mktemp("hostile") / "events.jsonl"
    file.write_bytes(b"\n".join(events))
    result = _run("submit", str(file))
    assert 0 == _run("submit", "--raw", str(file)).exit_code
    QueueWatch(redis, KEYS, 16).wait_until_drained()
    return result


def test_submit_reports_each_refusal_as_one_line_that_steers_nothing(submitted):
    lines = submitted.stderr.splitlines()

    assert len(TEXTS) * len(FIELDS) == len(lines)
    assert all(json.loads(line)["reason"] == "INVALID_DATA" for line in lines)
    assert not is_steering(submitted.output)


@pytest.mark.usefixtures("submitted")
def test_every_event_became_what_it_is_and_every_id_came_back_as_it_was_sent(redis):
    sent = {marked(text) for text in TEXTS.values()}
    published = [
        json.loads(fields[b"event"])["data"] for _, fields in redis.xrange(KEYS.determinations)
    ]

    assert sent == {data["claim_id"] for data in published}
    assert sent == {data["member_id"] for data in published}
    assert len(TEXTS) * len(FIELDS) == redis.xlen(KEYS.dead_letters)


@pytest.mark.parametrize("event_type", HOSTILE_CODES)
def test_no_text_is_taken_for_a_code(event_type):
    for text in TEXTS.values():
        refusal = decode(encoded(hostile_codes(event_type, marked(text), 0)), CODES)

        assert isinstance(refusal, Refusal), text
        assert set(HOSTILE_CODES[event_type].split()) == {fault.path for fault in refusal.faults}
        assert MARK not in f"{refusal.faults[0].path}{refusal.faults[0].expected}"


@pytest.mark.usefixtures("submitted")
def test_an_id_reaches_no_key_but_its_own(redis):
    _assert_keys_are_our_own(redis, SENT)


@pytest.mark.usefixtures("submitted")
def test_no_text_was_run_as_a_command_of_redis(redis):
    run = {name.removeprefix("cmdstat_") for name in redis.info("commandstats")}

    granted = set(re.findall(r"\+([a-z|]+)", " ".join(USERS.values())))
    assert set() == {name for name in run - granted if name not in OF_THE_TEST}


@pytest.mark.usefixtures("submitted")
def test_explain_writes_an_id_out_and_nothing_in_it_steers():
    for text in TEXTS.values():
        _assert_explained(marked(text))


@pytest.mark.usefixtures("submitted")
@pytest.mark.skipif("dead-letters" not in COMMANDS, reason="there is no such command yet")
def test_dead_letters_are_shown_without_being_obeyed(redis):
    ids = [entry_id.decode() for entry_id, _ in redis.xrange(KEYS.dead_letters)]

    outputs = [
        _run("dead-letters", "list", "--limit", "1000"),
        _run("dead-letters", "list", "--json"),
        _run("dead-letters", "show", *ids),
        _run("dead-letters", "show", "--json", *ids),
    ]

    assert [0] * 4 == [result.exit_code for result in outputs]
    assert all(MARK in result.stdout for result in outputs)
    assert not any(is_steering(result.output) for result in outputs)


@pytest.mark.usefixtures("submitted")
def test_a_scrape_is_whole_and_holds_no_text_of_an_event(own):
    with running_exporter(own.redis.url) as exporter:
        scraped = scrape_at(f"http://{exporter.address}/metrics")

    assert MARK not in scraped.text
    assert (1, 0) == (scraped.value("mrs_redis_up"), scraped.value("mrs_conservation_difference"))
    assert len(TEXTS) * len(FIELDS) == scraped.value("mrs_dead_letters")


@pytest.mark.usefixtures("submitted")
def test_each_line_of_the_log_is_our_own_and_no_file_was_made(own):
    folder = own.workers[0].folder
    lines = (folder / "log").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines if line.startswith('{"')]

    assert 100 < len(records)
    assert [] == [line for line in lines if MARK in line or "owned" in line]
    names = {REMEMBERED.sub("installation", path.name) for path in folder.iterdir()}
    assert {"alive", "installation", "log", "ready"} == names


@settings(
    max_examples=5,
    phases=[Phase.generate],  # a real worker is too slow to look for the smallest example
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(texts=st.sets(hostile_texts, min_size=5, max_size=20))
@pytest.mark.usefixtures("submitted")
def test_any_text_stays_a_text(own, redis, tmp_path, texts):
    SENT.update(texts)
    letters = redis.xlen(KEYS.dead_letters)
    file = tmp_path / "events.jsonl"
    numbered = [(next(NUMBERS), text) for text in texts]
    file.write_bytes(
        b"\n".join(
            encoded(hostile_event(event_type, text, number))
            for number, text in numbered
            for event_type in FIELDS
        )
    )

    sent = _run("submit", str(file))
    QueueWatch(redis, KEYS, 16).wait_until_drained(seconds_without_progress=10)

    assert 0 == sent.exit_code, sent.output
    assert letters == redis.xlen(KEYS.dead_letters)
    _assert_keys_are_our_own(redis, SENT)
    _assert_explained(numbered[0][1])
    assert MARK not in (own.workers[0].folder / "log").read_text("utf-8")


def _whole_and_faulty(event_type: str, text: str, number: int) -> Iterator[bytes]:
    event = hostile_event(event_type, text, number)
    yield encoded(event)
    path = "data.lines[0].date_of_service" if event_type == CLAIM else "data.member_id"
    faulty = with_value(event, "id", f"faulty-{event_type}-{number}{text}"[:256])
    yield encoded(with_value(faulty, path, [text] if event_type != CLAIM else text))


def _assert_keys_are_our_own(redis: Redis, ids: set[str]) -> None:
    keys = {key.decode() for key in redis.scan_iter(count=1000)}
    content = {key for key in keys if key.startswith(CONTENT)}
    assert {f"{start}{each}" for start in CONTENT for each in ids} == content
    assert set() == {key for key in keys - content - FIXED if not key.startswith(PLACES)}
    assert set() == {key for key in keys - content if MARK in key}


def _assert_explained(claim_id: str) -> None:
    result = _run("explain", "--member", claim_id, "--", claim_id)

    assert 0 == result.exit_code, result.output
    assert not is_steering(result.output)
    assert _letters(f"Claim {printable(claim_id)}, line 1") in _letters(result.output)


def _letters(text: str) -> str:
    """Without the blanks and line ends by which a text is laid out."""
    return "".join(text.split())


def _run(*words: str, **more: Any) -> Result:
    return CliRunner().invoke(adjudicator, list(words), **more)
