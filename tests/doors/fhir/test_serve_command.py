"""`adjudicator fhir serve`: who may send, and how it begins and ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.doors.fhir.test_messages import MESSAGE
from tests.security.certificates import Authority
from tests.support.event_builders import encoded
from tests.support.fhir_server import FHIR, TOKEN
from tests.support.sources import ROOT
from worker.cli import adjudicator
from worker.processes.supervisor import die_with_parent

pytestmark = pytest.mark.xdist_group("fhir_serve")

NOWHERE = {"MRS_REDIS_URL": "redis://127.0.0.1:1/0", "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def token(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("token") / "token"
    file.write_text(f"{TOKEN}\n")
    return file


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tls") / "ca")


@contextmanager
def serving(*words: str | Path) -> Iterator[tuple[subprocess.Popen[str], str, int]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.cli", "fhir", "serve", "--port", "0", *map(str, words)],
        env=os.environ | NOWHERE,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # two calls of the kernel
    )
    try:
        said = process.stdout.readline()
        found = re.fullmatch(r"Claims are taken at (https?)://(?:localhost|127.0.0.1):(\d+)/Claim\n",
                             said)  # fmt: skip
        assert found, (said, process.stderr.read() if process.poll() is not None else "")
        yield process, found[1], int(found[2])
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "Say who may send", id="nobody is asked who it is"),
        pytest.param(["--token-file", "{token}", "--host", "0.0.0.0"], "this machine only",
                     id="all addresses without TLS"),
        pytest.param(["--token-file", "{token}", "--host", "gateway.test"], "this machine only",
                     id="a name without TLS"),
        pytest.param(["--token-file", "{token}", "--tls-key", "{token}"], "go together",
                     id="a key without its certificate"),
        pytest.param(["--client-ca", "{token}"], "needs --tls-certificate",
                     id="certificates of clients without one of the server"),
        pytest.param(["--token-file", "{short}"], "fewer than 32", id="a short token"),
        pytest.param(["--token-file", "{empty}"], "its file is empty", id="an empty file"),
    ],
)  # fmt: skip
def test_it_does_not_begin_unguarded(tmp_path, token, words, said):
    (tmp_path / "short").write_text(TOKEN[:31])
    (tmp_path / "empty").write_text("\n")
    files = {"token": token, "short": tmp_path / "short", "empty": tmp_path / "empty"}

    result = CliRunner().invoke(
        adjudicator, ["fhir", "serve", *(word.format(**files) for word in words)]
    )

    assert (2, True) == (result.exit_code, said in result.stderr), result.output


def test_it_asks_for_the_token_of_its_file_and_logs_nothing_of_a_message(token: Path):
    with serving("--token-file", token, "--host", "localhost") as (process, scheme, port):
        answers = []
        for headers in (FHIR, {**FHIR, "Authorization": "Bearer wrong"}):
            connection = HTTPConnection("localhost", port, timeout=60)
            connection.request("POST", "/Claim", encoded(MESSAGE), headers)
            answers.append(connection.getresponse().status)
            connection.close()
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=60)

    assert ("http", [503, 401], 0) == (scheme, answers, process.returncode)
    member = MESSAGE["entry"][2]["resource"]["name"][0]["family"]
    assert not [word for word in (member, TOKEN, "C-1001") if word in log]


def test_a_client_without_a_certificate_is_not_heard(authority: Authority):
    certificate, key = authority.issue("localhost")
    client = authority.issue("client")
    words = ("--host", "localhost", "--tls-certificate", certificate, "--tls-key", key,
             "--client-ca", authority.certificate)  # fmt: skip
    with serving(*words) as (process, scheme, port):
        known = _asked(port, authority, client)
        with pytest.raises((ssl.SSLError, ConnectionError)):
            _asked(port, authority, None)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)

    assert ("https", 503, 130) == (scheme, known, process.returncode)


def test_a_port_that_is_taken_is_said(token: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        process = subprocess.run(
            [sys.executable, "-m", "worker.cli", "fhir", "serve", "--port", port,
             "--token-file", str(token)],
            env=os.environ | NOWHERE, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert 3 == process.returncode
    assert process.stderr.splitlines()[-1] == (
        f"Error: Nothing can listen on port {port} of 127.0.0.1."
    )


def _asked(port: int, authority: Authority, client: tuple[Path, Path] | None) -> int:
    context = ssl.create_default_context(cafile=authority.certificate)
    if client is not None:
        context.load_cert_chain(*client)
    connection = HTTPSConnection("localhost", port, context=context, timeout=60)
    try:
        headers = {"Content-Type": FHIR["Content-Type"]}
        connection.request("POST", "/Claim", encoded(MESSAGE), headers)
        answer = connection.getresponse()
        json.loads(answer.read())
        return answer.status
    finally:
        connection.close()
