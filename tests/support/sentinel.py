"""Runs a Redis Sentinel beside a test's own server."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.exceptions import ConnectionError as NotThere

from worker.sandbox.redis_server import EmbeddedRedis, free_port
from worker.sandbox.server_binary import find_server_binary


@contextmanager
def running_sentinel(server: EmbeddedRedis, *, service: str, password: str = "") -> Iterator[int]:
    """The port of a Sentinel that watches the server, which must listen on a port too."""
    port = free_port()
    config = server.folder / "sentinel.conf"
    config.write_text(
        f"port {port}\n"
        "bind 127.0.0.1\n"
        f"dir {server.folder}\n"
        f"sentinel monitor {service} 127.0.0.1 {server.port} 1\n"
        + (f"sentinel auth-pass {service} {password}\n" if password else "")
    )
    sentinel = subprocess.Popen(
        [find_server_binary(), config, "--sentinel"], stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_it_answers(port)
        yield port
    finally:
        sentinel.kill()
        sentinel.wait()


def _wait_until_it_answers(port: int) -> None:
    with Redis(port=port) as client:
        for _ in range(500):
            try:
                client.ping()
            except NotThere:
                time.sleep(0.01)
            else:
                return
    raise AssertionError("the Sentinel did not start")
