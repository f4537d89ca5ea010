"""An embedded Redis is there as long as it is wanted, keeps its word, and outlives nobody."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from redis import Redis

from tests.support.processes import eventually, is_running
from tests.support.programs import EVERY_SERVER
from worker.sandbox import redis_server
from worker.sandbox.redis_server import DURABLE, EmbeddedRedis, EmbeddedRedisFailed, embedded_redis


@pytest.fixture(params=EVERY_SERVER)
def each_binary(request):
    return request.param()


def test_each_server_answers_on_a_socket_and_is_durable(each_binary):
    with embedded_redis(binary=each_binary) as server, _client(server) as client:
        config = {name: client.config_get(name)[name] for name in DURABLE}

    assert DURABLE | {"proto-max-bulk-len": str(72 * 1024 * 1024)} == config


def test_each_server_answers_on_a_port_of_this_machine_only(each_binary):
    with embedded_redis(binary=each_binary, tcp=True) as server, _client(server) as client:
        client.ping()
        bound = client.config_get("bind")["bind"]

    assert "127.0.0.1" == bound
    assert f"redis://127.0.0.1:{server.port}/0" == server.url


def test_what_is_asked_for_replaces_the_defaults():
    with embedded_redis({"appendonly": "no"}) as server, _client(server) as client:
        config = client.config_get("append*")

    assert "no" == config["appendonly"]
    assert "always" == config["appendfsync"]


def test_nobody_else_on_the_machine_reaches_its_socket(redis_server):
    folder = stat.S_IMODE(redis_server.folder.stat().st_mode)
    socket = stat.S_IMODE(redis_server.socket_path.stat().st_mode)

    assert 0o700 == folder
    assert 0o700 == socket


@pytest.mark.parametrize("tcp", [False, True], ids=["socket", "tcp"])
def test_what_was_acknowledged_is_there_after_a_kill(tcp):
    with embedded_redis(tcp=tcp) as server, _client(server) as client:
        url, pid = server.url, server.pid
        client.set("key", "value")
        server.kill()
        was_running = is_running(pid)
        server.restart()
        value = client.get("key")

    assert not was_running
    assert b"value" == value
    assert url == server.url
    assert pid != server.pid


def test_a_server_that_runs_is_restarted_too(redis_server):
    before = redis_server.pid

    redis_server.restart()

    assert not is_running(before)
    assert is_running(redis_server.pid)


def test_nothing_is_left_after_the_block(each_binary):
    with embedded_redis(binary=each_binary) as server:
        pid, keeper, folder = server.pid, server._keeper.pid, server.folder

    assert not is_running(pid)
    assert not is_running(keeper)
    assert not folder.exists()


def test_nothing_is_left_after_an_exception():
    with pytest.raises(KeyboardInterrupt), embedded_redis() as server:
        raise KeyboardInterrupt

    assert not is_running(server.pid)
    assert not server.folder.exists()


def test_stopping_twice_does_nothing_more():
    with embedded_redis() as server:
        server.stop()

    assert not server.folder.exists()


_PARENT = """
import os, subprocess, sys, time
from worker.sandbox.redis_server import embedded_redis

with embedded_redis() as server:
    children = []
    if "child" in sys.argv:
        children.append(subprocess.Popen(["sleep", "60"]).pid)
    if "fork" in sys.argv:
        child = os.fork()
        if not child:
            time.sleep(60)
            os._exit(0)
        children.append(child)
    print(server.pid, server._keeper.pid, server.folder, *children, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize(
    "children",
    [
        pytest.param([], id="alone"),
        pytest.param(["child"], id="with_a_child"),
        pytest.param(["fork"], id="with_a_fork_that_holds_its_pipes"),
    ],
)
def test_a_server_ends_when_its_parent_is_killed(signal_number, children):
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, *children], stdout=subprocess.PIPE, text=True
    )
    server, keeper, folder, *others = parent.stdout.readline().split()

    parent.send_signal(signal_number)
    parent.wait()

    assert eventually(lambda: not is_running(int(server)), seconds_max=30)
    assert eventually(lambda: not is_running(int(keeper)), seconds_max=30)
    assert eventually(lambda: not Path(folder).exists(), seconds_max=30)
    parent.stdout.close()
    for other in others:
        os.kill(int(other), signal.SIGKILL)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel must help with this")
def test_a_server_ends_when_its_keeper_is_killed():
    with embedded_redis() as server:
        os.kill(server._keeper.pid, signal.SIGKILL)

        ended = eventually(lambda: not is_running(server.pid), seconds_max=30)

        with pytest.raises(EmbeddedRedisFailed, match="has lost its supervisor"):
            server.restart()
    assert ended
    assert not server.folder.exists()


def test_the_keeper_ends_its_server_when_it_is_asked_to_end():
    with embedded_redis() as server:
        os.kill(server._keeper.pid, signal.SIGTERM)

        ended = eventually(lambda: not is_running(server.pid), seconds_max=30)

    assert ended


def test_a_server_goes_on_when_the_thread_that_started_it_ends():
    servers = []
    thread = threading.Thread(target=lambda: servers.append(_started()))
    thread.start()
    thread.join()

    with servers[0] as server, _client(server) as client:
        answer = client.ping()

    assert answer


def test_ctrl_c_in_the_terminal_is_not_the_servers_business():
    with embedded_redis() as server, _client(server) as client:
        os.kill(server._keeper.pid, signal.SIGINT)
        own_group = os.getpgid(server.pid) == os.getpgrp()
        answer = client.ping()

    assert answer
    assert not own_group


def test_a_server_that_does_not_start_says_why():
    with (
        pytest.raises(EmbeddedRedisFailed, match="Bad directive"),
        embedded_redis({"no-such-setting": "1"}),
    ):
        pass


def test_a_program_that_is_no_server_says_nothing(tmp_path):
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o700)

    with pytest.raises(EmbeddedRedisFailed, match="said nothing"), embedded_redis(binary=program):
        pass


def test_a_server_that_does_not_answer_in_time_is_given_up(tmp_path):
    program = tmp_path / "redis-server"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o700)

    with (
        pytest.raises(EmbeddedRedisFailed),
        embedded_redis(binary=program, start_seconds_max=0.1),
    ):
        pass


def test_a_long_temporary_folder_is_passed_over_for_a_socket(monkeypatch, tmp_path):
    long_folder = tmp_path / ("x" * 80)
    long_folder.mkdir()
    monkeypatch.setattr(redis_server.tempfile, "tempdir", str(long_folder))

    with embedded_redis() as server:
        folder = server.folder.parent

    assert Path("/tmp") == folder


def _started() -> EmbeddedRedis:
    server = EmbeddedRedis(
        {}, tcp=False, binary=redis_server.find_server_binary(), start_seconds_max=10
    )
    server.start()
    return server


def _client(server: EmbeddedRedis) -> Redis:
    return Redis.from_url(server.url, protocol=2)
