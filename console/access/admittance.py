"""The gate that every request for a page passes: who it is, and that the view is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from starlette.requests import Request
from starlette.responses import Response

from console.access.pace import Pace
from console.access.sessions import Session, Sessions
from console.access.viewers import Viewer
from worker.audit.views import ViewLog
from worker.failures import RefusedError

COOKIE: Final = "mrs_console"
SECURE_COOKIE: Final = "__Host-mrs_console"


class Entrance(Protocol):
    """How somebody comes in who has no session yet."""

    @property
    def speaks_for_each_request(self) -> bool:
        """Whether each request says who it is from: then no session outlives that."""

    @property
    def goodbye(self) -> str:
        """Where a person is led who has logged out."""

    def viewer_of(self, request: Request) -> Viewer | None:
        """Who it proves to be from; None: it must log in. Raises `RefusedError`."""


class NotLoggedIn(RefusedError):
    """There is no session, or it has ended."""


class NotPermitted(RefusedError):
    """The role does not do this."""


class NotFromHere(RefusedError):
    """A form was sent by no page of this session: `why` is `site` or `secret`."""

    def __init__(self, why: Literal["site", "secret"]) -> None:
        super().__init__("This form was not sent by a page of this session.")
        self.why = why


class BodyRefused(RefusedError):
    """A form is too large, or is none."""


class TooManyViews(RefusedError):
    """More pages in a minute than a person reads."""


class TooManyGuesses(RefusedError):
    """Too many wrong secrets of one address."""


class NotTheProxy(RefusedError):
    """A request that the login proxy has not sent, where one stands before the console."""


@dataclass(frozen=True, slots=True)
class Admittance:
    """What decides about a request before its page does."""

    entrance: Entrance
    sessions: Sessions
    views: ViewLog
    pace: Pace
    clock: Callable[[], datetime]
    refuse: Callable[[Request, Exception], Response]
    """The page that says why there is none."""
    public: str | None = None
    """The origin that browsers see, where a proxy stands before the console."""
    over_tls: bool = False

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return SECURE_COOKIE if self.over_tls else COOKIE

    def session_of(self, request: Request) -> Session | None:
        """
        The session of a request; one that has just begun gets its cookie by `keep_session`.

        Raises `RefusedError`, at the first call for a request.
        """
        if hasattr(request.state, "session"):
            known: Session | None = request.state.session
            return known
        request.state.session = None  # what is refused now is not asked again for the page of it
        viewer = self.entrance.viewer_of(request)
        cookie = request.cookies.get(self.cookie)
        session = self.sessions.find(cookie) if cookie else None
        if self.entrance.speaks_for_each_request:
            session = session if session and session.viewer == viewer else None
            if viewer is not None and session is None:
                request.state.new_cookie, session = self.sessions.begin(viewer)
        request.state.session = session
        return session

    def known_session(self, request: Request) -> Session | None:
        """The same for a page that everybody may see: what is refused is no session."""
        try:
            return self.session_of(request)
        except RefusedError:
            return None

    def keep_session(self, request: Request, response: Response) -> None:
        """Sends the cookie of a session that began with this request."""
        cookie = getattr(request.state, "new_cookie", None)
        if cookie is not None:
            response.set_cookie(
                self.cookie, cookie, secure=self.over_tls, httponly=True, samesite="strict"
            )
