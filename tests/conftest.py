"""What all tests share: servers of their own, and the check that none of them is left behind."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import hypothesis
import pytest
import structlog
from redis import Redis

from tests.support.leftovers import end_leftovers, mark_this_run
from worker.config.settings import Settings
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis

# On a shared runner time says nothing about the code, and a run must be the same the next time.
hypothesis.settings.register_profile("here", deadline=None, print_blob=True)
hypothesis.settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")

# Where a test has not set up our logs: structlog's own way draws every local of every frame, which
# takes longer than a slice of work may.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)

# pytest-xdist sets it in its workers; what goes to a file has a width of its own.
os.environ.pop("COLUMNS", None)

# Counting makes code three times as slow. These use again what the other folders are the tests of.
_UNCOUNTED = {"deploy", "docs", "drift", "faults", "model", "ops", "recipes", "security"}

# By this a new process knows that what it reaches is to be counted.
_COUNTING = "COVERAGE_PROCESS_CONFIG"

_LEFT = pytest.StashKey[list[str]]()
_STATE = pytest.StashKey[str]()


@pytest.fixture
def redis_server() -> Iterator[EmbeddedRedis]:
    """A Redis of the test's own, which it may kill and restart."""
    with embedded_redis() as server:
        yield server


@pytest.fixture(scope="session")
def _shared_redis_server() -> Iterator[EmbeddedRedis]:
    with embedded_redis({"appendonly": "no"}) as server:
        yield server


@pytest.fixture
def shared_redis(_shared_redis_server: EmbeddedRedis) -> EmbeddedRedis:
    """A Redis that is empty at the start of the test; it must be left as it was configured."""
    with Redis(unix_socket_path=str(_shared_redis_server.socket_path)) as client:
        client.flushall()
        client.script_flush()
    return _shared_redis_server


@pytest.fixture
def redis_url(shared_redis: EmbeddedRedis) -> str:
    """Where a Redis is that is empty at the start of the test, as `MRS_REDIS_URL` has it."""
    return shared_redis.url


@pytest.fixture
def redis_client(shared_redis: EmbeddedRedis) -> Iterator[Redis]:
    """A client of a Redis that is empty at the start of the test."""
    with Redis(unix_socket_path=str(shared_redis.socket_path)) as client:
        yield client


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder, with a name short enough for a socket in it."""
    with tempfile.TemporaryDirectory(prefix="mrs-test-", dir="/tmp") as folder:
        yield Path(folder)


def pytest_configure(config: pytest.Config) -> None:
    """The settings of whoever runs the tests do not count in them."""
    for name in [name for name in os.environ if name.startswith("MRS_")]:
        if not name.startswith("MRS_TESTS_"):
            del os.environ[name]
    Settings.model_config["env_file"] = None
    if not _is_xdist_worker(config):
        mark_this_run()
        config.stash[_STATE] = tempfile.mkdtemp(prefix="mrs-tests-")
        os.environ["MRS_TESTS_STATE"] = config.stash[_STATE]
    os.environ["MRS_STATE_DIR"] = os.environ["MRS_TESTS_STATE"]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that leaves a process behind fails the run."""
    if _is_xdist_worker(session.config):
        return
    shutil.rmtree(session.config.stash[_STATE], ignore_errors=True)
    session.config.stash[_LEFT] = end_leftovers(grace_seconds=10)
    if session.config.stash[_LEFT]:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Names the processes that were left behind."""
    for left in config.stash.get(_LEFT, []):
        terminalreporter.write_line(f"left behind by a test, and ended: {left}", red=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What a test reaches counts for the promised coverage, unless it is said of it not to."""
    if _is_counted(item):
        return (yield)
    with _without_counting():
        return (yield)


def _is_counted(item: pytest.Item) -> bool:
    folder = item.path.relative_to(item.config.rootpath).parts[1]
    return folder not in _UNCOUNTED and item.get_closest_marker("uncounted") is None


@contextmanager
def _without_counting() -> Iterator[None]:
    """Here and in the processes that are started, nothing is traced for the coverage."""
    here, in_threads = sys.gettrace(), threading.gettrace()
    in_processes = os.environ.pop(_COUNTING, None)
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]  # as its documentation says
    try:
        yield
    finally:
        if in_processes is not None:
            os.environ[_COUNTING] = in_processes
        threading.settrace(in_threads)  # type: ignore[arg-type]
        sys.settrace(here)


def _is_xdist_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
