"""Ctrl-C, SIGTERM and a closed pipe end each command with a sentence and no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from tests.support.event_builders import CLAIM, encoded, event_of
from tests.support.processes import eventually, uncounted_environment
from tests.support.sources import ROOT
from worker.cli import COMMANDS
from worker.client import BATCH
from worker.commands.interruption import NOT_BEGUN, WORKER
from worker.sandbox.redis_server import EmbeddedRedis, embedded_redis

DAY = ROOT / "worker" / "samples" / "day.jsonl"
SECONDS_MAX = 30
PIPE_BYTES = 65_536
INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM

POOL = """
import sys, time
from pathlib import Path
from worker.processes.interruption import leave_signals, take_signals
from worker.processes.parallel import results_of

class Job:
    def prepare(self):
        return lambda part: time.sleep(60)

if __name__ == "__main__":
    take_signals()
    print("begun", flush=True)
    try:
        list(results_of(Job(), [Path(str(n)) for n in range(4)], 2))
    except KeyboardInterrupt:
        sys.exit(130)
"""

AT_A_CALL = """
import os, signal, sys
from worker import cli
from worker.__main__ import main

def interrupt(place, name):
    real = getattr(place, name)
    def interrupted(*words):
        setattr(place, name, real)
        os.kill(os.getpid(), number)
        return real(*words)
    setattr(place, name, interrupted)

if __name__ == "__main__":
    names, number = sys.argv.pop(1).split(","), int(sys.argv.pop(1))
    for name in names:
        interrupt(cli if hasattr(cli, name) else cli.Adjudicator, name)
    main()
"""
"""`adjudicator`, to which a signal, its second word, comes as it enters what its first names."""


def heed_ctrl_c() -> None:
    """Whoever runs the tests in the background has them ignore it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def running(
    *words: str, settings: Mapping[str, str] | None = None, program: Sequence[str] = ()
) -> Iterator[subprocess.Popen[str]]:
    """A command in a group of its own, as a shell starts it."""
    process = subprocess.Popen(
        [sys.executable, "-P", *(program or ("-m", "worker")), *words],
        env=uncounted_environment() | {"PYTHONPATH": str(ROOT)} | (settings or {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509  # one thread only
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def takes_signals(process: subprocess.Popen[str]) -> bool:
    """Whether it has come to the first lines of our own code."""
    caught = Path(f"/proc/{process.pid}/status").read_text().split("SigCgt:")[1].split()[0]
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def stop(process: subprocess.Popen[str], number: int) -> tuple[int, str]:
    """Its exit code and what it says on standard error."""
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=SECONDS_MAX)
    return process.returncode, said


def send(process: subprocess.Popen[str], events: int) -> None:
    assert process.stdin is not None
    lines = [encoded(event_of(CLAIM, member_id=f"M-{n}")).decode() for n in range(events)]
    process.stdin.write("".join(f"{line}\n" for line in lines))
    process.stdin.flush()


def have_read(process: subprocess.Popen[str]) -> None:
    """Returns once the command reads: more was sent than a pipe holds."""
    send(process, 2 * PIPE_BYTES // len(encoded(event_of(CLAIM))))


def have_said(process: subprocess.Popen[str]) -> None:
    """Returns once the command has said its first line."""
    assert process.stdout is not None
    process.stdout.readline()


@pytest.fixture(scope="module")
def redis() -> Iterator[EmbeddedRedis]:
    with embedded_redis() as server:
        yield server


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {WORKER, "health"}))
def test_each_command_says_in_its_first_moment_that_nothing_was_done(command):
    with running(command) as process:
        assert eventually(lambda: takes_signals(process))
        code, said = stop(process, signal.SIGINT)

    assert (INTERRUPTED, f"Interrupted: {NOT_BEGUN}\n") == (code, said)


@pytest.mark.parametrize(
    ("number", "expected", "after_seconds"),
    [
        *((signal.SIGINT, INTERRUPTED, seconds) for seconds in (0.05, 0.2, 0.6)),
        (signal.SIGTERM, TERMINATED, 0.2),
    ],
)
def test_at_any_moment_of_its_first_second_one_line_is_said(after_seconds, number, expected):
    with running("library", "check") as process:
        assert eventually(lambda: takes_signals(process))
        time.sleep(after_seconds)
        code, said = stop(process, number)

    assert expected == code
    assert 1 == len(said.splitlines()), said
    assert said.endswith("Run the command again.\n")


@pytest.mark.parametrize("gap_seconds", [0.0, 0.02, 0.1])
def test_ctrl_c_twice_is_said_once(gap_seconds):
    with running("decide", "-") as process:
        have_read(process)
        os.killpg(process.pid, signal.SIGINT)
        time.sleep(gap_seconds)
        code, said = stop(process, signal.SIGINT)

    assert INTERRUPTED == code
    assert "Traceback" not in said
    assert said.count("Interrupted: ") <= 1


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(signal.SIGINT, INTERRUPTED, id="Ctrl-C"),
        pytest.param(signal.SIGTERM, TERMINATED, id="SIGTERM"),
    ],
)
@pytest.mark.parametrize(
    "moments",
    [
        pytest.param("parse_args", id="before the command is known"),
        pytest.param("must_be_settings", id="while its settings are read"),
        pytest.param("must_be_settings,said_when_stopped", id="again while the first is told"),
        pytest.param("must_be_settings,signal_of", id="again before the first is told"),
    ],
)
def test_wherever_a_signal_comes_the_exit_code_and_one_line_say_so(moments, number, expected):
    program = ("-c", AT_A_CALL, moments, str(int(number)))
    with running("decide", "-", program=program) as process:
        _, said = process.communicate(timeout=SECONDS_MAX)

    assert expected == process.returncode, said
    assert 1 == len(said.strip().splitlines()), said


