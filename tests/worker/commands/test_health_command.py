"""`adjudicator health`: what a probe is told."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from worker.cli import adjudicator
from worker.processes.health import show_alive, show_ready


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("MRS_STATE_DIR", str(tmp_path))
    return tmp_path


def test_without_a_worker_neither_answer_is_yes(folder):
    assert (1, "not alive") == _answer()
    assert (1, "not ready") == _answer("--ready")


def test_a_worker_that_lives_may_yet_be_unable_to_work(folder):
    show_alive(folder)

    assert (0, "alive") == _answer()
    assert (1, "not ready") == _answer("--ready")


def test_a_worker_that_can_work_is_ready(folder):
    show_alive(folder)
    show_ready(folder, ready=True)

    assert (0, "ready") == _answer("--ready")


def test_a_probe_imports_neither_celery_nor_redis(folder):
    script = (
        "import sys; from worker.cli import adjudicator\n"
        "adjudicator(['health'], standalone_mode=False)\n"
        "sys.exit(any(name in sys.modules for name in ('celery', 'redis')))"
    )

    assert 0 == subprocess.run([sys.executable, "-c", script], check=False).returncode


def _answer(*options: str) -> tuple[int, str]:
    result = CliRunner().invoke(adjudicator, ["health", *options])
    return result.exit_code, result.stdout.split(":")[0].strip()
