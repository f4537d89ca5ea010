"""The console on a real Redis with the sample day decided, and browsers logged in to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import Any

from redis import Redis
from starlette.applications import Starlette
from starlette.testclient import TestClient

from console.access.one_time_login import OneTimeLogin
from console.access.tokens import OneTimeTokens
from console.access.viewers import Role, Viewer
from console.app import build
from console.logins import Logins
from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.support.sources import ROOT
from tests.support.turns import work_off
from tests.support.worlds import RedisWorld
from worker.audit.views import ViewLog
from worker.config.settings import Settings, load_settings
from worker.sandbox.redis_server import EmbeddedRedis
from worker.store.keys import Keys

DAY = ROOT / "worker" / "samples" / "day.jsonl"
HERE = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form that a page of ours sends."""


class ConsoleDay:
    """An installation with the sample day, and its console."""

    def __init__(
        self,
        server: EmbeddedRedis,
        redis: Redis,
        logins: Logins,
        settings: Settings | None = None,
        library: Library | None = None,
    ) -> None:
        """`settings`: of an installation of another prefix or of several shards."""
        self.server = server
        self.redis: Any = redis
        self.world = RedisWorld(redis)
        self.keys = Keys("mrs")
        self.library: Library = library or load_library(SHIPPED)
        self.settings = settings or load_settings(redis_url=server.url)
        self.entrance = OneTimeLogin(OneTimeTokens())
        self.app: Starlette = build(self.settings, self.library, self.entrance, logins)

    def work_off(self, *events: bytes) -> None:
        """Sends events, and has all that waits decided: by the real lane handler, in here."""
        work_off(self.world, self.library, *events)

    def browser(self) -> TestClient:
        """One without a session."""
        return TestClient(self.app, headers=HERE, follow_redirects=False)

    def logged_in(
        self, role: Role = "reviewer", person: str | None = None, credential: str | None = "RN"
    ) -> TestClient:
        """One with a session of a person of this role; `R-reviewer` unless named."""
        browser = self.browser()
        token = self.entrance.tokens.issue(Viewer(person or f"R-{role}", role, credential))
        assert 303 == browser.post("/login", data={"token": token}).status_code
        return browser

    def views(self) -> list[dict[str, Any]]:
        """What is in the log of views, as data."""
        log = ViewLog(self.redis, self.keys)
        return [
            {
                "viewer": each.view.viewer,
                "role": each.view.role,
                "kind": each.view.kind,
                "page": each.view.page,
                "subjects": dict(each.view.subjects),
            }
            for each in log.entries()
        ]


@contextmanager
def decided_day(server: EmbeddedRedis) -> Iterator[ConsoleDay]:
    """The sample day, decided on a Redis that is empty."""
    settings = load_settings(redis_url=server.url)
    with Redis(unix_socket_path=str(server.socket_path)) as redis, Logins(settings) as logins:
        day = ConsoleDay(server, redis, logins)
        day.work_off(*DAY.read_bytes().splitlines())
        yield day


def csrf_of(page: str) -> str:
    """The secret that the forms of a page carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, "no form on this page"
    return unescape(found[1])
