"""
Forks real Celery workers in a quarter of a second: what they import is loaded once.

Run as a process of its own, `python -m tests.faults.nursery`. Each line of its input is an order as
JSON (`Birth`), each line of its output the pid of the worker that was born. When a worker ends, its
exit code stands in the file `ended` of its folder. When the input closes, the nursery ends, and its
workers with it.
"""

from __future__ import annotations

import json
import os
import resource
import selectors
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple

from rules.loading.files import SHIPPED
from worker.config.settings import Settings
from worker.intake.runtime import library_of
from worker.processes.supervisor import die_with_parent

ENDED: Final = "ended"
LOG: Final = "log"

_LOADED_ONCE: Final = (
    "celery.app.amqp", "celery.app.control", "celery.app.events", "celery.app.log",
    "celery.apps.worker", "celery.bin.worker", "celery.concurrency.prefork",
    "celery.events.dispatcher", "celery.fixups", "celery.loaders.app", "celery.worker.consumer",
    "celery.worker.strategy", "celery.worker.worker", "billiard.pool", "kombu.transport.redis",
    "worker.intake.celery_dispatch", "worker.intake.dispatcher", "worker.intake.tasks",
    "worker.metrics.process", "worker.processes.orphans", "worker.store.worker_registry",
)  # fmt: skip
"""All that `worker.app` needs, which itself reads the settings: each worker loads it."""


class Birth(NamedTuple):
    """What a worker is born with."""

    folder: str
    environment: dict[str, str]
    size: int
    """How many processes decide."""
    is_ill: bool = False
    """Whether some events make it raise, hang, die or hoard (`illness.py`)."""
    memory_bytes_more: int = 0
    """So much more than at its birth may each of its processes have; 0: no limit."""


def main() -> None:
    """Serves until its input closes."""
    for module in _LOADED_ONCE:
        import_module(module)
    library_of(Settings(library=SHIPPED))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the tests' to answer
    folders: dict[int, Path] = {}
    for birth in _births(folders):
        pid = os.fork()
        if pid == 0:
            _live(birth)
        folders[pid] = Path(birth.folder)
        print(pid, flush=True)
    for pid in folders:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _births(folders: dict[int, Path]):
    """The orders as they come; meanwhile those who have ended are seen off."""
    awake, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker, warn_on_full_buffer=False)
    said = b""
    with selectors.DefaultSelector() as selector:
        selector.register(0, selectors.EVENT_READ)
        selector.register(awake, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in selector.select()}
            if awake in ready:
                os.read(awake, 4096)
                _see_off(folders)
            if 0 in ready:
                chunk = os.read(0, 65536)
                if not chunk:
                    return
                *lines, said = (said + chunk).split(b"\n")
                for line in lines:
                    yield Birth(**json.loads(line))


def _see_off(folders: dict[int, Path]) -> None:
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            folder = folders.pop(pid)
            with suppress(FileNotFoundError):  # the run is over, and its folders are gone
                written = folder / f"{ENDED}.new"
                written.write_text(str(os.waitstatus_to_exitcode(status)))
                written.rename(folder / ENDED)  # who sees it finds the exit code in it


def _live(birth: Birth) -> None:
    """Becomes a worker, as `adjudicator worker` would."""
    nursery = os.getppid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    die_with_parent(nursery)()
    os.chdir(birth.folder)
    log = os.open(LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, file in ((0, nothing), (1, log), (2, log)):
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(birth.environment)
    if birth.memory_bytes_more:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + birth.memory_bytes_more
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    if birth.is_ill:
        import_module("tests.faults.illness").infect()
    wired = import_module("worker.app")
    sys.argv = ["adjudicator", "worker"]
    wired.run_worker(wired.app, birth.size)
    raise AssertionError("a worker that ends says how")


if __name__ == "__main__":
    main()
