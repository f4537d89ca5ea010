"""`adjudicator demo` as a person runs it: what it shows, and that nothing of it stays behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.processes import eventually

SECONDS_MAX = 60


pytestmark = pytest.mark.skipif(not Path("/proc").exists(), reason="looks for processes in /proc")


class Demo:
    """A demo on its way, with a temporary folder of its own and a mark in its environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mark = f"MRS_TESTS_DEMO={folder.name}"
        name, _, value = self._mark.partition("=")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "worker.cli", "demo"],
            env=os.environ | {name: value, "TMPDIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            # Whoever runs the tests in the background has them ignore Ctrl-C.
            preexec_fn=_heed_ctrl_c,  # noqa: PLW1509  # one thread only
        )

    def pids(self) -> list[int]:
        """All processes that carry the mark."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if self._mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
        return found

    def left(self) -> list[str]:
        """Processes, and files in the temporary folder."""
        return [*map(str, self.pids()), *(path.name for path in self.folder.iterdir())]


def _heed_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def demo() -> Iterator[Demo]:
    with tempfile.TemporaryDirectory(prefix="demo-", dir="/tmp") as folder:
        demo = Demo(Path(folder))
        yield demo
        for pid in demo.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        demo.process.communicate()


def test_the_demo_shows_the_day_the_totals_and_one_denial_in_full(demo):
    began = time.monotonic()

    said, _ = demo.process.communicate(timeout=SECONDS_MAX)

    assert 0 == demo.process.returncode
    assert time.monotonic() - began < SECONDS_MAX
    assert re.search(r"CLM-2025-0412 +1 +76390 +denied +PET_EXCLUSIVE +Policy guidelines", said)
    assert re.search(r"Denial rate: \d+% \(\d+ of \d+ MRS lines", said)
    assert re.search(r"Throughput: 155 events in [\d.]+ s with 2 workers", said)
    assert "Claim CLM-2025-0412, line 1 (procedure 76390), member M-017" in said
    assert "`adjudicator decide` agrees on every line." in said
    assert [] == demo.left()


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(signal.SIGINT, 128 + signal.SIGINT, id="ctrl_c"),
        pytest.param(signal.SIGTERM, 128 + signal.SIGTERM, id="asked_to_end"),
        pytest.param(signal.SIGKILL, -signal.SIGKILL, id="killed"),
    ],
)
def test_a_demo_that_is_interrupted_leaves_nothing_behind(demo, number, expected):
    # Itself, the keeper, Redis and a worker.
    assert eventually(lambda: len(demo.pids()) >= 4)

    os.kill(demo.process.pid, number)

    said, _ = demo.process.communicate(timeout=SECONDS_MAX)
    assert expected == demo.process.returncode, said
    assert "Traceback" not in said
    assert number == signal.SIGKILL or "is stopped and removed. Run it again." in said
    assert eventually(lambda: not demo.left(), seconds_max=60)


def test_without_a_server_to_run_one_line_says_what_to_install():
    result = subprocess.run(
        [sys.executable, "-c", WITHOUT_A_SERVER], capture_output=True, text=True, check=False
    )

    assert 3 == result.returncode
    assert "Install one" in result.stderr
    assert 1 == len(result.stderr.splitlines())


WITHOUT_A_SERVER = """
from worker.sandbox import redis_server
from worker.sandbox import server_binary
server_binary.installed_servers = server_binary.bundled_servers = lambda: []
from worker.cli import adjudicator
adjudicator(["demo"])
"""
