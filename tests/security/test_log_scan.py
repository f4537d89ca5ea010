"""All scenarios through real workers: nothing of a member in any log, metric or Celery message."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from rules.loading.files import SHIPPED, load_library
from tests.security.searched import needles_of, search
from tests.support.event_builders import (
    CLAIM,
    PERSON,
    TREATMENT,
    encoded,
    event_of,
    with_value,
)
from tests.support.exporters import running_exporter
from tests.support.processes import eventually
from tests.support.scrapes import scrape_at
from tests.support.sources import ROOT
from worker.client import submit
from worker.config.connections import redis_client
from worker.replay.queue_watch import QueueWatch
from worker.replay.replay import cases_of
from worker.replay.scenarios import read_scenarios
from worker.sandbox.installation import Installation, WorkerProcess, installation
from worker.store.keys import Keys

SCENARIOS = ROOT / "tests" / "scenarios" / "open.jsonl"
KEYS = Keys("mrs")

MALFORMED = [
    (CLAIM, "data.received_at"),
    (CLAIM, "data.lines[0].date_of_service"),
    (CLAIM, "data.lines[0].charge"),
    (CLAIM, "data.lines[0].ordering_specialty"),
    (TREATMENT, "data.ended_on"),
    (PERSON, "data.birth_date"),
    (PERSON, "data.sex"),
]
"""What is refused of an event, whose fault names what was found."""

_BODY = re.compile(r'\\?"body\\?": \\?"([A-Za-z0-9+/=]+)')
"""What kombu puts into a message, as base64."""


@pytest.fixture(scope="module")
def events() -> list[bytes]:
    """Those of all scenarios, and faulty ones whose refusal names what was found."""
    cases = [
        case
        for number, scenario in enumerate(read_scenarios([str(SCENARIOS)]))
        for case in cases_of(scenario, ("given",), "scan", number)
    ]
    faulty = [
        encoded(with_value(event_of(kind, member_id="M-REFUSED-1"), path, "Q-REFUSED-2"))
        for kind, path in MALFORMED
    ]
    told = [
        event_of(PERSON, birth_date="1961-04-30"),
        event_of(TREATMENT, therapy="L01AX03", ended_on="2025-06-07"),
        with_value(event_of(CLAIM), "data.lines[0].ordering_npi", "1679576722"),
    ]
    persons = [
        encoded(event | {"id": f"e-person-{number}"}) for number, event in enumerate(told, start=1)
    ]
    return [bytes(event) for case in cases for event in case.events] + persons + faulty


@pytest.fixture(scope="module")
def written(events: list[bytes]) -> Mapping[str, bytes]:
    """Everything that a run wrote outside of the keys that are meant for members' data."""
    with installation(workers=1, settings={"log_level": "debug"}) as own:
        own.workers.append(_TalkativeWorker(own))
        own.workers[-1].start()
        own.wait_until_ready()
        with redis_client(own.settings) as redis, Listening(own) as said_by_celery:
            submit(events[: len(events) // 2], redis_url=own.redis.url)
            eventually(lambda: redis.xlen(KEYS.determinations) > 0)
            _kill_a_child(own)
            submit(events[len(events) // 2 :], redis_url=own.redis.url)
            QueueWatch(redis, KEYS, 16).wait_until_drained(lambda _: own.mend())
            assert redis.xlen(KEYS.determinations) > 300
            with running_exporter(own.redis.url) as exporter:
                metrics = scrape_at(f"http://{exporter.address}/metrics").text
            workers = redis.zrange(KEYS.workers, 0, -1)
            fixed = [*redis.hgetall(KEYS.counters), *redis.hgetall(KEYS.meta), *workers]
        logs = {f"log of {worker.name}": worker.folder / "log" for worker in own.workers}
        own.stop()
        return {
            **{name: file.read_bytes() for name, file in logs.items()},
            "Celery's messages and events": b"\n".join(said_by_celery),
            "metrics": metrics.encode(),
            "counters, terms and workers": b"\n".join(fixed),
        }


def test_nothing_of_a_member_is_in_what_was_written(written, events, capsys):
    needles = needles_of(events)
    # The days of the policy and of the table of diagnoses are public, and announced by workers.
    library = load_library(SHIPPED)
    needles["date"] -= {version.version for version in library.versions}
    needles["date"] -= {f"{library.icd10cm.knows_to}"}

    found = search(written, needles)

    with capsys.disabled():
        print(f"\nlog scan: {found}")
    assert [] == found.finds
    assert all(len(text) > 500 for text in written.values())
    assert b"task-received" in written["Celery's messages and events"]
    assert {"id", "date", "npi", "diagnosis"} <= set(found.needles)
    assert {"1961-04-30", "2025-06-07"} <= needles["date"]


def test_the_search_finds_what_is_there(events):
    needles = needles_of(events)
    written = {"a log": b'{"event":"read 1234567893"}', "another": b"M-REFUSED-1 C71.1"}

    finds = search(written, needles).finds

    assert {"npi in a log", "id in another", "diagnosis in another"} == {
        find.partition(":")[0] for find in finds
    }


class _TalkativeWorker(WorkerProcess):
    """One that logs for people and sends Celery's own events, which ours do not."""

    def __init__(self, own: Installation) -> None:
        folder = own.redis.folder / "talkative"
        environment = own._environment | {"MRS_LOG_FORMAT": "console"}
        super().__init__("talkative", folder, environment, 1)

    def _command(self) -> list[str]:
        celery = [sys.executable, "-P", "-m", "celery", "-A", "worker.app", "worker"]
        return [*celery, "-E", "--concurrency=1", "--loglevel=debug"]


class Listening:
    """Keeps every command that Celery sends to Redis, with all that it carries."""

    def __init__(self, own: Installation) -> None:
        self._client = Redis(unix_socket_path=str(own.redis.socket_path))
        self._monitor = self._client.monitor()
        self._kept: list[bytes] = []
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> list[bytes]:
        self._monitor.__enter__()
        self._thread.start()
        return self._kept

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._monitor.connection.disconnect()
        self._thread.join(5)

    def _listen(self) -> None:
        with suppress(RedisError, OSError, ValueError, AttributeError):  # that is its end
            while True:
                command = self._monitor.next_command()["command"]
                if KEYS.celery in command:
                    self._kept += [command.encode(), *map(b64decode, _BODY.findall(command))]


def _kill_a_child(own: Installation) -> None:
    """Celery logs the death of a child with all that it knows of its task."""
    pid = own.workers[0].pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGKILL)
