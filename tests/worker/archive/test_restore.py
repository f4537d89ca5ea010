"""After Redis has lost everything, archive and producers' events put it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from tests.support.archives import DAY, OPEN, PUBLISHED, PublishedDay, audit, run
from tests.support.turns import work_off
from tests.support.worlds import TERMS, RedisWorld
from worker.store.worker_registry import Announcer, presence_of

ARCHIVED = PUBLISHED - OPEN


@pytest.fixture
def published(redis_world: RedisWorld, library, tmp_path: Path, redis_url, monkeypatch):
    """The day, decided in an installation with an id."""
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    monkeypatch.setenv("MRS_STATE_DIR", str(tmp_path))
    redis_world.store.agree(TERMS)
    return PublishedDay(redis_world, library, tmp_path / "archive")


@pytest.fixture
def day(published: PublishedDay) -> PublishedDay:
    """The day, archived too."""
    published.acknowledge()
    assert 0 == published.archive().exit_code
    return published


def lose_everything(day: PublishedDay) -> None:
    """And an operator accepts it, on a machine that remembers nothing."""
    day.redis.flushdb()
    run("doctor", "--accept-new-installation")


def state(world: RedisWorld) -> dict[str, object]:
    """All that a later decision leans on, without what names times."""
    keys = sorted(world.client.scan_iter("mrs:[cprl]*"))
    return {
        key.decode(): world.client.zrange(key, 0, -1, withscores=True)
        for key in keys
        if world.client.type(key) == b"zset"
    }


def test_the_archive_remembers_its_installation_and_refuses_another(day):
    day.redis.flushdb()
    day.world.store.agree(TERMS)

    result = day.archive()

    assert 3 == result.exit_code
    assert "does not hold the installation that is remembered" in result.stderr


def test_what_archive_and_producers_hold_puts_everything_back(day):
    before, archived = state(day.world), day.archived()
    lose_everything(day)

    result = run("archive", "restore", str(day.folder), str(DAY), "--json")

    assert 0 == result.exit_code, result.output
    said = json.loads(result.stdout)
    assert (ARCHIVED, OPEN) == (said["known"], said["published"])
    assert (0, 0) == (said["restated"], said["there"])
    assert before == state(day.world)
    assert archived == day.archived()
    assert OPEN == len(day.stream())


def test_an_audit_proves_it_but_for_what_nobody_held(day):
    lose_everything(day)
    run("archive", "restore", str(day.folder), str(DAY))

    _, said = audit("--archive", str(day.folder), "--events", str(DAY))

    assert PUBLISHED == said["determinations"]["derived_again"]
    # One that waited for someone was not archived: it was published again, with another time.
    assert [("changed", 1), ("reordered", 1), ("added", None)] == [
        (each["kind"], each.get("revision")) for each in said["findings"]
    ]
    assert "0 were applied" in said["findings"][-1]["detail"]


def test_what_is_published_late_names_the_time_at_which_it_was(published, redis_url):
    """Redis takes no writes for longer than a time may differ from that of its entry."""
    published.acknowledge(1)
    assert 0 == published.archive().exit_code
    lose_everything(published)
    with Redis.from_url(redis_url) as other:
        other.execute_command("CLIENT", "PAUSE", 1500, "WRITE")

    run("archive", "restore", str(published.folder), str(DAY))

    _, said = audit("--archive", str(published.folder), "--events", str(DAY))
    assert PUBLISHED == said["determinations"]["derived_again"]
    assert "its time does not match its entry" not in [each["detail"] for each in said["findings"]]


def test_what_producers_send_again_afterwards_has_no_second_effect(day, library):
    lose_everything(day)
    run("archive", "restore", str(day.folder), str(DAY))
    before, stream = state(day.world), day.stream()

    work_off(day.world, library, *DAY.read_bytes().splitlines())

    assert (before, stream) == (state(day.world), day.stream())


def test_the_archive_goes_on_afterwards(day):
    lose_everything(day)
    run("archive", "restore", str(day.folder), str(DAY))
    day.acknowledge()

    assert 0 == day.archive().exit_code
    assert ARCHIVED == len(day.archived())
    assert OPEN == len(day.stream())


def test_a_run_that_is_repeated_leaves_what_is_there(day):
    lose_everything(day)
    run("archive", "restore", str(day.folder), str(DAY))
    before = day.world.everything()

    result = run("archive", "restore", str(day.folder), str(DAY))

    assert "40 members have a record already, and stay as they are." in result.stdout
    assert before == day.world.everything()


def test_in_another_order_what_is_archived_stays_and_what_differs_gets_a_higher_revision(
    day, tmp_path
):
    archived = {(each["id"], each["data"]["revision"]) for each in _data(day.archived())}
    backwards = tmp_path / "backwards.jsonl"
    backwards.write_bytes(b"\n".join(reversed(DAY.read_bytes().splitlines())) + b"\n")
    lose_everything(day)

    result = run("archive", "restore", str(day.folder), str(backwards), "--json")

    said = json.loads(result.stdout)
    assert (0, ARCHIVED) < (said["restated"], said["known"])
    assert said["known"] == ARCHIVED
    published = {(each["id"], each["data"]["revision"]) for each in _data(day.stream())}
    assert set() == archived & published
    latest = _latest([*day.archived(), *day.stream()])
    assert _latest(day.published) == latest


def test_an_event_that_is_missing_changes_only_what_leans_on_it(day, tmp_path):
    """The producers have lost all events of one member."""
    fewer = tmp_path / "fewer.jsonl"
    lines = DAY.read_bytes().splitlines()
    fewer.write_bytes(b"\n".join(line for line in lines if b'"M-003"' not in line) + b"\n")
    lose_everything(day)

    result = run("archive", "restore", str(day.folder), str(fewer), "--json")

    assert 1 == json.loads(result.stdout)["restated"]
    assert "" != run("explain", "CLM-2025-0403", "--member", "M-003").output


def test_before_an_operator_has_accepted_nothing_is_put_back(day):
    day.redis.flushdb()

    result = run("archive", "restore", str(day.folder), str(DAY))

    assert 3 == result.exit_code
    assert "No operator has accepted" in result.stderr
    assert [] == day.redis.keys()


def test_while_a_worker_is_ready_nothing_is_put_back(day, library):
    lose_everything(day)
    Announcer(day.redis, day.world.keys, presence_of(library, "w-1"))(True)

    result = run("archive", "restore", str(day.folder), str(DAY))

    assert 3 == result.exit_code
    assert "1 worker is ready" in result.stderr
    assert [] == day.stream()


def _data(entries: list[tuple[str, bytes]]) -> list[dict[str, Any]]:
    return [json.loads(event) for _, event in entries]


def _latest(entries: list[tuple[str, bytes]]) -> dict[tuple[str, str, int], tuple[str, str]]:
    """Outcome and reason of the highest revision of each line."""
    told = sorted((each["data"] for each in _data(entries)), key=lambda data: data["revision"])
    return {
        (data["member_id"], data["claim_id"], data["line"]): (data["outcome"], data["reason"])
        for data in told
    }


def test_events_that_cannot_be_read_are_counted(day, tmp_path):
    events = tmp_path / "events.jsonl"
    unread = b'{"data": {"member_id": "M-003"}}\nnonsense\n'
    events.write_bytes(unread + DAY.read_bytes())
    lose_everything(day)

    result = run("archive", "restore", str(day.folder), str(events))

    assert "2 events cannot be read; `adjudicator submit` says why." in result.stdout


def test_what_differs_is_said_in_words(day, tmp_path):
    nothing = tmp_path / "nothing.jsonl"
    nothing.write_bytes(b"")
    lose_everything(day)

    result = run("archive", "restore", str(day.folder), str(nothing))

    assert "lead to something else than was archived" in result.stdout
    assert [] == day.stream()


def test_the_archive_of_another_prefix_is_refused(day, monkeypatch):
    lose_everything(day)
    monkeypatch.setenv("MRS_PREFIX", "mrs-1")

    result = run("archive", "restore", str(day.folder), str(DAY))

    assert (3, True) == (result.exit_code, "MRS_PREFIX differs" in result.stderr)


def test_an_installation_with_another_archive_is_refused(day):
    lose_everything(day)
    day.redis.hset("mrs:archived", mapping={"archive": "another", "files": 0})

    result = run("archive", "restore", str(day.folder), str(DAY))

    assert (3, True) == (result.exit_code, "has another archive" in result.stderr)
