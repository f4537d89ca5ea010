"""What people type, against an installation that runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from tests.support.event_builders import CLAIM, REPORT, encoded, event_of, with_value
from worker.cli import adjudicator
from worker.config.connections import redis_client
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys

DAY = Path(__file__).parents[2] / "worker" / "samples" / "day.jsonl"
KEYS = Keys("mrs")


@pytest.fixture(scope="module")
def running() -> Iterator[Installation]:
    """An installation that has worked off the sample day, sent by `submit`."""
    with installation(workers=1) as own, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MRS_REDIS_URL", own.redis.url)
        assert 0 == _run("submit", str(DAY)).exit_code
        _drain(own)
        yield own


@pytest.fixture
def door(shared_redis, redis_client, monkeypatch) -> Redis:
    """A Redis without workers: what is sent stays at the door."""
    monkeypatch.setenv("MRS_REDIS_URL", shared_redis.url)
    return redis_client


def test_what_is_sent_stands_at_the_door_as_it_was_written(door, tmp_path):
    lines = [encoded(event_of(CLAIM)), encoded(with_value(event_of(REPORT), "id", "e-2")) + b" "]

    result = _submit(tmp_path, *lines)

    assert (0, "") == (result.exit_code, result.stderr)
    assert "2 events sent" in result.stdout
    assert lines == _at_the_door(door)


def test_what_is_refused_is_reported_as_decide_does_and_is_not_sent(door, tmp_path):
    claim = event_of(CLAIM)
    lines = [
        encoded(claim),
        b"{",
        encoded(with_value(claim, "data.lines[0].units", 2)),
        encoded(claim),
    ]

    result = _submit(tmp_path, *lines)

    assert 1 == result.exit_code
    assert "2 events sent" in result.stdout
    assert "2 refused and not sent" in result.stdout
    assert [(2, None, "NOT_JSON"), (3, "e-1", "EVENT_ID_REUSED")] == [
        (refusal["row"], refusal["id"], refusal["reason"])
        for refusal in map(json.loads, result.stderr.splitlines())
    ]
    assert [encoded(claim), encoded(claim)] == _at_the_door(door)


def test_a_refusal_is_worded_as_decide_words_it(door, tmp_path):
    del door
    line = encoded(with_value(event_of(CLAIM), "data.received_at", "2025-06-31"))

    by_submit = _submit(tmp_path, line)
    by_decide = _run("decide", str(tmp_path / "events.jsonl"))

    assert by_submit.stderr == by_decide.stderr


def test_raw_lines_are_sent_as_they_are(door, tmp_path):
    lines = [b"{", b"x" * 300_000, b"\xff"]

    result = _submit(tmp_path, *lines, options=["--raw"])

    assert (0, "") == (result.exit_code, result.stderr)
    assert lines == _at_the_door(door)


def test_standard_input_is_sent_too(door):
    result = _run("submit", "-", input=encoded(event_of(CLAIM)))

    assert 0 == result.exit_code
    assert "1 event sent" in result.stdout
    assert [encoded(event_of(CLAIM))] == _at_the_door(door)


@pytest.mark.usefixtures("running")
def test_a_denial_is_explained_with_all_that_led_to_it():
    result = _run("explain", "CLM-2025-0412")

    assert 0 == result.exit_code
    for words in (
        "Claim CLM-2025-0412, line 1 (procedure 76390), member M-017",
        "DENIED, PET_EXCLUSIVE",
        "group CO, CARC 272, RARC M86",
        "9. pet exclusivity: not met  [Policy guidelines]  <- this decides",
        "looked at: report ST-017-2",
        "exclusivity_window_days = 90",
        "What would resolve or reopen it",
    ):
        assert words in result.stdout
    assert 9 == sum(f"  {number}. " in result.stdout for number in range(1, 10))


@pytest.mark.usefixtures("running")
def test_the_history_of_a_line_is_told_revision_by_revision():
    result = _run("explain", "CLM-2025-0403")

    history = result.stdout.split("\nHistory")[1].splitlines()[2:]
    assert [["1", "initial", "approved"], ["2", "adverse", "denied"]] == [
        line.split()[:3] for line in history
    ]
    assert "only a person may take anything back" in result.stdout


@pytest.mark.usefixtures("running")
def test_all_lines_of_a_claim_are_explained_unless_one_is_named():
    every = _run("explain", "CLM-2025-0436")
    one = _run("explain", "CLM-2025-0436", "--line", "2")

    assert ["line 1", "line 2"] == [
        f"line {number}" for number in (1, 2) if f"CLM-2025-0436, line {number} (" in every.stdout
    ]
    assert "line 1 (" not in one.stdout
    assert "line 2 (procedure 78608)" in one.stdout


@pytest.mark.usefixtures("running")
def test_what_is_not_known_makes_exit_1_and_says_where_it_may_be():
    unknown_claim = _run("explain", "CLM-1999-0001")
    unknown_line = _run("explain", "CLM-2025-0436", "--line", "3")
    unknown_member = _run("explain", "CLM-2025-0436", "--member", "M-999")

    assert [1, 1, 1] == [
        result.exit_code for result in (unknown_claim, unknown_line, unknown_member)
    ]
    assert "dead letters" in unknown_claim.stderr
    assert "it has 1, 2" in unknown_line.stderr
    assert "Nothing is published" in unknown_member.stderr


def test_a_claim_id_of_two_members_asks_which(running, tmp_path):
    twice = [
        encoded(event_of(CLAIM, claim_id="C-TWICE", member_id=member)) for member in ("A", "B")
    ]
    _submit(tmp_path, *twice)
    _drain(running)

    which = _run("explain", "C-TWICE")
    said = _run("explain", "C-TWICE", "--member", "B")

    assert 2 == which.exit_code
    assert "not unique" in which.stderr
    assert "--member" in which.stderr
    assert "Known: A, B" in which.stderr
    assert (0, True) == (said.exit_code, "member B" in said.stdout)


def test_an_id_that_could_steer_a_terminal_is_data_and_is_written_out(running, tmp_path):
    claim_id = "C-\x1b[2J {}:\n"
    _submit(tmp_path, encoded(event_of(CLAIM, claim_id=claim_id, member_id="M-\x1b[0m")))
    _drain(running)

    result = _run("explain", claim_id)

    assert 0 == result.exit_code
    assert r"Claim C-\x1b[2J {}:\n, line 1" in result.stdout
    assert "\x1b" not in result.stdout


def test_what_goes_back_to_the_queue_is_tried_once_more_and_no_more_than_that(running, tmp_path):
    _submit(tmp_path, b"{no event", options=["--raw"])
    _drain(running)
    (before,) = _letters("--reason", "NOT_JSON")

    back = _run("dead-letters", "redrive", "--reason", "NOT_JSON")
    _drain(running)
    (after,) = _letters("--reason", "NOT_JSON")
    again = _run("dead-letters", "redrive", before["id"])
    because = ("--because", "it is no event")
    gone = _run("dead-letters", "discard", after["id"], *because, "--save", str(tmp_path / "gone"))

    assert [0, 1, 0] == [back.exit_code, again.exit_code, gone.exit_code]
    assert before["id"] != after["id"]
    assert [] == _letters("--reason", "NOT_JSON")


def test_what_waits_is_what_was_pended_last(running):
    with redis_client(running.settings) as redis:
        published = [
            json.loads(fields[b"event"])["data"] for _, fields in redis.xrange(KEYS.determinations)
        ]
    last = {(data["member_id"], data["claim_id"], data["line"]): data for data in published}

    pends = [json.loads(line) for line in _run("pends", "--json").stdout.splitlines()]

    expected = {key: data for key, data in last.items() if data["outcome"] == "pended"}
    assert 5 < len(expected)
    assert {key: (data["due_on"], data["needs"]) for key, data in expected.items()} == {
        (pend["member_id"], pend["claim_id"], pend["line"]): (pend["due_on"], pend["needs"])
        for pend in pends
    }


def test_decided_again_by_the_same_library_nothing_is_published(running):
    with redis_client(running.settings) as redis:
        before = redis.xlen(KEYS.determinations)
        result = _run("readjudicate", "--all", "--json")
        after = redis.xlen(KEYS.determinations)
        members = sum(1 for _ in redis.scan_iter(f"{KEYS.record('')}*"))

    assert 0 == result.exit_code
    assert {"members": members, "published": {}, "set_aside": 0} == json.loads(result.stdout)
    assert before == after


def _letters(*filters: str) -> list[dict[str, Any]]:
    result = _run("dead-letters", "list", "--json", *filters)
    return [json.loads(line) for line in result.stdout.splitlines()]


def _submit(folder: Path, *lines: bytes, options: list[str] | None = None) -> Result:
    file = folder / "events.jsonl"
    file.write_bytes(b"".join(line + b"\n" for line in lines))
    return _run("submit", *(options or []), str(file))


def _run(*arguments: str, **more: Any) -> Result:
    return CliRunner().invoke(adjudicator, list(arguments), **more)


def _drain(own: Installation) -> None:
    with redis_client(own.settings) as redis:
        QueueWatch(redis, KEYS, own.settings.lanes).wait_until_drained()


def _at_the_door(door: Redis) -> list[bytes]:
    return [fields[b"event"] for _, fields in door.xrange(KEYS.door)]
