"""A password in a setting is written nowhere: not by commands, doctor, logs, traces or --help."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from tests.security.logins import guarded_redis, password_of, url_of
from tests.support.processes import eventually
from tests.support.sources import ROOT
from worker.cli import COMMANDS, adjudicator
from worker.config.settings import Settings, load_settings
from worker.sandbox.installation import Installation
from worker.sandbox.redis_server import EmbeddedRedis

WORKER = "mrs-worker"
SECRETS = (password_of(WORKER), "s3cret", "broker-s3cret")
DAY = str(ROOT / "worker" / "samples" / "day.jsonl")
AWAY = "redis://mrs-worker:s3cret@127.0.0.1:1/0"
BROKER_AWAY = "rediss://mrs-celery:broker-s3cret@127.0.0.1:1/0"
ENVIRONMENT = {"MRS_REDIS_URL": AWAY, "MRS_BROKER_URL": BROKER_AWAY}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[EmbeddedRedis]:
    with guarded_redis(tmp_path_factory.mktemp("secrets")) as server:
        yield server


def test_settings_show_no_password_however_they_are_written():
    settings = load_settings(redis_url=AWAY, broker_url=BROKER_AWAY)

    written = [
        *(repr(settings), str(settings), f"{settings!s}", str(settings.model_dump())),
        *(settings.model_dump_json(), settings.masked_redis_url, settings.masked_broker_url),
    ]

    assert [] == _shown("\n".join(written))
    assert "mrs-worker:***@" in settings.masked_redis_url


@pytest.mark.parametrize(
    "url",
    [
        "redis://mrs-worker:s3cret@host:port/0",
        "redis://mrs-worker:s3cret@host:99999/0",
        "http://mrs-worker:s3cret@host/0",
        "redis://mrs-worker:s3cret@host/zero",
        "redis://mrs-worker:s3cret@host/0?password=s3cret",
        "redis://[mrs-worker:s3cret@host/0",
        "mrs-worker:s3cret",
        "unix://s3cret/x",
    ],
)
def test_a_refused_address_is_not_repeated_in_the_message_or_the_trace(url):
    with pytest.raises(ValueError, match="MRS_REDIS_URL") as refused:
        load_settings(redis_url=url)

    trace = io.StringIO()
    traceback.print_exception(refused.value, file=trace)
    assert [] == _shown(trace.getvalue() + str(refused.value))


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_shows_no_password(monkeypatch, name):
    for setting, value in ENVIRONMENT.items():
        monkeypatch.setenv(setting, value)

    said = CliRunner().invoke(adjudicator, [*filter(None, [name]), "--help"])

    assert 0 == said.exit_code
    assert [] == _shown(said.output)


@pytest.mark.parametrize("level", ["info", "debug"])
@pytest.mark.parametrize(
    "words", [("submit", DAY), ("explain", "C-1"), ("doctor", "--json")], ids=" ".join
)
def test_a_command_whose_redis_is_away_shows_no_password_even_in_a_trace(words, level):
    said = subprocess.run(
        [sys.executable, "-m", "worker.cli", *words],
        env=os.environ | ENVIRONMENT | {"MRS_LOG_LEVEL": level},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert said.stdout + said.stderr
    assert [] == _shown(said.stdout + said.stderr)


@pytest.mark.parametrize("how", ["it_works", "it_may_not_log_in"])
def test_a_worker_that_logs_everything_writes_no_password(guarded, how):
    url = url_of(guarded, WORKER)
    if how == "it_may_not_log_in":
        url = url.replace("mrs-worker:", "mrs-stranger:", 1)
    own = Installation(guarded, {"redis_url": url, "broker_url": url, "log_level": "debug"}, 1)
    worker = own.start_worker()
    log = worker.folder / "log"
    try:
        seen = "ready" if how == "it_works" else "refused the login"
        done = eventually(lambda: worker.is_ready or seen in log.read_text(), 60)
    finally:
        own.stop()

    assert done
    assert [] == _shown(log.read_text())


def test_a_login_is_in_no_other_processs_arguments(guarded):
    """`ps` shows arguments to everybody; environments are shown to their owner only."""
    url = url_of(guarded, WORKER)
    own = Installation(guarded, {"redis_url": url, "broker_url": url}, 1)
    worker = own.start_worker()
    try:
        said = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    finally:
        worker.stop()

    assert [] == _shown(said.stdout)


def test_the_fields_that_hold_addresses_and_the_salt_are_secrets_by_type():
    secrets = {
        name
        for name, field in Settings.model_fields.items()
        if "SecretStr" in str(field.annotation)
    }

    assert {
        *("redis_url", "broker_url", "member_salt"),
        *("kafka_password", "kafka_key_password"),
        *(f"console_{each}_url" for each in ("view", "decide", "evidence", "log")),
        "console_proxy_secret",
    } == secrets


def _shown(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]
