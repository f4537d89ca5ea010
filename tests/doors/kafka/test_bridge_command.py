"""`adjudicator bridge kafka`: how it begins, what it shows, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from tests.doors.kafka.conftest import EVENTS
from tests.support.processes import eventually
from tests.support.sources import ROOT
from worker.cli import adjudicator
from worker.processes.health import is_ready
from worker.processes.supervisor import die_with_parent
from worker.sandbox.redis_server import free_port

pytestmark = pytest.mark.xdist_group("kafka")

PASSWORD = "kafka-s3cret"


@contextmanager
def running(*words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.cli", "bridge", "kafka", *words],
        env={**os.environ, "PYTHONUNBUFFERED": "1", **settings},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # two calls of the kernel
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_it_is_ready_shows_numbers_and_ends_in_good_order_with_nothing_of_a_member_said(
    broker, world, tmp_path: Path
):
    topic, port = broker.topic(), free_port()
    broker.put(topic, EVENTS)
    shown = {"MRS_STATE_DIR": str(tmp_path), "MRS_METRICS_PORT": str(port)}
    with running("--brokers", broker.address, "--topic", topic, **shown) as process:
        assert eventually(lambda: broker.committed(topic, "mrs-adjudicator") == len(EVENTS), 60)
        assert eventually(lambda: is_ready(tmp_path), 60)
        numbers = urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
        process.send_signal(signal.SIGTERM)
        said, log = process.communicate(timeout=60)

    assert f'mrs_bridge_messages_total{{direction="in"}} {len(EVENTS)}.0' in numbers
    assert (0, f"Events come from {topic}.\n{len(EVENTS)} messages carried.\n", "") == (
        process.returncode, said, log,
    )  # fmt: skip


def test_a_broker_that_is_not_there_is_waited_for_and_ctrl_c_ends_it(world, tmp_path: Path):
    shown = {"MRS_STATE_DIR": str(tmp_path)}
    with running("--out", "--brokers", "127.0.0.1:1", **shown) as process:
        process.stdout.readline()
        assert eventually((tmp_path / "alive").exists, 60)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=60)

    assert (130, "0 messages carried.\n") == (process.returncode, said)
    assert not is_ready(tmp_path)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"MRS_KAFKA_SECURITY": "sasl_ssl"}, "needs MRS_KAFKA_USER",
                     id="a login without a name"),
        pytest.param({"MRS_KAFKA_SECURITY": "sasl_plaintext"}, "MRS_KAFKA_SECURITY cannot be used",
                     id="a password without TLS"),
        pytest.param({"MRS_KAFKA_SECURITY": "ssl", "MRS_KAFKA_CA": "/no/such/file"},
                     "Kafka's client refuses", id="a file that is not there"),
        pytest.param({"MRS_KAFKA_PASSWORD_FILE": "/no/such/file"}, "MRS_KAFKA_PASSWORD_FILE",
                     id="a secret file that is not there"),
        pytest.param({"MRS_KAFKA_SESSION_SECONDS": "0"}, "MRS_KAFKA_SESSION_SECONDS",
                     id="a session of no length"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_by_name_and_no_secret_is(settings, said):
    environment = {"MRS_REDIS_URL": "redis://127.0.0.1:1/0", **settings}
    if "MRS_KAFKA_PASSWORD_FILE" not in settings:
        environment["MRS_KAFKA_PASSWORD"] = PASSWORD

    result = CliRunner().invoke(adjudicator, ["bridge", "kafka"], env=environment)

    assert result.exit_code in {2, 3}, result.output
    assert said in result.stderr
    assert PASSWORD not in result.output


def test_a_login_is_told_to_kafkas_client_and_to_nobody_else(tmp_path: Path, monkeypatch):
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    shown = {
        "MRS_REDIS_URL": "redis://127.0.0.1:1/0",
        "MRS_KAFKA_BROKERS": "127.0.0.1:1",
        "MRS_KAFKA_SECURITY": "SASL_SSL",
        "MRS_KAFKA_MECHANISM": "plain",
        "MRS_KAFKA_USER": "bridge",
        "MRS_KAFKA_PASSWORD_FILE": str(tmp_path / "password"),
        "MRS_LOG_LEVEL": "debug",
        "MRS_STATE_DIR": str(tmp_path),
    }
    with running("--consumer", "one", **shown) as process:
        process.stdout.readline()
        assert eventually((tmp_path / "alive").exists, 60)
        process.send_signal(signal.SIGTERM)
        said, log = process.communicate(timeout=60)

    assert (0, False) == (process.returncode, PASSWORD in said + log)
