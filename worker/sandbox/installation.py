"""Runs a complete temporary installation: an embedded Redis and Celery workers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from worker.config.setting_names import PREFIX
from worker.config.settings import Settings, load_settings
from worker.failures import RetryableError
from worker.processes.graceful_exit import ends_in_good_order
from worker.processes.health import is_ready
from worker.processes.supervisor import die_with_parent
from worker.sandbox.redis_server import EmbeddedRedis, EmbeddedRedisFailed, embedded_redis
from worker.sandbox.server_binary import NoServerBinary

END_SECONDS = 60.0
"""How long a worker may take to finish its work before it is killed."""
START_SECONDS = 60.0
_POLL_SECONDS = 0.05
_PROGRAM = Path(__file__).resolve().parents[2]
"""Where the packages `rules` and `worker` are, installed or not."""


class NotStarted(RetryableError):
    """No server was found, or the server or a worker ended or was not ready in time."""


class WorkerProcess:
    """One Celery worker; `kill` is for tests of crashes."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str], size: int) -> None:
        self.name = name
        self.folder = folder
        """Its state folder, which also has the file `log`."""
        self._environment = dict(environment) | {"MRS_STATE_DIR": str(folder)}
        self._size = size
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Pid of its main process; 0 while it does not run."""
        return self._process.pid if self._process is not None and self.is_running else 0

    @property
    def is_running(self) -> bool:
        """Whether its main process is running."""
        return self._process is not None and self._process.poll() is None

    @property
    def is_ready(self) -> bool:
        """Whether it can do its work."""
        return self.is_running and is_ready(self.folder)

    def start(self) -> None:
        """Starts it and returns at once."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        (self.folder / "ready").unlink(missing_ok=True)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603  # only our own arguments
                self._command(),
                env=self._environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Its own process group: we handle Ctrl-C, and a kill ends its children too.
                start_new_session=True,
                preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # two system calls
            )

    def kill(self) -> None:
        """Kills it and its children by SIGKILL, in the middle of whatever they do."""
        if self._process is not None:
            _signal_group(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def ask_to_end(self) -> None:
        """Asks it to finish its current work and exit."""
        if self._process is not None and self.is_running:
            self._process.terminate()

    def stop(self) -> int:
        """Stops it cleanly, with its children; returns its exit code."""
        self.ask_to_end()
        if self._process is None:
            return 0
        try:
            return self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            return -signal.SIGKILL
        finally:
            self.kill()

    def last_words(self) -> str:
        """The last line of its log."""
        log = self.folder / "log"
        lines = log.read_text("utf-8", "replace").splitlines() if log.exists() else []
        return next((line for line in reversed(lines) if line.strip()), "it wrote no log")

    def _command(self) -> list[str]:
        python = [sys.executable, "-P", "-m"]
        return [*python, "worker.cli", "worker", "--concurrency", str(self._size)]


class OwnWorkers:
    """Workers that were started here, and their settings, whoever their Redis belongs to."""

    def __init__(self, folder: Path, settings: Mapping[str, object], size: int) -> None:
        self.settings: Settings = load_settings(**settings)
        self.workers: list[WorkerProcess] = []
        self._folder = folder
        self._environment = environment_of(settings)
        self._size = size

    def start_worker(self) -> WorkerProcess:
        """Starts one more worker and returns at once."""
        name = f"worker-{len(self.workers) + 1}"
        worker = WorkerProcess(name, self._folder / name, self._environment, self._size)
        self.workers.append(worker)
        worker.start()
        return worker

    def wait_until_ready(self) -> None:
        """Returns when all workers are ready; raises `NotStarted`."""
        given_up_at = time.monotonic() + START_SECONDS
        while not all(worker.is_ready for worker in self.workers):
            for worker in self.workers:
                if not worker.is_running or time.monotonic() > given_up_at:
                    raise NotStarted(
                        f"The worker {worker.name} did not get ready: {worker.last_words()}"
                    )
            time.sleep(_POLL_SECONDS)

    def mend(self) -> None:
        """Restarts workers that have ended, as a supervisor would."""
        for worker in self.workers:
            if not worker.is_running:
                worker.start()

    def ask_to_end(self) -> None:
        """Asks all workers to exit, without waiting for them."""
        for worker in self.workers:
            worker.ask_to_end()

    def stop(self) -> None:
        """Stops all workers at the same time."""
        self.ask_to_end()
        for worker in self.workers:
            worker.stop()


class Installation(OwnWorkers):
    """The embedded Redis, its workers, and their settings."""

    def __init__(self, redis: EmbeddedRedis, settings: Mapping[str, object], size: int) -> None:
        self.redis = redis
        own = {"redis_url": redis.url, "broker_url": redis.url, "prefix": "mrs"} | dict(settings)
        super().__init__(redis.folder, own, size)


@contextmanager
def installation(
    *,
    workers: int = 2,
    size: int = 1,
    settings: Mapping[str, object] | None = None,
    redis_config: Mapping[str, str] | None = None,
    tcp: bool = False,
) -> Iterator[Installation]:
    """
    An embedded Redis with workers of `size` processes each, while the block runs.

    `settings` uses the names in `Settings`; the workers ignore the settings in the environment.
    `redis_config` adds to the server's. Raises `NotStarted`.
    """
    with ends_in_good_order(), ExitStack() as stack:
        try:
            redis = stack.enter_context(embedded_redis(redis_config, tcp=tcp))
        except (EmbeddedRedisFailed, NoServerBinary) as error:
            raise NotStarted(str(error)) from error
        own = Installation(redis, _risks_of(redis_config or {}) | dict(settings or {}), size)
        try:
            for _ in range(workers):
                own.start_worker()
            own.wait_until_ready()
            yield own
        finally:
            own.stop()


def _risks_of(redis_config: Mapping[str, str]) -> dict[str, object]:
    """A server that is told to keep nothing is only a sandbox's: its workers accept that."""
    return {"accept_risks": "persistence"} if redis_config.get("appendonly") == "no" else {}


def environment_of(settings: Mapping[str, object]) -> dict[str, str]:
    """The environment of this process, with these settings in place of its own."""
    ours = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    path = os.pathsep.join(filter(None, [str(_PROGRAM), os.environ.get("PYTHONPATH")]))
    given = {
        f"{PREFIX}{name.upper()}": str(value)
        for name, value in settings.items()
        if value is not None
    }
    return kept | given | {"PYTHONPATH": path}


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError):  # all of them have ended
        os.killpg(group, number)
