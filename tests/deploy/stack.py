"""Runs services of docker-compose.yml as processes of this machine, as their containers would.

What differs from a container is said here: host names become free ports of 127.0.0.1, and paths in
the container become the files that are mounted there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.compose_file import SERVICES, environment_of, in_folder, mounts_of
from tests.support.processes import eventually
from tests.support.programs import needed_program
from tests.support.sources import ROOT
from worker.config.setting_names import PREFIX
from worker.config.settings import Settings
from worker.processes.supervisor import die_with_parent
from worker.sandbox.redis_server import free_port

_SERVERS = ("redis", "broker")
_START_SECONDS_MAX = 60
_END_SECONDS_MAX = 60
_OWN_PROGRAMS = Path(sys.executable).parent


class Service:
    """One container's process."""

    def __init__(self, stack: Stack, name: str, number: int) -> None:
        self.name = name
        self.folder = stack.folder / f"{name}-{number}"
        """Its /tmp."""
        self.folder.mkdir()
        self.port = free_port()
        self._stack = stack
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def has_started(self) -> bool:
        """Whether it was ever started."""
        return self._process is not None

    def start(self) -> None:
        """Runs the image's command line, and returns at once."""
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                self._command(),
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # two calls of the kernel
            )

    def is_healthy(self) -> bool:
        """Runs the health check once."""
        kind, *words = SERVICES[self.name]["healthcheck"]["test"]
        local = self._at_own_port(words)
        command = ["sh", "-c", *local] if kind == "CMD-SHELL" else local
        environment = self._environment()
        status = subprocess.run(command, env=environment, capture_output=True, check=False)
        return status.returncode == 0

    def wait_until_healthy(self) -> None:
        """Returns once the health check passes."""
        assert eventually(self.is_healthy, _START_SECONDS_MAX), self.log()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command in the place of its own, as `docker compose run` has it."""
        return subprocess.run(
            [_OWN_PROGRAMS / "adjudicator", *map(self._in_place, words)],
            env=self._environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def wait(self) -> int:
        """The exit code of a service that ends by itself."""
        assert self._process is not None
        return self._process.wait(_END_SECONDS_MAX)

    def ask_to_end(self) -> None:
        """Sends what `docker compose stop` sends."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> int:
        """Ends it in good order; says its exit code."""
        self.ask_to_end()
        return self.wait() if self._process is not None else 0

    def log(self) -> str:
        """What it has said."""
        return (self.folder / "log").read_text("utf-8", "replace")

    def _command(self) -> list[str]:
        words = [self._in_place(word) for word in SERVICES[self.name]["command"]]
        if self.name in _SERVERS:
            own = ["--bind", "127.0.0.1", "--port", str(self.port)]
            return [str(needed_program("redis-server")), *words[1:], *own]
        if self.name == "prometheus":
            own = [f"--web.listen-address=127.0.0.1:{self.port}"]
            return [str(needed_program("prometheus")), *words, *own]
        if self.name == "backup":
            return words
        return [str(_OWN_PROGRAMS / "adjudicator"), *words]

    def _environment(self) -> dict[str, str]:
        """Nothing of the settings of whoever runs the tests, and what the file says."""
        ours = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | {"XDG_RUNTIME_DIR"}
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        told = environment_of(self.name, self._stack.secrets)
        for server in self._stack.servers:
            told = {name: server.in_url(value) for name, value in told.items()}
        ports = {"MRS_EXPORTER_PORT": str(self.port)} if self.name == "exporter" else {}
        if "MRS_METRICS_PORT" in told:
            ports = {"MRS_METRICS_PORT": str(self.port)}
        if "MRS_STATE_DIR" in told:
            told["MRS_STATE_DIR"] = str(self.folder / "state")
        path = f"{_OWN_PROGRAMS}{os.pathsep}{kept['PATH']}"
        return kept | told | ports | {"PATH": path, "TMPDIR": str(self.folder)}

    def in_url(self, text: str) -> str:
        """An address, or words for redis-cli, in which this server's name is where it runs."""
        here = text.replace(f"@{self.name}:6379/", f"@127.0.0.1:{self.port}/")
        return here.replace(f"-h {self.name} -p 6379 ", f"-h 127.0.0.1 -p {self.port} ")

    def _in_place(self, word: str) -> str:
        """A path of the container as the file or folder that is mounted there."""
        flag, equals, path = word.rpartition("=")
        for mount in mounts_of(self.name):
            if path == mount.target or path.startswith(f"{mount.target}/"):
                there = (
                    self._stack.volume(mount.source)
                    if mount.is_volume
                    else in_folder(mount.source, self._stack.secrets)
                )
                return f"{flag}{equals}{there}{path.removeprefix(mount.target)}"
        return word

    def _at_own_port(self, words: Sequence[str]) -> list[str]:
        """A health check asks the port of the container; here it is another."""
        own = [word.replace("redis-cli ", f"redis-cli -p {self.port} ") for word in words]
        return [re.sub(r"(//[a-z0-9.]+):(9808|9090)\b", rf"\1:{self.port}", word) for word in own]


class Stack:
    """Services that run side by side."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets = folder / "secrets"
        self.services: list[Service] = []

    @property
    def servers(self) -> Sequence[Service]:
        """The two Redis servers, as far as they run."""
        return [each for each in self.services if each.name in _SERVERS and each.has_started]

    def volume(self, name: str) -> Path:
        """What every container sees that has the volume."""
        place = self.folder / f"volume-{name}"
        place.mkdir(exist_ok=True)
        return place

    def prepare(self, name: str) -> Service:
        """One more container of a service; it does not run yet."""
        service = Service(self, name, len(self.services))
        self.services.append(service)
        return service

    def start(self, name: str) -> Service:
        """Starts one more container of a service."""
        service = self.prepare(name)
        service.start()
        return service

    def stop(self) -> None:
        """Ends all of them, the servers last."""
        others = [service for service in self.services if service.name not in _SERVERS]
        for service in others:
            service.ask_to_end()
        for service in (*others, *self.servers):
            service.stop()


@contextmanager
def stack(folder: Path) -> Iterator[Stack]:
    """An empty stack with passwords of its own; what was started is ended."""
    needed_program("redis-server")
    needed_program("redis-cli")
    subprocess.run([ROOT / "deploy/compose/passwords", folder / "secrets"], check=True)
    own = Stack(folder)
    try:
        yield own
    finally:
        own.stop()
