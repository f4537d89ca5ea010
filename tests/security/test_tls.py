"""Worker and commands over TLS, against a server that speaks nothing else on the network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result
from kombu import Connection
from kombu.exceptions import OperationalError
from redis import Redis

from tests.security.certificates import Authority
from tests.security.logins import admin_of, guarded_redis, password_of, with_login
from tests.support.exporters import running_exporter
from tests.support.processes import eventually
from tests.support.scrapes import scrape_at
from tests.support.sources import ROOT
from worker.cli import adjudicator
from worker.config.connections import celery_broker_url
from worker.config.settings import load_settings
from worker.sandbox.installation import Installation
from worker.sandbox.redis_server import EmbeddedRedis, free_port

DAY = str(ROOT / "worker" / "samples" / "day.jsonl")
WORKER, PRODUCER, OPERATOR = "mrs-worker", "mrs-producer", "mrs-operator"
DETERMINATIONS = 80
ONCE = {"max_retries": 1, "interval_start": 0}


class Encrypted(NamedTuple):
    """A server, and how to reach it."""

    server: EmbeddedRedis
    port: int
    authority: Authority
    client_certificate: tuple[Path, Path]

    def url(self, user: str, **options: object) -> str:
        """Where it is, for a user who shows a certificate, unless told otherwise."""
        certificate, key = self.client_certificate
        given = {
            "ssl_ca_certs": self.authority.certificate,
            "ssl_certfile": certificate,
            "ssl_keyfile": key,
        } | options
        query = "&".join(f"{name}={value}" for name, value in given.items() if value is not None)
        return with_login(f"rediss://localhost:{self.port}/0?{query}", user)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority(folder / "ours")


@pytest.fixture(scope="module")
def encrypted(folder: Path, authority: Authority) -> Iterator[Encrypted]:
    """A server that also asks for a certificate of its clients."""
    yield from _encrypted(folder, authority, "localhost")


@pytest.fixture(scope="module")
def misnamed(authority: Authority, tmp_path_factory) -> Iterator[Encrypted]:
    """One whose certificate is ours, but for another host."""
    yield from _encrypted(tmp_path_factory.mktemp("misnamed"), authority, "elsewhere")


@pytest.fixture
def admin(encrypted: Encrypted) -> Iterator[Redis]:
    with admin_of(encrypted.server) as client:
        yield client


def test_a_day_goes_through_worker_and_commands_over_tls(encrypted, admin):
    own = _installation(encrypted, WORKER)
    try:
        own.start_worker()
        own.wait_until_ready()
        sent = _run(encrypted.url(PRODUCER), "submit", DAY)
        is_done = eventually(lambda: admin.xlen("mrs:determinations") == DETERMINATIONS, 60)
        explained = _run(encrypted.url(OPERATOR), "explain", "CLM-2025-0412")
        examined = _run(encrypted.url(OPERATOR), "doctor", "--json")
        with running_exporter(encrypted.url("mrs-exporter")) as exporter:
            scraped = scrape_at(f"http://{exporter.address}/metrics")
        plain = [
            one for one in admin.client_list() if one["user"] == WORKER and ":" not in one["addr"]
        ]
    finally:
        own.stop()

    assert is_done
    assert (0, 0) == (sent.exit_code, explained.exit_code)
    assert "PET_EXCLUSIVE" in explained.output
    assert "queue" in {json.loads(line)["about"] for line in examined.output.splitlines()}
    assert 1 == scraped.value("mrs_redis_up")
    assert [] == plain  # over the network, and there is nothing there but TLS


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"ssl_ca_certs": "stranger"}, id="signed_by_another_authority"),
        pytest.param({"ssl_ca_certs": None}, id="signed_by_no_authority_of_the_system"),
        pytest.param({"ssl_certfile": None, "ssl_keyfile": None}, id="no_certificate_of_ours"),
    ],
)
def test_a_command_sends_nothing_where_a_certificate_does_not_fit(
    encrypted, admin, folder, options
):
    if options.get("ssl_ca_certs") == "stranger":
        stranger = folder / "stranger"
        options = {"ssl_ca_certs": (Authority(stranger)).certificate}
    before = admin.xinfo_stream("mrs:events")["entries-added"] if admin.exists("mrs:events") else 0

    result = _run(encrypted.url(PRODUCER, **options), "submit", DAY)

    after = admin.xinfo_stream("mrs:events")["entries-added"] if admin.exists("mrs:events") else 0
    assert (3, before) == (result.exit_code, after)
    assert password_of(PRODUCER) not in result.output


def test_a_command_does_not_trust_a_certificate_of_another_host(misnamed):
    result = _run(misnamed.url(PRODUCER), "submit", DAY)

    assert 3 == result.exit_code
    assert set() == _logins_seen(misnamed)


def test_celery_makes_its_own_connection_with_the_same_care(encrypted, misnamed):
    """It reads addresses in its own way; `celery_broker_url` says it so that nothing is lost."""
    for place, is_ours in ((encrypted, True), (misnamed, False)):
        settings = load_settings(redis_url=place.url("mrs-celery"))
        with Connection(celery_broker_url(settings), transport_options=ONCE) as broker:
            try:
                answer = broker.default_channel.client.ping()
            except OperationalError:
                answer = False

        assert is_ours is answer
    assert set() == _logins_seen(misnamed)


def test_a_worker_does_not_get_ready_at_another_host(misnamed):
    own = _installation(misnamed, WORKER)
    worker = own.start_worker()
    try:
        has_failed = eventually(lambda: "cannot be trusted" in _log(worker), 60)

        assert has_failed, _log(worker)
        assert not worker.is_ready
        assert set() == _logins_seen(misnamed)
    finally:
        own.stop()


def _log(worker: Any) -> str:
    return (worker.folder / "log").read_text()


def _logins_seen(place: Encrypted) -> set[str]:
    """Users of ours who are there, and commands that only they send."""
    with admin_of(place.server) as client:
        users = {one["user"] for one in client.client_list() if one["user"].startswith("mrs-")}
        sent = {"cmdstat_xadd", "cmdstat_brpop", "cmdstat_evalsha"} & set(
            client.info("commandstats")
        )
        return users | sent


def _encrypted(folder: Path, authority: Authority, name: str) -> Iterator[Encrypted]:
    certificate, key = authority.issue(name)
    port = free_port()
    config = {
        "tls-port": str(port),
        "bind": "127.0.0.1",
        "tls-cert-file": str(certificate),
        "tls-key-file": str(key),
        "tls-ca-cert-file": str(authority.certificate),
        "tls-auth-clients": "yes",
    }
    with guarded_redis(folder, config) as server:
        yield Encrypted(server, port, authority, authority.issue("client"))


def _installation(encrypted: Encrypted, user: str) -> Installation:
    url = encrypted.url(user)
    return Installation(encrypted.server, {"redis_url": url, "broker_url": url}, 1)


def _run(url: str, *words: str) -> Result:
    return CliRunner().invoke(adjudicator, list(words), env={"MRS_REDIS_URL": url})
