"""A worker shows its own processes, ended children included, and works on where it cannot."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.support.processes import eventually
from tests.support.scrapes import scrape, scrape_at
from worker.config.settings import load_settings
from worker.metrics import catalog
from worker.metrics.process import OwnProcesses, show_own_metrics
from worker.sandbox.redis_server import free_port

pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="the kernel has no /proc")

_BUSY = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"


def test_children_are_counted_while_they_live_and_their_time_stays():
    own = OwnProcesses(os.getpid())
    before = scrape(own)
    child = subprocess.Popen(
        [sys.executable, "-c", _BUSY + "print(flush=True)\ninput()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    child.stdout.readline()
    during = scrape(own)
    child.communicate()
    after = scrape(own)

    processes = [each.value("mrs_worker_processes") for each in (before, during, after)]
    seconds = [each.value("mrs_worker_cpu_seconds_total") for each in (before, during, after)]
    assert [processes[0], processes[0] + 1, processes[0]] == processes
    assert seconds[1] - seconds[0] >= 0.2
    assert seconds[1] <= seconds[2]
    assert during.value("mrs_worker_resident_bytes") > 0


def test_a_process_that_is_gone_shows_nothing():
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()

    assert {} == scrape(OwnProcesses(child.pid)).values


def test_port_0_shows_nothing():
    threads_before = len(list(Path("/proc/self/task").iterdir()))

    show_own_metrics(load_settings(metrics_port=0))

    assert threads_before == len(list(Path("/proc/self/task").iterdir()))


def test_a_port_shows_the_worker_and_the_usual_numbers_of_a_process():
    port = free_port()

    show_own_metrics(load_settings(metrics_port=port))

    assert eventually(lambda: _answers(port))
    seen = scrape_at(f"http://127.0.0.1:{port}/metrics")
    assert {metric.name for metric in catalog.OF_A_WORKER} <= seen.names
    assert seen.value("process_start_time_seconds") < time.time()
    assert {metric.kind for metric in catalog.OF_A_WORKER} == {
        seen.kinds[metric.name.removesuffix("_total")] for metric in catalog.OF_A_WORKER
    }


def test_a_port_answers_head_with_the_headers_only():
    port = free_port()
    show_own_metrics(load_settings(metrics_port=port))
    assert eventually(lambda: _answers(port))

    with urlopen(Request(f"http://127.0.0.1:{port}/metrics", method="HEAD"), timeout=5) as answer:
        said = answer.read()

    assert (200, b"") == (answer.status, said)


def test_a_port_that_is_taken_is_logged_and_no_more(capsys, caplog):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        show_own_metrics(load_settings(metrics_port=taken.getsockname()[1]))

    # Where it is written depends on whether an earlier test has set up the logs of this process.
    assert "this worker shows no metrics" in capsys.readouterr().out + caplog.text


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
