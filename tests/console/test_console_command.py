"""`adjudicator console` as a user starts it: alone, with the sample day, without its extra."""

from __future__ import annotations

import re
import signal
import sys
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest
from click.testing import CliRunner

from tests.support.console_process import ConsoleProcess, console_process
from worker.cli import adjudicator

ADDRESS = re.compile(r"  (\w+) +(http://127\.0\.0\.1:\d+)/login\?token=([\w-]{43})$")


def opened(console: ConsoleProcess) -> dict[str, tuple[str, str]]:
    """Address and token for each role, as printed."""
    lines = []
    while not lines or lines[-1] != "Ctrl-C ends it.":
        lines.append(console.first_line())
        assert lines[-1], lines
    found = filter(None, map(ADDRESS.match, lines))
    return {match[1]: (match[2], match[3]) for match in found}


def asked(address: str, method: str, path: str, body: str = "", **headers: str):
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": address}
    try:
        connection.request(method, path, body, kind | headers)
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.timeout(240)
def test_the_sample_day_is_opened_looked_at_and_gone_at_ctrl_c():
    words = [word for role in ("reviewer", "senior", "auditor") for word in ("--role", role)]
    with console_process("redis://127.0.0.1:1", "--sample-day", "--port", "0", *words) as console:
        roles = opened(console)
        address, token = roles["senior"]
        answer, _ = asked(address, "POST", "/login", urlencode({"token": token}))
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        _, worklist = asked(address, "GET", "/worklist", Cookie=cookie)
        code = console.end(signal.SIGINT)

    assert ["reviewer", "senior", "auditor"] == list(roles)
    assert 303 == answer.status
    assert "CLM-2025-" in worklist
    assert "No worker is ready" not in worklist
    assert 130 == code


@pytest.mark.timeout(120)
def test_one_person_comes_in_as_named_and_sigterm_ends_it_in_good_order(redis_url):
    options = ("--port", "0", "--role", "auditor", "--id", "A-7", "--credential", "CCEP")
    with console_process(redis_url, *options) as console:
        ((role, (address, token)),) = opened(console).items()
        answer, _ = asked(address, "POST", "/login", urlencode({"token": token}))
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        _, page = asked(address, "GET", "/", Cookie=cookie)
        taken = CliRunner().invoke(
            adjudicator,
            ["console", "--port", address.rpartition(":")[2]],
            env={"MRS_REDIS_URL": redis_url},
        )
        code = console.end(signal.SIGTERM)

    assert "auditor" == role
    assert "A-7, CCEP (auditor)" in page
    assert (3, "Nothing can listen on port") == (taken.exit_code, taken.stderr[7:33])
    assert 0 == code


def test_without_its_extra_it_says_how_to_install_it(monkeypatch):
    for name in [name for name in sys.modules if name.startswith(("starlette", "console."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette", None)

    result = CliRunner().invoke(adjudicator, ["console"])

    assert 3 == result.exit_code
    assert result.stderr == (
        "Error: `adjudicator console` needs packages that are not installed: "
        "pip install 'mrs-adjudicator[console]'\n"
    )
