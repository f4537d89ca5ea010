"""A worker is alive and ready as long as it has said so of late."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time

import pytest

from worker.processes.health import ALIVE_SECONDS, is_alive, is_ready, show_alive, show_ready


def test_without_a_worker_nothing_is_alive_or_ready(tmp_path):
    folder = tmp_path / "state"

    assert not is_alive(folder)
    assert not is_ready(folder)


def test_a_worker_that_shows_itself_is_alive_and_not_ready_yet(tmp_path):
    folder = tmp_path / "state"

    show_alive(folder)

    assert is_alive(folder)
    assert not is_ready(folder)


def test_a_worker_that_can_work_is_ready(tmp_path):
    show_alive(tmp_path)

    show_ready(tmp_path, ready=True)

    assert is_ready(tmp_path)


def test_a_worker_that_cannot_work_any_more_is_not_ready_but_alive(tmp_path):
    show_alive(tmp_path)
    show_ready(tmp_path, ready=True)

    show_ready(tmp_path, ready=False)
    show_ready(tmp_path, ready=False)

    assert not is_ready(tmp_path)
    assert is_alive(tmp_path)


@pytest.mark.parametrize(
    ("age_seconds", "expected"),
    [
        pytest.param(ALIVE_SECONDS - 2, True, id="just_fresh"),
        pytest.param(ALIVE_SECONDS, False, id="just_stale"),
    ],
)
@pytest.mark.parametrize("file", ["alive", "ready"])
def test_a_file_that_is_old_speaks_of_a_worker_that_is_gone(tmp_path, file, age_seconds, expected):
    show_alive(tmp_path)
    show_ready(tmp_path, ready=True)
    then = time.time() - age_seconds
    os.utime(tmp_path / file, (then, then))

    assert expected == is_ready(tmp_path)
    assert (expected or file == "ready") == is_alive(tmp_path)


@pytest.mark.parametrize(
    ("lease_seconds", "age_seconds", "expected"),
    [
        pytest.param(10, 9, True, id="within_a_lease"),
        pytest.param(10, 10, False, id="past_a_lease"),
        pytest.param(600, ALIVE_SECONDS - 2, True, id="within_the_most_that_a_lease_counts_for"),
        pytest.param(600, ALIVE_SECONDS, False, id="past_the_most_that_a_lease_counts_for"),
    ],
)
def test_readiness_ends_with_the_lease(tmp_path, lease_seconds, age_seconds, expected):
    show_alive(tmp_path)
    show_ready(tmp_path, ready=True)
    then = time.time() - age_seconds
    os.utime(tmp_path / "ready", (then, then))

    assert expected == is_ready(tmp_path, lease_seconds)


def test_a_stale_file_is_made_fresh(tmp_path):
    show_alive(tmp_path)
    os.utime(tmp_path / "alive", (0, 0))

    show_alive(tmp_path)

    assert is_alive(tmp_path)


def test_the_folder_is_made_for_its_owner_only(tmp_path):
    folder = tmp_path / "deep" / "state"

    show_alive(folder)

    assert 0o700 == stat.S_IMODE(folder.stat().st_mode)
    assert 0o600 == stat.S_IMODE((folder / "alive").stat().st_mode)


def test_a_link_that_someone_laid_is_not_followed(tmp_path):
    (tmp_path / "alive").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="symbolic links"):
        show_alive(tmp_path)

    assert not (tmp_path / "elsewhere").exists()


def test_another_users_file_says_nothing(tmp_path, monkeypatch):
    show_alive(tmp_path)
    monkeypatch.setattr(os, "getuid", lambda: (tmp_path / "alive").stat().st_uid + 1)

    assert not is_alive(tmp_path)


def test_a_probe_imports_neither_celery_nor_redis():
    program = (
        "import sys, worker.processes.health; "
        "print(sorted({'celery', 'redis'} & sys.modules.keys()))"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "[]" == said.stdout.strip()
