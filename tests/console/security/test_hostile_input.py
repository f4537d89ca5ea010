"""What stands in ids, addresses and forms is text, reaches no file, and fetches nothing."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.deciding import routes as deciding
from console.evidence import routes as evidence
from tests.console.security.every_page import FORMS, PAGES, filled
from tests.support.console_day import ConsoleDay, csrf_of
from tests.support.event_builders import CLAIM, encoded, event_of

SCRIPT = "<script>alert('x')</script>"
IN_AN_ATTRIBUTE = "\" autofocus onfocus=alert(1) x='"
HOSTILE = [
    SCRIPT,
    IN_AN_ATTRIBUTE,
    "{{7*7}}",
    "javascript:alert(1)",
    "../../../../etc/passwd",
    "\u202e\u0000\n\r\nSet-Cookie: a=b",
    "*",
    "mrs:views",
    "x" * 2000,
    "0",
    "-1",
    "9" * 400,
    "\ud7ff\U0010ffff",
]
NAMES = (
    "claim", "member", "line", "page", "q", "search", "plan", "code", "version",
    "determination", "provider", "from", "through", "reason", "kind", "revision", "changes",
)  # fmt: skip


@pytest.fixture(scope="module")
def hostile_day(console_day: ConsoleDay) -> ConsoleDay:
    """The day with a claim of somebody who writes scripts into ids; it is pended."""
    event = event_of(
        CLAIM,
        member_id=f"M{SCRIPT}",
        claim_id=f"C{SCRIPT}{IN_AN_ATTRIBUTE}",
        attestations=[
            {
                "kind": "conventional_imaging_limited",
                "date_of_service": "2025-06-02",
                "reference": f"R{SCRIPT}",
            }
        ],
    )
    console_day.work_off(encoded(event))
    return console_day


def query_for(value: str) -> str:
    return urlencode(dict.fromkeys(NAMES, value), errors="replace")


@contextmanager
def patient(day: ConsoleDay) -> Iterator[None]:
    """Tests look at more pages in a minute than a person, and wait for no event."""
    pace = day.app.state.admittance.pace
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pace, "pages_max", 10**6)
        patched.setattr(evidence, "_PATIENCE_SECONDS", 0.0)
        patched.setattr(deciding, "_PATIENCE_SECONDS", 0.0)
        yield


@pytest.mark.parametrize("path", PAGES)
def test_what_is_stored_is_shown_as_text(hostile_day, path):
    browser = hostile_day.logged_in("senior")
    ids = {"member": f"M{SCRIPT}", "claim": f"C{SCRIPT}{IN_AN_ATTRIBUTE}", "line": "1"}
    with patient(hostile_day):
        page = browser.get(f"{filled(path, 'x')}?{urlencode(ids)}")

    assert page.status_code < 500
    assert "<script" not in page.text.lower()
    assert 'onfocus=alert(1) x="' not in page.text
    assert '" autofocus' not in page.text


def test_the_claim_of_hostile_ids_is_found_and_shown(hostile_day):
    browser = hostile_day.logged_in("senior")
    ids = {"member": f"M{SCRIPT}", "claim": f"C{SCRIPT}{IN_AN_ATTRIBUTE}"}
    page = browser.get(f"/claim?{urlencode(ids)}")

    assert 200 == page.status_code
    assert "&lt;script&gt;" in page.text


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:30])
def test_hostile_addresses_make_no_page_fail(console_day, value):
    browser = console_day.logged_in("senior")
    with patient(console_day):
        for path in PAGES:
            at = filled(path, quote(value, safe=""))
            answer = browser.get(f"{at}?{query_for(value)}")
            assert answer.status_code < 500, path
            assert "<script" not in answer.text.lower()
            assert "root:x" not in answer.text
            assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:30])
def test_hostile_fields_make_no_form_fail(console_day, value):
    browser = console_day.logged_in("senior")
    csrf = csrf_of(browser.get("/").text)
    fields = dict.fromkeys((*NAMES, "form_id", "decision", "carc", "rarc", "token", "case"), value)
    with patient(console_day):
        for path in FORMS:
            if path == "/logout":
                continue
            answer = browser.post(
                filled(path, quote(value, safe="")) + f"?{query_for(value)}",
                data={"csrf": csrf, **fields},
            )
            assert answer.status_code < 500, path
            assert "<script" not in answer.text.lower()


@given(
    path=st.sampled_from(PAGES),
    value=st.text(max_size=40),
    name=st.sampled_from(NAMES),
    method=st.sampled_from(["GET", "HEAD"]),
)
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_any_text_in_an_address_is_answered(console_day, path, value, name, method):
    if not hasattr(console_day, "fuzzing"):
        console_day.fuzzing = console_day.logged_in("senior")
    coded = quote(value, safe="", errors="replace")
    with patient(console_day):
        answer = console_day.fuzzing.request(method, f"{filled(path, coded)}?{name}={coded}")

    assert answer.status_code < 500
    assert "<script" not in answer.text.lower()


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/....//app.py",
        "/static/console.css/../../app.py",
        "/static/console.css%00.py",
        "/static/",
        "/static",
        "/templates/base.html",
        "//evil.example/",
        "/\\evil.example",
    ],
)
def test_no_path_leads_out_of_the_static_files(console_day, path):
    for browser in (console_day.browser(), console_day.logged_in()):
        answer = browser.get(f"http://testserver{path}")

        assert answer.status_code in (404, 405, 303, 307)
        assert "evil.example" not in answer.headers.get("location", "")
        assert "import" not in answer.text
        assert "build-system" not in answer.text


def test_the_style_sheet_is_there(console_day):
    answer = console_day.browser().get("/static/console.css")

    assert 200 == answer.status_code
    assert answer.headers["content-type"].startswith("text/css")


@contextmanager
def connections() -> Iterator[list[object]]:
    """Whatever this process connects to."""
    seen: list[object] = []
    is_on = [True]

    def look(event: str, arguments: tuple[object, ...]) -> None:
        if is_on[0] and event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
            seen.append(arguments[1] if event == "socket.connect" else arguments[0])

    sys.addaudithook(look)
    try:
        yield seen
    finally:
        is_on[0] = False


def test_addresses_in_evidence_are_never_fetched(console_day):
    """No page, form or letter asks for anything that stands in an event, of here or elsewhere."""
    with socket.create_server(("127.0.0.1", 0)) as target:
        target.setblocking(False)
        url = f"http://127.0.0.1:{target.getsockname()[1]}/latest/meta-data"
        attestation = {
            "kind": "conventional_imaging_limited",
            "date_of_service": "2025-06-02",
            "reference": url,
        }
        event = event_of(CLAIM, claim_id=url, member_id=url, attestations=[attestation])
        console_day.work_off(encoded(event))
        browser = console_day.logged_in("senior")
        csrf = csrf_of(browser.get("/").text)
        ids = urlencode({"member": url, "claim": url, "line": "1", "q": url})
        with connections() as seen, patient(console_day):
            for path in PAGES:
                browser.get(f"{filled(path, 'x')}?{ids}")
            for path in FORMS:
                if path != "/logout":
                    browser.post(
                        f"{filled(path, 'imaging')}?{ids}",
                        data={"csrf": csrf, "reference": url, "study_id": url, "reason": url},
                    )
        with pytest.raises(BlockingIOError):
            target.accept()

    assert {str(console_day.server.socket_path)} >= set(map(str, seen))
