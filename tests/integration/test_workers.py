"""Real Celery workers over a real Redis: whatever ends in the middle, each event has one effect."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from rules.loading.files import SHIPPED, load_library
from tests.support.event_builders import CLAIM, REPORT, encoded, event_of
from tests.support.processes import eventually, is_running
from worker.client import submit
from worker.config.connections import redis_client
from worker.replay.in_memory import Deciding
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import Installation, installation
from worker.store.keys import Keys

MEMBERS = 40
LEASE_SECONDS = 1


def events_of(members: int = MEMBERS, prefix: str = "M") -> list[bytes]:
    """For each member an MRI, two claims, a void of the second and the first claim again."""
    rounds: list[list[bytes]] = [[], [], [], [], []]
    for number in range(members):
        member = f"{prefix}-{number}"
        first = _claim(member, "C-1", "e-1")
        for round_, event in zip(
            rounds,
            [
                first,
                _claim(member, "C-2", "e-2", received_at="2025-06-21"),
                event_of(REPORT, member_id=member) | {"id": "e-3"},
                _claim(member, "C-3", "e-4", frequency="8", replaces="C-2"),
                first,
            ],
            strict=True,
        ):
            round_.append(encoded(event))
    return [event for round_ in rounds for event in round_]


def _claim(member: str, claim: str, event_id: str, **data: Any) -> dict[str, Any]:
    event = event_of(CLAIM, claim_id=claim, member_id=member, attestations=[], **data)
    return event | {"id": event_id}


def send(own: Installation, events: Sequence[bytes]) -> None:
    submit(events, redis_url=own.settings.redis_url.get_secret_value())


def watch(redis: Redis) -> QueueWatch:
    return QueueWatch(redis, Keys("mrs"), 16)


def drained(own: Installation, redis: Redis) -> None:
    """Waits until all is done; who is killed is started again, as by a supervisor."""
    watch(redis).wait_until_drained(lambda _: own.mend(), seconds_without_progress=40)


def assert_each_revision_once_and_as_decide(redis: Redis, events: Sequence[bytes]) -> None:
    published = [
        json.loads(fields[b"event"])["data"] for _, fields in redis.xrange("mrs:determinations")
    ]
    revisions: dict[tuple[str, str, int], list[int]] = {}
    for data in published:
        key = (data["claim_id"], data["member_id"], data["line"])
        revisions.setdefault(key, []).append(data["revision"])
    assert [] == [r for r in revisions.values() if r != list(range(1, len(r) + 1))]

    deciding = Deciding(load_library(SHIPPED))
    for event in events:
        deciding.take(event)
    expected = [
        (d["claim_id"], d["member_id"], d["outcome"], d["reason"], d["revision"])
        for d in map(json.loads, deciding.final())
    ]
    last = {(data["claim_id"], data["member_id"]): data for data in published}
    assert expected == [
        (*key, last[key]["outcome"], last[key]["reason"], last[key]["revision"])
        for key in sorted(last)
    ]


def results(redis: Redis) -> Counter[str]:
    """Result -> how many events, by the counters."""
    found: Counter[str] = Counter()
    for field, count in redis.hgetall("mrs:counters").items():
        name, *labels = field.decode().split("|")
        if name == "mrs_events_total":
            found[labels[-1]] += int(count)
    return found


@pytest.fixture
def own() -> Iterator[Installation]:
    """A Redis and two workers with two children each."""
    with installation(workers=2, size=2, settings={"lease_seconds": LEASE_SECONDS}) as own:
        yield own


@pytest.fixture
def redis(own: Installation) -> Iterator[Redis]:
    with redis_client(own.settings) as client:
        yield client


def test_events_go_in_and_determinations_come_out(own: Installation, redis: Redis):
    events = events_of()

    send(own, events)
    drained(own, redis)

    assert_each_revision_once_and_as_decide(redis, events)
    assert {"applied": 4 * MEMBERS, "duplicate": MEMBERS} == results(redis)


def test_workers_killed_at_any_moment_and_started_again_publish_each_revision_once(
    own: Installation, redis: Redis
):
    chance = random.Random(5)
    events = events_of(150)
    send(own, events)

    for _ in range(8):
        time.sleep(chance.uniform(0.05, 0.6))
        chance.choice(own.workers).kill()
        own.mend()
    drained(own, redis)

    assert_each_revision_once_and_as_decide(redis, events)
    assert {"applied": 4 * 150, "duplicate": 150} == results(redis)
    assert 0 == redis.xlen("mrs:dead-letters")


def test_children_killed_at_any_moment_cost_no_event(own: Installation, redis: Redis):
    chance = random.Random(7)
    events = events_of(100)
    send(own, events)

    for _ in range(10):
        time.sleep(chance.uniform(0.02, 0.3))
        for child in children_of(own.workers[0].pid)[:1]:  # none while it is being replaced
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    drained(own, redis)

    assert_each_revision_once_and_as_decide(redis, events)
    assert 0 == redis.xlen("mrs:dead-letters")


def test_a_redis_killed_and_started_again_loses_nothing(own: Installation, redis: Redis):
    events = events_of(100)
    send(own, events)

    for _ in range(3):
        time.sleep(0.3)
        own.redis.restart()
    drained(own, redis)

    assert_each_revision_once_and_as_decide(redis, events)
    assert 0 == redis.xlen("mrs:dead-letters")


def test_orders_that_celery_loses_are_sent_again(own: Installation, redis: Redis):
    events = events_of(100)
    send(own, events)

    for _ in range(20):
        redis.delete("mrs:celery:drain")
        time.sleep(0.02)
    drained(own, redis)

    assert_each_revision_once_and_as_decide(redis, events)


def test_no_celery_message_holds_anything_of_a_member(own: Installation, redis: Redis):
    for worker in own.workers:
        os.kill(worker.pid, signal.SIGSTOP)
    send(own, events_of(3, "SECRET"))
    os.kill(own.workers[0].pid, signal.SIGCONT)
    seen = b""

    def orders_seen() -> bool:
        nonlocal seen
        seen += b"".join(redis.lrange("mrs:celery:drain", 0, -1))
        return watch(redis).waiting() == 0

    assert eventually(orders_seen, 60)
    os.kill(own.workers[1].pid, signal.SIGCONT)
    assert b"SECRET" not in seen


def test_a_warm_stop_ends_with_exit_0_within_a_minute_and_leaves_no_process(
    own: Installation, redis: Redis
):
    events = events_of(100)
    pids = [pid for worker in own.workers for pid in (worker.pid, *children_of(worker.pid))]
    send(own, events)
    time.sleep(0.2)

    began_at = time.monotonic()
    codes = [worker.stop() for worker in own.workers]

    assert [0, 0] == codes
    assert time.monotonic() - began_at < 60
    assert not any(map(is_running, pids))
    own.mend()
    drained(own, redis)
    assert_each_revision_once_and_as_decide(redis, events)


def test_children_whose_parent_died_end_within_the_lease(own: Installation):
    worker = own.workers[0]
    children = children_of(worker.pid)
    assert len(children) >= 2

    os.kill(worker.pid, signal.SIGKILL)

    assert eventually(lambda: not any(map(is_running, children)), LEASE_SECONDS + 1)
    worker.kill()


def test_a_worker_with_another_number_of_lanes_is_not_ready_and_harms_nobody(
    own: Installation, redis: Redis, tmp_path: Path
):
    url = own.settings.redis_url.get_secret_value()
    other = start_celery(tmp_path, {"MRS_REDIS_URL": url, "MRS_LANES": "8"})
    try:
        log = tmp_path / "log"
        assert eventually(lambda: "MRS_LANES" in log.read_text(), 60)
        assert (tmp_path / "alive").exists()
        assert not (tmp_path / "ready").exists()

        events = events_of()
        send(own, events)
        drained(own, redis)

        assert_each_revision_once_and_as_decide(redis, events)
        assert [b"16"] == redis.hmget("mrs:meta", "lanes")
    finally:
        other.terminate()
        assert 0 == other.wait(60)


def test_celerys_own_command_line_works_too(tmp_path: Path):
    with (
        installation(workers=0) as own,
        redis_client(own.settings) as redis,
    ):
        url = own.settings.redis_url.get_secret_value()
        worker = start_celery(tmp_path, {"MRS_REDIS_URL": url})
        try:
            events = events_of(5)
            send(own, events)
            drained(own, redis)
        finally:
            worker.terminate()

        assert 0 == worker.wait(60)
        assert_each_revision_once_and_as_decide(redis, events)


def start_celery(folder: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "celery", "-A", "worker.app", "worker", "--concurrency=1"]
    environment = os.environ | settings | {"MRS_STATE_DIR": str(folder)}
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def children_of(pid: int) -> list[int]:
    """Its child processes."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in found.split()]
