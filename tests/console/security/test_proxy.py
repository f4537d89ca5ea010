"""Behind a login proxy: its word counts by its secret or its socket; a header alone does not."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socket import AF_UNIX, SOCK_STREAM, socket
from stat import S_IMODE

import pytest
from click.testing import CliRunner
from starlette.testclient import TestClient

from console.access.proxy_login import ProxyLogin
from console.app import build
from console.logins import Logins
from console.server import ConsoleNotServed, listening_at
from tests.support.console_day import HERE, csrf_of
from tests.support.console_process import console_process
from worker.cli import adjudicator
from worker.config.guesses import WRONG_MAX
from worker.config.settings import load_settings

SECRET = "a-secret-of-the-proxy-with-32-letters"
ORIGIN = "https://console.example"


def said(user: str = "R-7", groups: str = "mrs-reviewer", secret: str | None = SECRET) -> dict:
    """What oauth2-proxy adds to a request."""
    headers = {"X-Forwarded-User": user, "X-Forwarded-Groups": groups}
    if secret is None:
        return headers
    coded = b64encode(f"{user}:{secret}".encode()).decode()
    return headers | {"Authorization": f"Basic {coded}"}


@contextmanager
def behind(day, secret: str | None) -> Iterator[TestClient]:
    settings = load_settings(redis_url=day.server.url, console_origin=ORIGIN)
    with Logins(settings) as logins:
        app = build(settings, day.library, ProxyLogin("mrs-", secret), logins)
        yield TestClient(app, base_url=ORIGIN, headers=HERE, follow_redirects=False)


@pytest.fixture
def proxied(console_day) -> Iterator[TestClient]:
    with behind(console_day, SECRET) as client:
        yield client


@pytest.mark.parametrize(
    "headers",
    [
        {},
        said(secret=None),
        said(secret="a-secret-of-somebody-else-of-32-letters"),
        said(secret=SECRET[:-1]),
        said(secret=f"{SECRET}x"),
        said(secret=""),
        said(secret=None) | {"Authorization": f"Bearer {SECRET}"},
        said(secret=None) | {"Authorization": "Basic ???"},
        said(secret=None) | {"Authorization": f"Basic {SECRET}"},
        said(secret=None) | {"Authorization": ""},
    ],
    ids=[
        "nothing",
        "bare headers",
        "another secret",
        "all but a letter",
        "a letter more",
        "an empty secret",
        "the secret as a bearer token",
        "no base64",
        "the secret without a user",
        "an empty header",
    ],
)
def test_a_forged_header_lets_nobody_in(proxied, headers):
    answer = proxied.get("/", headers=headers)

    assert 403 == answer.status_code
    assert "set-cookie" not in answer.headers
    assert "R-7" not in answer.text


@pytest.mark.parametrize(
    ("user", "groups", "shown"),
    [
        ("R-7", "mrs-reviewer", "R-7 (reviewer)"),
        ("S-1", "staff,mrs-senior", "S-1 (senior)"),
        ("A-1", "mrs-auditor", "A-1 (auditor)"),
        ("R-7", "mrs-auditor, mrs-reviewer", "R-7 (reviewer)"),
        ("R-7", "mrs-reviewer,mrs-credential-RN,mrs-credential-CCM", "R-7, CCM, RN (reviewer)"),
        ("<b>x</b>", "mrs-senior", "&lt;b&gt;x&lt;/b&gt; (senior)"),
    ],
    ids=["reviewer", "senior", "auditor", "the higher of two", "credentials", "a hostile name"],
)
def test_the_proxy_says_who_somebody_is_and_may_do(proxied, user, groups, shown):
    page = proxied.get("/", headers=said(user, groups))

    assert 200 == page.status_code
    assert shown in page.text


@pytest.mark.parametrize(
    "groups",
    ["", "reviewer", "mrs-", "mrs-admin", "MRS-REVIEWER", "xmrs-senior", "mrs-reviewers"],
    ids=lambda groups: groups or "none",
)
def test_without_one_of_its_groups_there_is_no_role(proxied, groups):
    answer = proxied.get("/", headers=said(groups=groups))

    assert (303, "/login") == (answer.status_code, answer.headers["location"])
    assert "gives you no role here" in proxied.get("/login", headers=said(groups=groups)).text


def test_the_name_in_the_header_must_be_the_one_that_comes_with_the_secret(proxied):
    headers = said("R-7") | {"X-Forwarded-User": "S-1", "X-Forwarded-Groups": "mrs-senior"}

    assert 303 == proxied.get("/", headers=headers).status_code


def test_a_session_ends_when_the_proxy_names_another_or_nobody(proxied):
    first = proxied.get("/", headers=said("R-7"))
    csrf = csrf_of(first.text)
    cookie = first.headers["set-cookie"]

    other = proxied.get("/", headers=said("S-1", "mrs-senior"))
    nobody = proxied.get("/", headers=said("R-7", "staff"))
    demoted = proxied.post("/logout", data={"csrf": csrf}, headers=said("R-7", "mrs-auditor"))

    assert cookie.startswith("__Host-mrs_console=")
    assert {"Secure", "HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
    assert "S-1 (senior)" in other.text
    assert csrf_of(other.text) != csrf
    assert 303 == nobody.status_code
    assert 403 == demoted.status_code


def test_a_cookie_without_the_word_of_the_proxy_is_worth_nothing(proxied):
    proxied.get("/", headers=said())

    assert 403 == proxied.get("/").status_code


def test_wrong_secrets_are_answered_so_often_and_the_right_one_always(proxied):
    wrong = [proxied.get("/", headers=said(secret="x" * 40)) for _ in range(WRONG_MAX + 1)]

    assert [403] * WRONG_MAX + [429] == [each.status_code for each in wrong]
    assert 200 == proxied.get("/", headers=said()).status_code


@pytest.mark.parametrize(
    ("origin", "status"),
    [(ORIGIN, 303), ("http://console.example", 403), ("https://console.example:8443", 403)],
    ids=["its own", "without TLS", "another port"],
)
def test_forms_come_from_the_origin_that_browsers_see(proxied, origin, status):
    csrf = csrf_of(proxied.get("/", headers=said()).text)

    answer = proxied.post("/logout", data={"csrf": csrf}, headers=said() | {"Origin": origin})

    assert status == answer.status_code
    if status == 303:
        assert "/oauth2/sign_out" == answer.headers["location"]


def test_browsers_are_told_to_come_by_tls_only(proxied):
    assert "max-age=31536000" == proxied.get("/health").headers["strict-transport-security"]


def test_over_its_own_socket_the_word_of_the_proxy_needs_no_secret(console_day):
    with behind(console_day, None) as proxied:
        assert "R-7 (reviewer)" in proxied.get("/", headers=said(secret=None)).text
        assert 303 == proxied.get("/").status_code


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "console.example"])
def test_without_a_proxy_it_listens_on_this_machine_only(host):
    done = CliRunner().invoke(adjudicator, ["console", "--host", host, "--port", "0"])

    assert 2 == done.exit_code
    assert "Without a login proxy it listens on this machine only" in done.stderr


def test_a_secret_that_is_short_is_refused(monkeypatch):
    monkeypatch.setenv("MRS_CONSOLE_PROXY_SECRET", "x" * 31)
    done = CliRunner().invoke(adjudicator, ["console"])

    assert 2 == done.exit_code
    assert "MRS_CONSOLE_PROXY_SECRET cannot be used: it must have 32 characters." in done.stderr


def test_the_console_listens_at_a_socket_for_its_group_and_ends_at_sigterm(
    console_day, short_folder
):
    path = short_folder / "console.sock"
    with console_process(console_day.server.url, "--socket", str(path)) as console:
        first = console.first_line()
        mode = S_IMODE(path.stat().st_mode)
        page = _asked(path, "/", said(secret=None))
        refused = CliRunner().invoke(
            adjudicator,
            ["console", "--socket", str(path)],
            env={"MRS_REDIS_URL": console_day.server.url},
        )
        code = console.end()

    assert f"The console is at unix://{path}, for its login proxy." == first
    assert 0o660 == mode
    assert re.search(r"R-7\s*\(reviewer\)", page)
    assert (3, True) == (refused.exit_code, "is a console there already?" in refused.stderr)
    assert (0, False) == (code, path.exists())


def test_a_socket_that_was_left_by_a_killed_console_is_replaced(short_folder):
    path = short_folder / "left.sock"
    with socket(AF_UNIX, SOCK_STREAM) as left:
        left.bind(str(path))

    with listening_at(path):
        assert path.is_socket()
    assert not path.exists()


def test_a_file_where_the_socket_should_be_is_left_alone(short_folder):
    path = short_folder / "file"
    path.write_text("kept")

    with pytest.raises(ConsoleNotServed), listening_at(path):
        pass
    assert "kept" == path.read_text()


def _asked(path: Path, address: str, headers: dict[str, str]) -> str:
    connection = HTTPConnection("localhost")
    connection.sock = socket(AF_UNIX, SOCK_STREAM)
    connection.sock.connect(str(path))
    connection.request("GET", address, headers=headers)
    try:
        return connection.getresponse().read().decode()
    finally:
        connection.close()
