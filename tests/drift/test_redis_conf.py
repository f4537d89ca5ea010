"""The shipped `redis.conf` is understood by every server, and says what the embedded one does."""

from __future__ import annotations

import pytest
from redis import Redis

from tests.support.programs import EVERY_SERVER
from tests.support.sources import ROOT, text_of
from worker.sandbox.redis_server import DURABLE, embedded_redis
from worker.store.arguments import ARGUMENT_BYTES_MAX, STAMP_BYTES

SHIPPED = dict(
    line.split(maxsplit=1)
    for line in text_of("deploy/redis.conf").splitlines()
    if line and not line.startswith("#")
)


def test_the_embedded_redis_keeps_what_the_shipped_one_keeps():
    common = {name: value for name, value in DURABLE.items() if name != "save"}

    assert common.items() <= SHIPPED.items()


@pytest.mark.parametrize(
    "binary",
    EVERY_SERVER,
)
def test_a_server_starts_with_the_shipped_file(binary):
    with (
        embedded_redis({"include": str(ROOT / "deploy/redis.conf")}, binary=binary()) as server,
        Redis(unix_socket_path=str(server.socket_path)) as client,
    ):
        settings = {name: client.config_get(name)[name] for name in SHIPPED}

    assert SHIPPED | {"proto-max-bulk-len": str(72 * 1024 * 1024)} == settings


def test_the_longest_text_of_a_commit_is_let_in():
    longest = int(SHIPPED["proto-max-bulk-len"].removesuffix("mb")) * 1024 * 1024

    assert ARGUMENT_BYTES_MAX + STAMP_BYTES < longest
