"""What is done to a running installation so that each alert has its cause."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from redis import Redis

from tests.support.event_builders import CLAIM, COVERAGE, encoded, event_of
from tests.support.exporters import RunningExporter, running_exporter
from tests.support.sources import ROOT
from worker.client import submit
from worker.config.connections import impatient_client
from worker.intake.route import lane_of
from worker.metrics import counters as metrics
from worker.replay.queue_watch import QueueWatch
from worker.replay.replay import cases_of
from worker.replay.scenarios import read_scenarios
from worker.sandbox.installation import Installation, installation
from worker.sandbox.redis_server import free_port
from worker.store.arguments import stamped
from worker.store.keys import Keys, lane_name
from worker.store.upkeep import JOBS, note_success

LATE_SECONDS = 61
"""Beyond the objective."""
DAY_SECONDS = 86_400
PAUSES_MAX = 40
"""A pause may come between two commits; then it harms nothing."""


@dataclass
class Patient:
    """An installation to harm, with its exporter."""

    own: Installation
    exporter: RunningExporter
    redis: Any
    metrics_port: int
    keys: Keys = field(default_factory=lambda: Keys("mrs"))
    sent_last_at: float = 0.0

    def send(self, *events: bytes) -> None:
        """To the door."""
        submit(events, redis_url=self.own.redis.url)
        self.sent_last_at = time.monotonic()


class Cause(NamedTuple):
    """One harm, and the alerts that it must fire."""

    alerts: tuple[str, ...]
    how: str
    act: Callable[[Patient], None]
    goes_on: bool = False
    """Whether the next harm may be done before these alerts have fired."""


def send_the_scenarios(patient: Patient) -> None:
    """More determinations than a group may leave unread, from claims of 2025."""
    patient.redis.xgroup_create(patient.keys.determinations, "payments", id="0", mkstream=True)
    scenarios = read_scenarios([str(ROOT / "tests/scenarios/open.jsonl")])
    # Refused events would fire alerts that a later cause must fire.
    accepted = (each for each in scenarios if not each.refused)
    for number, scenario in enumerate(accepted):
        for case in cases_of(scenario, ("given", "reversed", "shuffled"), "fire", number * 10):
            patient.send(*case.events)


def damage_a_record(patient: Patient) -> None:
    """A member's record is no record any more; then something comes for the member."""
    patient.redis.set(patient.keys.record("M-damaged"), stamped(1, b"\xc1 no record"))
    patient.send(encoded(event_of(COVERAGE, member_id="M-damaged")))


def age_archive_and_backup(patient: Patient) -> None:
    """As if neither had ended well for three days."""
    now, _ = patient.redis.time()
    for job in JOBS:
        note_success(patient.redis, patient.keys, job)
        patient.redis.hset(patient.keys.upkeep, job, now - 3 * DAY_SECONDS)


def send_a_claim_id_twice(patient: Patient) -> None:
    """As a gateway does that numbers its claims anew."""
    claim = event_of(CLAIM, claim_id="C-again", member_id="M-again")
    other = event_of(CLAIM, claim_id="C-again", member_id="M-again", received_at="2025-06-21")
    patient.send(encoded(claim), encoded(other | {"id": "e-again"}))


def send_what_nobody_can_read(patient: Patient) -> None:
    """As a producer does that cuts its events."""
    patient.send(*(b'{"specversion": "1.0", "id": %d' % number for number in range(200)))


def stop_the_worker_and_send(patient: Patient) -> None:
    """Nobody is there to decide what comes."""
    patient.own.workers[0].stop()
    patient.send(*(_coverage(number) for number in range(3000)))


def start_it_again_too_late(patient: Patient) -> None:
    """What has waited for more than a minute is decided."""
    time.sleep(max(patient.sent_last_at + LATE_SECONDS - time.monotonic(), 0))
    patient.own.workers[0].start()


def pause_the_children(patient: Patient) -> None:
    """The process that decides stands still for longer than its lease, amid its work."""
    for turn in range(PAUSES_MAX):
        patient.send(*(_coverage(turn * 2000 + number) for number in range(2000)))
        _wait_for(lambda: _held_lanes(patient), "no lane was taken")
        children = _children(patient.own.workers[0].pid)
        _signal(children, signal.SIGSTOP)
        if _held_lanes(patient):
            time.sleep(2 * patient.own.settings.lease_seconds)
        _signal(children, signal.SIGCONT)
        time.sleep(0.5)
        if int(patient.redis.hget(patient.keys.counters, metrics.FENCED_COMMITS) or 0) >= 4:
            return


def take_an_event_away(patient: Patient) -> None:
    """Somebody deletes an entry of a lane before it is decided."""
    lane = lane_name(lane_of("M-lost", patient.own.settings.lanes))
    patient.redis.set(patient.keys.lease(lane), "somebody", px=20_000)
    patient.send(encoded(event_of(COVERAGE, member_id="M-lost")))
    stream = patient.keys.stream(lane)
    _wait_for(lambda: patient.redis.xlen(stream), "the event did not come to its lane")
    patient.redis.xdel(stream, *(entry_id for entry_id, _ in patient.redis.xrange(stream)))
    patient.redis.delete(patient.keys.lease(lane))


