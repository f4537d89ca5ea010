"""What a page's handler is given, and how it answers: templates, viewer, connections, library."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from redis import Redis
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.access.admittance import Admittance
from console.access.sessions import Session
from console.access.viewers import Viewer
from console.logins import Logins
from console.navigation import LINKS
from console.presence import AwayShards, WorkerPresence
from rules.library_model import Library
from worker.config.settings import Settings
from worker.config.shards import shard_of

TEMPLATES: Final = Path(str(files("console"))) / "templates"


@dataclass(frozen=True, slots=True)
class Parts:
    """What all pages share, for as long as the console runs."""

    settings: Settings
    library: Library
    logins: Logins
    templates: Environment
    workers: WorkerPresence
    away: AwayShards
    clock: Callable[[], datetime]


def environment() -> Environment:
    """The templates: whatever stands in a variable is text, and a missing one is a fault."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True, slots=True)
class Page:
    """One request for a page, from somebody who may see it."""

    request: Request
    parts: Parts
    session: Session
    shard: int = 0
    """Whose Redis, keys and door this page uses; of pages about all shards the first."""

    @classmethod
    def of(cls, request: Request) -> Page:
        """The page of a request that a guard has let through."""
        return cls(request, request.app.state.parts, request.state.session)

    @property
    def viewer(self) -> Viewer:
        """Who asks."""
        return self.session.viewer

    @property
    def redis(self) -> Redis:
        """A client under the login of this kind of page; it waits, so call it in a thread."""
        return self.parts.logins.client(self.request.state.login, self.shard)

    @property
    def settings(self) -> Settings:
        """The shard, with the address of this login; `worker.client` sends by it."""
        return self.parts.logins.settings(self.request.state.login, self.shard)

    def of_member(self, member_id: str) -> Page:
        """The same page in the shard of a member."""
        return replace(self, shard=shard_of(member_id, self.parts.logins.shards))

    @property
    def every(self) -> tuple[Page, ...]:
        """The same page in each shard that answers, for what is asked of all members."""
        away = self.parts.away.now()
        return tuple(
            replace(self, shard=shard)
            for shard in range(self.parts.logins.shards)
            if shard not in away
        )

    @property
    def library(self) -> Library:
        """The library by which the installation decides."""
        return self.parts.library

    @property
    def now(self) -> datetime:
        """The instant, in UTC."""
        return self.parts.clock()

    @property
    def form(self) -> FormData:
        """The fields of a form that was submitted."""
        form: FormData = self.request.state.form
        return form

    def render(self, template: str, status: int = 200, **values: object) -> Response:
        """A page of a template, with what `base.html` needs beside the values."""
        away = self.parts.workers.is_away()
        shards = self.parts.away.now()
        return rendered(
            self.request,
            template,
            status,
            workers_are_away=away,
            shards_away=shards,
            shards=self.parts.logins.shards,
            **values,
        )


def rendered(request: Request, template: str, status: int = 200, **values: object) -> Response:
    """The same for a request that may have no session."""
    parts: Parts = request.app.state.parts
    page = parts.templates.get_template(template)
    return HTMLResponse(page.render({**_of_all_pages(request), **values}), status)


def _of_all_pages(request: Request) -> Mapping[str, Any]:
    admittance: Admittance = request.app.state.admittance
    session = admittance.known_session(request)
    viewer = session.viewer if session else None
    return {
        "workers_are_away": False,
        "shards_away": (),
        "viewer": viewer,
        "csrf": session.csrf if session else "",
        "here": request.url.path,
        "navigation": [link for link in LINKS if viewer and viewer.role in link.roles],
    }
