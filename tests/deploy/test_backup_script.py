"""The backup's script on a real Redis under its own login: what it makes can be put back."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from rules.loading.files import SHIPPED, load_library
from tests.deploy.kubernetes_objects import BACKUP
from tests.security.logins import admin_of, guarded_redis, password_of, refusals
from tests.support.archives import PublishedDay, run
from tests.support.processes import eventually
from tests.support.programs import needed_program
from tests.support.worlds import RedisWorld
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis

SCRIPT = BACKUP / "backup.sh"
USER = "mrs-backup"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[EmbeddedRedis]:
    needed_program("redis-cli")
    config = {"repl-diskless-sync-delay": "0"}
    with guarded_redis(tmp_path_factory.mktemp("backup"), config) as server:
        with admin_of(server) as admin:
            admin.mset({"mrs:record:M-1": "one", "mrs:record:M-2": "two"})
        yield server


@pytest.fixture
def admin(guarded: EmbeddedRedis) -> Iterator[Redis]:
    with admin_of(guarded) as client:
        client.delete("mrs:upkeep")
        yield client


def environment(server: EmbeddedRedis, folder: Path, **told: str) -> dict[str, str]:
    """As a deployment tells it, with the password in a file."""
    password = folder / "password"
    password.write_text(password_of(USER) + "\n")
    return os.environ | {
        "REDIS_WORDS": f"-s {server.socket_path} --user {USER}",
        "PASSWORD_FILE": str(password),
        **told,
    }


def back_up(
    server: EmbeddedRedis, folder: Path, *words: object, **told: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", SCRIPT, folder / "backups", *map(str, words)],
        env=environment(server, folder, **told),
        capture_output=True,
        text=True,
        check=False,
    )


def backups(folder: Path) -> list[Path]:
    return sorted((folder / "backups").iterdir())


def test_a_snapshot_holds_everything_and_only_its_owner_reads_it(guarded, admin, tmp_path):
    ended = back_up(guarded, tmp_path)

    assert 0 == ended.returncode, ended.stdout + ended.stderr
    (made,) = backups(tmp_path)
    assert ["dump.rdb"] == [each.name for each in made.iterdir()]
    assert 0o700 == made.stat().st_mode & 0o777
    assert 0o600 == (made / "dump.rdb").stat().st_mode & 0o777
    assert {b"mrs:record:M-1", b"mrs:record:M-2"} <= _keys_in(made / "dump.rdb", tmp_path)
    assert [] == refusals(admin, USER)


def test_that_it_ended_well_is_noted_with_redis_time(guarded, admin, tmp_path):
    back_up(guarded, tmp_path)

    now, _ = admin.time()
    assert now - 60 <= int(admin.hget("mrs:upkeep", "backup")) <= now


def test_another_prefix_is_noted_under_it(guarded, admin, tmp_path):
    ended = back_up(guarded, tmp_path, PREFIX="other")

    # The shipped login is for the prefix `mrs`; whoever has another one changes both.
    assert 1 == ended.returncode
    assert ["key other:upkeep"] == refusals(admin, USER)
    admin.acl_log_reset()


def test_the_archive_goes_along_and_is_whole(
    guarded, admin, redis_client, redis_url, tmp_path, monkeypatch
):
    monkeypatch.setenv("MRS_REDIS_URL", redis_url)
    day = PublishedDay(RedisWorld(redis_client), load_library(SHIPPED), tmp_path / "archive")
    day.acknowledge()
    day.archive()
    (day.folder / "new.part").write_text("half a file")

    ended = back_up(guarded, tmp_path, day.folder)

    (made,) = backups(tmp_path)
    copied = {each.name for each in (made / "archive").iterdir()}
    assert 0 == ended.returncode, ended.stdout + ended.stderr
    assert copied == {each.name for each in day.folder.iterdir()} - {".lock", "new.part"}
    assert 0 == run("archive", str(made / "archive"), "--check").exit_code


@pytest.mark.parametrize("is_there", [True, False], ids=["an_empty_folder", "no_folder"])
def test_an_archive_that_was_not_begun_is_no_fault(guarded, admin, tmp_path, is_there):
    if is_there:
        (tmp_path / "archive").mkdir()

    ended = back_up(guarded, tmp_path, tmp_path / "archive")

    assert 0 == ended.returncode, ended.stdout + ended.stderr
    assert ["dump.rdb"] == [each.name for each in backups(tmp_path)[0].iterdir()]


def test_as_many_stay_as_are_asked_for_and_what_is_not_a_backup(guarded, admin, tmp_path):
    folder = tmp_path / "backups"
    for name in ("2025-01-01T04-17-00Z", "2025-01-02T04-17-00Z", "2025-01-03T04-17-00Z", "mine"):
        (folder / name).mkdir(parents=True)

    back_up(guarded, tmp_path, KEEP="2")

    first, second, mine = (each.name for each in backups(tmp_path))
    assert "2025-01-03T04-17-00Z" == first
    assert second > "2026"
    assert "mine" == mine


@pytest.mark.parametrize(
    ("told", "said"),
    [
        pytest.param({"REDIS_WORDS": "-s /nowhere"}, "Could not connect", id="no_redis"),
        pytest.param({"REDISCLI_AUTH": "wrong", "PASSWORD_FILE": ""}, "WRONGPASS", id="password"),
    ],
)
def test_a_failure_is_said_and_noted_nowhere_and_costs_no_older_one(
    guarded, admin, tmp_path, told, said
):
    (tmp_path / "backups/2025-01-01T04-17-00Z").mkdir(parents=True)

    ended = back_up(guarded, tmp_path, KEEP="1", **told)

    assert 1 == ended.returncode
    assert said in ended.stdout + ended.stderr
    assert ended.stdout.endswith("no backup was made\n")
    assert ["2025-01-01T04-17-00Z"] == [
        each.name for each in backups(tmp_path) if not each.name.startswith(".")
    ]
    assert not admin.exists("mrs:upkeep")


def test_the_password_is_in_no_command_line_and_no_output(guarded, admin, tmp_path):
    ended = back_up(guarded, tmp_path)

    assert password_of(USER) not in ended.stdout + ended.stderr
    assert "--pass" not in SCRIPT.read_text()
    assert " -a " not in SCRIPT.read_text()


def test_with_every_it_goes_on_until_it_is_told_to_end_also_after_a_failure(
    guarded, admin, tmp_path
):
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups/.unfinished").write_text("in the way until it is removed")
    told = environment(guarded, tmp_path, EVERY="1")
    with subprocess.Popen(["sh", SCRIPT, tmp_path / "backups"], env=told) as running:
        assert eventually(lambda: len(backups(tmp_path)) >= 2, 60)
        running.send_signal(signal.SIGTERM)
        running.wait(60)

    assert 128 + signal.SIGTERM == running.returncode


def _keys_in(snapshot: Path, folder: Path) -> set[bytes]:
    """What a server has that begins with a snapshot, as the guide puts one back."""
    restored = folder / "restored"
    restored.mkdir()
    (restored / "dump.rdb").write_bytes(snapshot.read_bytes())
    config = {"dir": str(restored), "appendonly": "no"}
    with (
        embedded_redis(config) as server,
        Redis(unix_socket_path=str(server.socket_path)) as client,
    ):
        return set(client.keys("*"))
