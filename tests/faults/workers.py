"""Starts, kills, stops and counts the real Celery workers of a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO, Self

from tests.faults.nursery import ENDED, LOG, Birth
from tests.support.processes import eventually
from tests.support.sources import ROOT
from worker.processes.health import is_ready
from worker.processes.supervisor import die_with_parent

_READY_SECONDS_MAX = 60
_END_SECONDS_MAX = 60


class Nursery:
    """The process that forks workers, for as long as the block runs."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._lock = Lock()
        self._environment = {
            # What the workers of these tests reach is not counted: they are killed before they
            # could say it, and are twice as fast without.
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("COVERAGE_", "MRS_")) or name.startswith("MRS_TESTS_")
        } | {"PYTHONPATH": str(ROOT), **(environment or {})}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.faults.nursery"],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # one thread when it runs
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._orders.close()
        self._process.wait(_END_SECONDS_MAX)
        self._births.close()

    def bear(self, birth: Birth) -> int:
        """The pid of a new worker; its environment comes on top of the nursery's."""
        whole = birth._replace(environment=self._environment | birth.environment)
        with self._lock:
            self._orders.write(json.dumps(whole._asdict()).encode() + b"\n")
            self._orders.flush()
            return int(self._births.readline())

    @property
    def _orders(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _births(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout


class Worker:
    """One Celery worker, which lives more than once if it is started again."""

    def __init__(self, nursery: Nursery, birth: Birth) -> None:
        self.birth = birth
        self.lives = 0
        self._nursery = nursery
        self._home = Path(birth.folder)
        self.pid = 0
        self.start()

    @property
    def folder(self) -> Path:
        """Its state folder of this life, with the file `log`."""
        return self._home / str(self.lives)

    @property
    def is_running(self) -> bool:
        """Whether its main process is there."""
        return not (self.folder / ENDED).exists()

    @property
    def is_ready(self) -> bool:
        """Whether it can do its work."""
        return self.is_running and is_ready(self.folder)

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        with suppress(FileNotFoundError):
            return int((self.folder / ENDED).read_text())
        return None

    def start(self) -> None:
        """Starts it and returns at once."""
        self.lives += 1
        self.folder.mkdir(parents=True)
        environment = self.birth.environment | {"MRS_STATE_DIR": str(self.folder)}
        self.pid = self._nursery.bear(
            self.birth._replace(folder=str(self.folder), environment=environment)
        )

    def wait_until_ready(self) -> None:
        """Returns when it can do its work."""
        ready = eventually(lambda: self.is_ready or not self.is_running, _READY_SECONDS_MAX)
        assert ready, f"a worker did not get ready: {self.log()}"
        assert self.is_running, f"a worker ended: {self.log()}"

    def children(self) -> list[int]:
        """Its processes that decide."""
        try:
            return list(
                map(int, Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split())
            )
        except OSError:
            return []

    def kill(self) -> None:
        """SIGKILL, its children too, in the middle of whatever they do."""
        send_signal(self.pid, signal.SIGKILL, group=True)
        self.wait_until_ended()

    def kill_parent(self) -> None:
        """SIGKILL of its main process alone."""
        send_signal(self.pid, signal.SIGKILL)
        self.wait_until_ended()

    def ask_to_end(self) -> None:
        """SIGTERM: it finishes what it has begun."""
        send_signal(self.pid, signal.SIGTERM)

    def wait_until_ended(self) -> None:
        """Returns when its main process has ended."""
        given_up_at = time.monotonic() + _END_SECONDS_MAX
        while self.is_running:
            assert time.monotonic() < given_up_at, f"a worker did not end: {self.log()}"
            time.sleep(0.005)

    def logs(self) -> Mapping[int, bytes]:
        """All that it has said, by the number of its life."""
        files = {life: self._home / str(life) / LOG for life in range(1, self.lives + 1)}
        return {life: file.read_bytes() for life, file in files.items() if file.exists()}

    def log(self) -> str:
        """The end of what it said."""
        with suppress(FileNotFoundError):
            return (self.folder / LOG).read_text("utf-8", "replace")[-4000:]
        return "it wrote no log"


def send_signal(pid: int, number: int, *, group: bool = False) -> bool:
    """Whether there was someone to send it to."""
    try:
        (os.killpg if group else os.kill)(pid, number)
    except ProcessLookupError:
        return False
    return True
