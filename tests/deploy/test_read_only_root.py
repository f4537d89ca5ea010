"""A worker on a root that nobody can write, but for /tmp, as its container has it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from tests.support.processes import eventually
from tests.support.programs import needed_program
from worker.client import submit
from worker.processes.supervisor import die_with_parent
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis

LOCKED = """
mount --make-rprivate /
mount -o remount,ro,bind /
mount -t tmpfs -o size=16m,mode=1777 tmpfs /tmp
cd /
! touch /root-is-writable 2>/dev/null || exit 9
exec "$@"
"""
"""Makes the root read-only for one process and its children, and /tmp new and small."""

PROGRAM = Path(sys.executable).parent / "adjudicator"


@pytest.fixture
def redis() -> Iterator[EmbeddedRedis]:
    with embedded_redis(tcp=True) as server:
        yield server


def test_a_worker_gets_ready_decides_and_ends_in_good_order(redis, tmp_path):
    unshare = _namespaces()
    log = (tmp_path / "log").open("wb")
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"MRS_STATE_DIR", "XDG_RUNTIME_DIR", "TMPDIR", "HOME"}
        and not name.startswith("COVERAGE")
    } | {"MRS_REDIS_URL": redis.url, "PYTHONDONTWRITEBYTECODE": "1"}
    worker = subprocess.Popen(
        [unshare, "--mount", "sh", "-ec", LOCKED, "sh", PROGRAM, "worker", "--concurrency", "1"],
        env=environment,
        stdout=log,
        stderr=log,
        preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # two calls of the kernel
    )
    try:
        assert eventually(lambda: _health(worker.pid, environment) == 0, 60), _said(tmp_path)
        submit([b"{"], redis_url=redis.url)
        assert eventually(lambda: _count(redis, "mrs:dead-letters") == 1, 60), _said(tmp_path)
    finally:
        worker.terminate()
        status = worker.wait(60)
        log.close()

    assert 0 == status, _said(tmp_path)
    assert "Read-only" not in _said(tmp_path)


def _namespaces() -> Path:
    unshare = needed_program("unshare")
    if PROGRAM.is_relative_to("/tmp"):
        pytest.skip("the program lies in /tmp, which the worker has for itself here")
    if subprocess.run([unshare, "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this user may not make a root of its own")
    return unshare


def _health(pid: int, environment: dict[str, str]) -> int:
    """The image's health check, in the worker's own view of the machine."""
    inside = ["nsenter", "--mount", "--target", str(pid), PROGRAM, "health", "--ready"]
    return subprocess.run(inside, env=environment, capture_output=True, check=False).returncode


def _count(server: EmbeddedRedis, stream: str) -> int:
    with Redis(port=server.port) as client:
        return client.xlen(stream)


def _said(folder: Path) -> str:
    return (folder / "log").read_text("utf-8", "replace")