def fill_redis_and_turn_its_file_off(patient: Patient) -> None:
    """The append-only file is turned off, and 95 % of maxmemory is in use."""
    QueueWatch(patient.redis, patient.keys, patient.own.settings.lanes).wait_until_drained()
    patient.redis.config_set("appendonly", "no")
    used = patient.redis.info("memory")["used_memory"]
    patient.redis.config_set("maxmemory", round(used / 0.95))


def lose_everything(patient: Patient) -> None:
    """Somebody empties Redis. (Memory and file are as they were again.)"""
    patient.redis.config_set("maxmemory", 0)
    patient.redis.config_set("appendonly", "yes")
    patient.redis.flushdb()


def spoil_a_key(patient: Patient) -> None:
    """Some other program writes under our prefix."""
    patient.redis.set(patient.keys.dead_letters, "spoiled")


def kill_redis(patient: Patient) -> None:
    """SIGKILL."""
    patient.own.redis.kill()


def stop_the_exporter(patient: Patient) -> None:
    """It ends as it does when it is told to."""
    assert patient.exporter.stop() == 0


BUSINESS = (
    # First: among the scenarios' claims some come twice as well.
    Cause(
        ("MrsClaimIdReused",),
        "a claim sent twice under one id, with other content",
        send_a_claim_id_twice,
        goes_on=True,
    ),
    Cause(
        ("MrsDeterminationsUnread", "MrsPendsOverdue"),
        "the scenarios' claims of 2025, and a group that does not read",
        send_the_scenarios,
        goes_on=True,
    ),
    Cause(
        ("MrsEventsSetAside", "MrsDeadLetters"),
        "a member's record overwritten in Redis, then an event of the member",
        damage_a_record,
        goes_on=True,
    ),
    Cause(
        ("MrsArchiveTooOld", "MrsBackupTooOld"),
        "what archive and backup noted of their last success set three days back",
        age_archive_and_backup,
        goes_on=True,
    ),
    Cause(("MrsEventsRefused",), "200 events cut in the middle", send_what_nobody_can_read),
    Cause(
        (
            *("MrsWorkerMissing", "MrsWorkersFewer", "MrsTargetDown"),
            *("MrsQueueNotDraining", "MrsOldestEventTooOld"),
        ),
        "the only worker ended, then 3,000 events",
        stop_the_worker_and_send,
    ),
    Cause(
        ("MrsLatencyBudgetBurnsFast", "MrsLatencyBudgetBurnsSlowly"),
        "the worker started again after more than a minute",
        start_it_again_too_late,
    ),
)
"""What the first installation goes through, one after the other."""

MACHINE = (
    Cause(
        ("MrsFencedCommits",),
        "the deciding process stopped (SIGSTOP) for longer than its lease, repeatedly under load",
        pause_the_children,
    ),
    Cause(
        ("MrsConservationDifference",), "an event deleted from a lane (XDEL)", take_an_event_away
    ),
    Cause(
        ("MrsRedisPersistence", "MrsRedisUnsafe", "MrsRedisMemory"),
        "the append-only file turned off, and maxmemory set so that 95 % is in use",
        fill_redis_and_turn_its_file_off,
    ),
    Cause(("MrsInstallationLost", "MrsCountersFell"), "FLUSHDB", lose_everything),
    Cause(("MrsQueueUnreadable",), "a key of ours overwritten with a text", spoil_a_key),
    Cause(("MrsRedisDown",), "Redis ended by SIGKILL", kill_redis),
    Cause(("MrsExporterMissing",), "the exporter ended", stop_the_exporter),
)
"""What the second one goes through."""

BY_SERIES_ONLY = {
    "MrsDenialRateShift": "it needs weeks",
    "MrsLibraryStale": "it needs a day",
    "MrsIcd10cmEnded": "it needs a day",
    "MrsBackupMissing": "it needs a day",
    "MrsBridgeStands": "it needs a Kafka",
    "MrsShardsAway": "it needs a cluster",
}
"""Shown by promtool on series, and why not by a cause."""

ALWAYS = "MrsWatchdog"
"""Needs no cause."""


@contextmanager
def patients() -> Iterator[tuple[Patient, Patient]]:
    """Both installations, each with one worker of one process."""
    with ExitStack() as stack:
        made = []
        for settings in ({}, {"lease_seconds": 1}):
            port = free_port()
            told = {"metrics_port": port} | settings
            own = stack.enter_context(installation(workers=1, settings=told))
            exporter = stack.enter_context(running_exporter(own.redis.url, workers_wanted=1))
            client: Redis = stack.enter_context(impatient_client(own.settings))
            made.append(Patient(own, exporter, client, port))
        yield made[0], made[1]


def _coverage(number: int) -> bytes:
    event = event_of(COVERAGE, member_id=f"M-{number}")
    return json.dumps(event | {"id": f"e-{number}"}).encode()


def _signal(pids: Sequence[int], signum: int) -> None:
    for pid in pids:
        os.kill(pid, signum)


def _held_lanes(patient: Patient) -> int:
    lanes = map(lane_name, range(patient.own.settings.lanes))
    return int(patient.redis.exists(*map(patient.keys.lease, lanes)))


def _wait_for(holds: Callable[[], int], otherwise: str) -> None:
    given_up_at = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < given_up_at, otherwise
        time.sleep(0.002)


def _children(pid: int) -> list[int]:
    found = (path.read_text().split() for path in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for part in found for child in part]
