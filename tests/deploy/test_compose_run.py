"""Every command line and health check of docker-compose.yml, run by hand with its environment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from signal import SIGTERM
from urllib.request import urlopen

import pytest
from redis import Redis

from tests.deploy.compose_file import SERVICES
from tests.deploy.stack import Service, Stack, stack
from tests.support.processes import eventually
from tests.support.programs import needed_program
from tests.support.scrapes import scrape_at

# What one test archives another one backs up, so one process runs them all.
pytestmark = pytest.mark.xdist_group("compose run")

EVENTS = 155
DETERMINATIONS = 80
WAITING = 16
"""Of those, lines that wait for someone: they are never archived."""
STREAM = "mrs:determinations"
CONSUMER, PASSWORD = "mrs-consumer", "a consumer of the test's own"
WORKERS = SERVICES["worker"]["deploy"]["replicas"]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Both servers, as many workers as the file wants, and the exporter, all of them healthy."""
    with stack(tmp_path_factory.mktemp("stack")) as own:
        _let_in(own, CONSUMER)
        for name in ("redis", "broker"):
            own.start(name)
        for server in own.servers:
            server.wait_until_healthy()
        started = [own.start(name) for name in (*["worker"] * WORKERS, "exporter")]
        for service in started:
            service.wait_until_healthy()
        _feed(own)
        yield own


def test_the_day_is_decided_once_however_often_it_is_fed(own):
    first = _shown(own, "exporter")
    _feed(own)
    second = _shown(own, "exporter")

    assert DETERMINATIONS == first["mrs_determinations_total"] == second["mrs_determinations_total"]
    assert EVENTS == second["mrs_events_total"] - first["mrs_events_total"]
    assert (WORKERS, 1, 1, 0) == (
        second["mrs_workers_ready"],
        second["mrs_redis_up"],
        second["mrs_redis_persistence_ok"],
        second["mrs_conservation_difference"],
    )
    assert [2.0] * WORKERS == [
        _sums(service)["mrs_worker_processes"] for service in _all(own, "worker")
    ]


def test_an_operator_finds_nothing_to_mend_and_reads_why_a_claim_was_decided(own):
    operator = own.prepare("operator")

    looked = operator.run("doctor", "--json")
    explained = operator.run("explain", "CLM-2025-0403")

    found = [json.loads(line) for line in looked.stdout.splitlines()]
    assert [] == [each for each in found if each["level"] == "fault"]
    assert {"level": "ok", "about": "broker"}.items() <= {
        key: value for each in found if each["about"] == "broker" for key, value in each.items()
    }.items()
    assert 0 == explained.returncode, explained.stderr
    assert "CLM-2025-0403" in explained.stdout


def test_a_health_check_fails_where_nothing_runs(own):
    absent = [own.prepare(name) for name in ("redis", "broker", "worker", "exporter")]

    assert [] == [service.name for service in absent if service.is_healthy()]


def test_prometheus_starts_with_the_flags_and_the_configuration_of_its_container(own):
    needed_program("promtool")
    prometheus = own.start("prometheus")

    prometheus.wait_until_healthy()

    assert eventually(lambda: _targets(prometheus) == ["http://exporter:9808/metrics"], 60)


def test_a_worker_that_is_told_to_stop_ends_in_good_order(own):
    worker = own.start("worker")
    worker.wait_until_healthy()

    assert 0 == worker.stop(), worker.log()


def test_the_archivist_moves_what_was_read_and_an_operator_reads_it_back(own):
    with Redis(port=own.servers[0].port, username=CONSUMER, password=PASSWORD, protocol=2) as redis:
        redis.xgroup_create(STREAM, "billing", "0")
        ((_, given),) = redis.xreadgroup("billing", "one", {STREAM: ">"})
        redis.xack(STREAM, "billing", *(entry_id for entry_id, _ in given))
    archivist = own.start("archivist")
    assert eventually(lambda: "moved to" in archivist.log(), 60), archivist.log()
    status = archivist.stop()
    operator = own.prepare("operator")

    explained = operator.run("explain", "CLM-2025-0403", "--archive", "/archive")
    audited = operator.run("audit", "verify", "--archive", "/archive")

    assert 128 + SIGTERM == status, archivist.log()
    assert f"{DETERMINATIONS - WAITING} determinations moved to 1 file" in archivist.log()
    assert 0 == explained.returncode, explained.stderr
    assert 0 == audited.returncode, audited.stdout + audited.stderr


def test_the_backup_takes_a_snapshot_and_the_archive_and_goes_on(own):
    backup = own.start("backup")

    assert eventually(lambda: "is there" in backup.log(), 60), backup.log()
    status = backup.stop()

    (made,) = own.volume("backups").iterdir()
    assert {"dump.rdb", "archive"} == {each.name for each in made.iterdir()}
    assert 128 + SIGTERM == status, backup.log()
    shown = _shown(own, "exporter")
    assert 0 < shown["mrs_archive_success_timestamp_seconds"]
    assert 0 < shown["mrs_backup_success_timestamp_seconds"]


def _let_in(own: Stack, user: str) -> None:
    """Gives a user a password before the server starts, as SECURITY.md says it."""
    acl = own.secrets / "users.acl"
    hashed = sha256(PASSWORD.encode()).hexdigest()
    acl.write_text(acl.read_text().replace(f"user {user} on ", f"user {user} on #{hashed} "))


def _feed(own: Stack) -> None:
    """Returns when what was sent is worked off."""
    feed = own.start("demo-feed")
    assert 0 == feed.wait(), feed.log()
    assert eventually(lambda: _shown(own, "exporter")["mrs_queue_events"] == 0, 60)


def _targets(prometheus: Service) -> list[str]:
    with urlopen(f"http://127.0.0.1:{prometheus.port}/api/v1/targets", timeout=10) as answer:
        targets = json.load(answer)["data"]["activeTargets"]
    return [target["scrapeUrl"] for target in targets]


def _shown(own: Stack, name: str) -> Counter[str]:
    return _sums(_all(own, name)[0])


def _all(own: Stack, name: str) -> list[Service]:
    return [service for service in own.services if service.name == name and service.has_started]


def _sums(service: Service) -> Counter[str]:
    """Each metric, summed over its labels."""
    sums: Counter[str] = Counter()
    for (name, _), value in scrape_at(f"http://127.0.0.1:{service.port}/metrics").values.items():
        sums[name] += value  # type: ignore[assignment]  # a Counter of floats counts as well
    return sums
