"""The console as a Starlette application: the routes of all pages, behind one gate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from console.access.admittance import Admittance, Entrance
from console.access.guards import viewed
from console.access.headers import GuardedAnswers
from console.access.pace import Pace
from console.access.sessions import Sessions
from console.claim.routes import routes as claim_routes
from console.deciding.routes import routes as deciding_routes
from console.deciding.sample_routes import routes as sample_routes
from console.evidence.routes import routes as evidence_routes
from console.letters.routes import routes as letter_routes
from console.library_pages.routes import routes as library_routes
from console.login_pages.routes import routes as login_routes
from console.logins import Logins
from console.page import Page, Parts, environment
from console.presence import AwayShards, WorkerPresence
from console.refusals import not_served, refuse
from console.report_page.routes import routes as report_routes
from console.worklist.routes import routes as worklist_routes
from rules.library_model import Library
from worker.audit.views import ViewLog
from worker.config.settings import Settings
from worker.store.keys import Keys

STATIC: Final = Path(str(files("console"))) / "static"


def build(
    settings: Settings,
    library: Library,
    entrance: Entrance,
    logins: Logins,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Starlette:
    """The application; `logins` are closed by whoever opened them."""
    over_tls = (settings.console_origin or "").startswith("https:")
    app = Starlette(
        routes=all_routes(),
        middleware=[Middleware(GuardedAnswers, over_tls=over_tls)],
        exception_handlers={HTTPException: not_served},
    )
    numbers = range(logins.shards)
    shards = [logins.settings("view", number) for number in numbers]
    away = AwayShards(shards)
    clients = [
        (logins.client("view", number), Keys(each.prefix))
        for number, each in zip(numbers, shards, strict=True)
    ]
    workers = WorkerPresence(clients, away)
    app.state.parts = Parts(settings, library, logins, environment(), workers, away, clock)
    app.state.admittance = Admittance(
        entrance=entrance,
        sessions=Sessions(
            settings.console_idle_minutes * 60, settings.console_session_hours * 3600
        ),
        views=ViewLog(logins.client("log"), Keys(logins.settings("log").prefix)),
        pace=Pace(settings.console_views_a_minute),
        clock=clock,
        refuse=refuse,
        public=settings.console_origin,
        over_tls=over_tls,
    )
    return app


def all_routes() -> list[BaseRoute]:
    """Those of each package of pages."""
    return [
        Route("/", start),
        *login_routes(),
        *worklist_routes(),
        *claim_routes(),
        *deciding_routes(),
        *sample_routes(),
        *evidence_routes(),
        *library_routes(),
        *report_routes(),
        *letter_routes(),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


@viewed("start")
def start(request: Request) -> Response:
    """Where a day begins."""
    return Page.of(request).render("start.html")
