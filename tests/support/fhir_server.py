"""The FHIR endpoint on a port of its own, and requests to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn

from doors.fhir.access import TokenAccess
from doors.fhir.app import make_app
from doors.fhir.desk import QueueDesk
from doors.fhir.terms import DoorTerms
from rules.loading.files import SHIPPED, load_library
from tests.support.event_builders import encoded
from tests.support.processes import eventually
from worker.config.settings import load_settings

TOKEN = "a-token-of-more-than-thirty-two-letters"
FHIR = {"Content-Type": "application/fhir+json", "Authorization": f"Bearer {TOKEN}"}


class HttpAnswer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    resource: dict[str, Any]


class ServedDoor(NamedTuple):
    """A running endpoint."""

    port: int

    def ask(
        self, path: str, body: Any = b"", method: str = "POST", **headers: str | None
    ) -> HttpAnswer:
        """Sends a message; `headers` with `_` for `-`, None for one that is left out."""
        given = FHIR | {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) else encoded(body)
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        kept = {name: value for name, value in given.items() if value is not None}
        try:
            connection.request(method, path, raw, kept)
            answer = connection.getresponse()
            return HttpAnswer(answer.status, dict(answer.headers), json.loads(answer.read()))
        finally:
            connection.close()


@contextmanager
def served_door(
    redis_url: str, access: TokenAccess | None = None, library: Path = SHIPPED
) -> Iterator[ServedDoor]:
    """The endpoint in a thread, for the installation of a Redis."""
    settings = load_settings(redis_url=redis_url)
    desk = QueueDesk(settings, DoorTerms(), lambda: load_library(library))
    config = uvicorn.Config(
        make_app(desk, access or TokenAccess(TOKEN)), port=0, log_config=None, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert eventually(lambda: server.started, 60)
        yield ServedDoor(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(60)
