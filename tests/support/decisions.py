"""What a person does on the pages of the console: read a form, fill it in, send it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

from starlette.testclient import TestClient

from console.deciding.cases import Case
from console.sending.forms import SOURCE
from tests.support.console_day import ConsoleDay
from tests.support.event_builders import CLAIM, encoded, event_of
from worker.determinations.read import history_of
from worker.events.packed_events import unpack

WORDS = "The report was read again; it answers nothing."


class Form(HTMLParser):
    """The fields of the form on a page that is sent to an address, as the page fills them."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.names: set[str] = set()
        self.checked: list[str] = []
        self.actions: list[str] = []
        self._wanted = action
        self._inside = False
        self._text: str | None = None
        self._select: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.actions.append(found["action"])
            self._inside = found["action"].partition("?")[0] == self._wanted
        elif self._inside and tag in ("input", "textarea", "select"):
            self._take(tag, found)
        elif self._inside and tag == "option" and self._select and "selected" in found:
            self.fields[self._select] = found["value"]

    def _take(self, tag: str, found: dict[str, str]) -> None:
        name = found.get("name", "")
        self.names.add(name)
        if tag == "textarea":
            self._text, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
            self.fields[name] = ""
        elif found.get("type") != "radio":
            self.fields[name] = found.get("value", "")
        elif "checked" in found:
            self.checked.append(found["value"])
            self.fields[name] = found["value"]

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._text is not None:
            self.fields[self._text] = self.fields[self._text].removeprefix("\n")
            self._text = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._inside = False


def opened(browser: TestClient, case: Case) -> str:
    """The page of a case."""
    answer = browser.get(f"/decide?{case.query}")
    assert answer.status_code == 200, answer.text
    return answer.text


def taken(browser: TestClient, case: Case) -> dict[str, str]:
    """Takes a case, unless the person has it; the fields of its form."""
    page = opened(browser, case)
    fields = Form(page, "/decide/take").fields
    if not fields:
        return Form(page, "/decide").fields
    assert 303 == browser.post(f"/decide/take?{case.query}", data=fields).status_code
    return Form(opened(browser, case), "/decide").fields


def decided(browser: TestClient, case: Case, fields: dict[str, str], **typed: str) -> Any:
    """Sends the form of a case; the answer."""
    filled = fields | {"decision": "approved", "reason": WORDS} | typed
    return browser.post(f"/decide?{case.query}", data=filled)


def pended_case(
    day: ConsoleDay, name: str, plan_id: str = "sample-commercial", **said: Any
) -> Case:
    """A claim of a member of its own, which pends for want of imaging."""
    case = Case(f"M-{name}", f"C-{name}", 1)
    claim = event_of(
        CLAIM,
        **{
            "member_id": case.member_id,
            "claim_id": case.claim_id,
            "plan_id": plan_id,
            "attestations": [],
        }
        | said,
    )
    day.work_off(encoded(claim))
    assert latest(day, case)["outcome"] == "pended"
    return case


def latest(day: ConsoleDay, case: Case) -> dict[str, Any]:
    """The determination of a case that holds."""
    return history_of(day.redis, day.keys, case.member_id, case.claim_id)[case.line][-1]


def events_sent(day: ConsoleDay, case: Case) -> list[dict[str, Any]]:
    """What the console has sent about the member of a case and a worker has applied."""
    stored = day.redis.lrange(day.keys.received(case.member_id), 0, -1)
    events = [json.loads(unpack(packed)) for packed in stored]
    return [event for event in events if event["source"] == SOURCE]