@pytest.mark.parametrize(
    ("words", "have_begun", "sentence"),
    [
        pytest.param(
            ["decide", "-"], have_read, "The output is not complete. Run the command", id="decide"
        ),
        pytest.param(
            ["exporter", "--port", "0"], have_said, "It changes nothing. Start it", id="exporter"
        ),
    ],
)
def test_a_command_that_was_in_the_middle_of_it_says_what_became_of_it(
    words, have_begun, sentence, redis
):
    with running(*words, settings={"MRS_REDIS_URL": redis.url}) as process:
        have_begun(process)
        code, said = stop(process, signal.SIGINT)

    assert INTERRUPTED == code
    assert said.startswith(f"Interrupted: {sentence}")
    assert 1 == len(said.splitlines()), said


def submitting(redis: EmbeddedRedis, prefix: str):
    return running("submit", "-", settings={"MRS_REDIS_URL": redis.url, "MRS_PREFIX": prefix})


def have_refused(process: subprocess.Popen[str]) -> None:
    """Sends a line that is refused, and waits until the command has come to it."""
    assert process.stdin is not None
    assert process.stderr is not None
    process.stdin.write('\n{"refused": 1}\n')
    process.stdin.flush()
    process.stderr.readline()


@pytest.mark.parametrize(
    ("number", "expected"), [(signal.SIGINT, INTERRUPTED), (signal.SIGTERM, TERMINATED)]
)
def test_submit_says_how_many_went_and_from_which_line_to_go_on(redis, number, expected):
    with submitting(redis, f"stopped-{number}") as process:
        have_refused(process)
        send(process, BATCH + 7)
        have_refused(process)
        code, said = stop(process, number)

    assert expected == code
    assert said.splitlines()[-1].partition(": ")[2] == (
        f"{BATCH} events sent, 2 refused and not sent. Go on from line {BATCH + 3} of standard "
        "input; an event sent twice has one effect."
    )


def test_submit_that_fails_says_it_too():
    with embedded_redis() as redis, submitting(redis, "failing") as process:
        send(process, BATCH)
        with Redis.from_url(redis.url) as client:
            assert eventually(lambda: client.xlen("failing:events") == BATCH, SECONDS_MAX)
        redis.kill()
        send(process, BATCH)
        _, said = process.communicate(timeout=SECONDS_MAX)

    assert 3 == process.returncode
    assert f"{BATCH} events sent, 0 refused and not sent. Go on from line {BATCH + 1} of" in said
    assert 1 == len(said.splitlines()), said


@pytest.mark.parametrize("after_seconds", [0.05, 0.3])
def test_ctrl_c_reaches_a_pool_in_silence(tmp_path, after_seconds):
    script = tmp_path / "pool.py"
    script.write_text(POOL)

    with running(program=[str(script)]) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after_seconds)
        code, said = stop(process, signal.SIGINT)

    assert (INTERRUPTED, "") == (code, said)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--help"], id="help"),
        pytest.param(["decide", str(DAY)], id="json_lines"),
        pytest.param(["library", "show"], id="a_page"),
        pytest.param(["contract", "show"], id="json"),
    ],
)
def test_a_reader_that_has_enough_is_no_failure(words):
    with running(*words) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        _, said = process.communicate(timeout=SECONDS_MAX)

    assert (0, "") == (process.returncode, said)


@pytest.mark.parametrize(
    ("number", "expected", "is_ready"),
    [
        pytest.param(signal.SIGINT, INTERRUPTED, False, id="ctrl_c_at_once"),
        pytest.param(signal.SIGTERM, 0, False, id="asked_to_end_at_once"),
        pytest.param(signal.SIGINT, INTERRUPTED, True, id="ctrl_c_when_ready"),
    ],
)
def test_a_worker_says_it_in_its_log(redis, tmp_path, number, expected, is_ready):
    settings = {"MRS_REDIS_URL": redis.url, "MRS_STATE_DIR": str(tmp_path), "MRS_PREFIX": "ends"}
    with running("worker", "--concurrency", "1", settings=settings) as process:
        assert eventually(lambda: takes_signals(process))
        if is_ready:
            assert eventually((tmp_path / "ready").exists, SECONDS_MAX)
        code, said = stop(process, number)

    assert expected == code
    events = [json.loads(line)["event"] for line in said.splitlines()]
    assert events[-1] == ("stopped" if is_ready else events[0])
    assert is_ready or events[0].endswith("before it was ready")
