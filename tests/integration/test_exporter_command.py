"""The exporter as a person runs it, and numbers that stay right when children of a worker die."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.exporters import running_exporter
from tests.support.processes import eventually
from tests.support.scrapes import scrape_at
from tests.support.sources import ROOT
from worker.client import submit
from worker.config.connections import impatient_client
from worker.replay.queue_watch import QueueWatch
from worker.sandbox.installation import Installation, installation
from worker.sandbox.redis_server import free_port
from worker.store.keys import Keys

DAY = (ROOT / "worker/samples/day.jsonl").read_bytes().splitlines()


def work_off(own: Installation, *events: bytes) -> None:
    with impatient_client(own.settings) as redis:
        watch = QueueWatch(redis, Keys(own.settings.prefix), own.settings.lanes)
        submit(events, redis_url=own.redis.url)
        watch.wait_until_drained()


def children_of(pid: int) -> list[int]:
    texts = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for text in texts for child in text.split()]


def test_it_says_where_it_answers_and_ends_with_0_when_told_to(redis_server):
    with running_exporter(redis_server.url) as exporter:
        seen = scrape_at(f"http://{exporter.address}/metrics")
        code = exporter.stop()

    assert exporter.address.startswith("127.0.0.1:")
    assert 1 == seen.value("mrs_redis_up")
    assert 0 == code


@pytest.mark.parametrize("host", ["127.0.0.2", "::1"])
def test_it_listens_where_it_is_told_to(redis_server, host):
    with running_exporter(redis_server.url, "--host", host) as exporter:
        assert 1 == scrape_at(f"http://{exporter.address}/metrics").value("mrs_redis_up")


def test_a_port_that_is_taken_ends_it_with_3(redis_server):
    with running_exporter(redis_server.url) as exporter:
        port = exporter.address.rpartition(":")[2]
        ended = subprocess.run(
            [sys.executable, "-m", "worker.cli", "exporter", "--port", port],
            env=os.environ | {"MRS_REDIS_URL": redis_server.url},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert 3 == ended.returncode
    assert f"port {port}" in ended.stderr


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks for children in /proc")
def test_children_that_die_take_no_numbers_with_them():
    port = free_port()
    with (
        installation(workers=1, size=2, settings={"metrics_port": port}) as own,
        running_exporter(own.redis.url) as exporter,
    ):
        pid = own.workers[0].pid
        work_off(own, *DAY)
        before = scrape_at(f"http://127.0.0.1:{port}/metrics")
        first = children_of(pid)
        for child in first:
            os.kill(child, signal.SIGKILL)
        assert eventually(
            lambda: len(children_of(pid)) == 2 and not set(first) & set(children_of(pid)), 30
        )
        work_off(own, *DAY)
        after = scrape_at(f"http://127.0.0.1:{port}/metrics")
        seen = scrape_at(f"http://{exporter.address}/metrics")

    assert (2, 2) == tuple(each.value("mrs_worker_processes") for each in (before, after))
    assert (
        0
        < before.value("mrs_worker_cpu_seconds_total")
        <= after.value("mrs_worker_cpu_seconds_total")
    )
    assert 2 * len(DAY) == sum(seen.counted("mrs_events_total", "type").values())
    assert 0 == seen.value("mrs_conservation_difference")
    assert 1 == seen.value("mrs_workers_ready")
