"""The gate that every request for a page passes: who it is, and that the view is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from starlette.requests import Request
from starlette.responses import Response

from console.access.sessions import Session, Sessions
from console.access.viewers import Viewer
from worker.audit.views import ViewLog
from worker.failures import RefusedError

COOKIE: Final = "mrs_console"
SECURE_COOKIE: Final = "__Host-mrs_console"


class Entrance(Protocol):
    """How somebody comes in who has no session yet."""

    def viewer_of(self, request: Request) -> Viewer | None:
        """Who a request says that it is from, if it proves that; None leads to the login."""


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


@dataclass(frozen=True, slots=True)
class Admittance:
    """What decides about a request before its page does."""

    entrance: Entrance
    sessions: Sessions
    views: ViewLog
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
        """The session of a request; one that has just begun gets its cookie by `keep_session`."""
        known: Session | None = getattr(request.state, "session", None)
        if known is not None:
            return known
        cookie = request.cookies.get(self.cookie)
        session = self.sessions.find(cookie) if cookie else None
        viewer = self.entrance.viewer_of(request)
        if viewer is not None and (session is None or session.viewer != viewer):
            request.state.new_cookie, session = self.sessions.begin(viewer)
        request.state.session = session
        return session

    def keep_session(self, request: Request, response: Response) -> None:
        """Sends the cookie of a session that began with this request."""
        cookie = getattr(request.state, "new_cookie", None)
        if cookie is not None:
            response.set_cookie(
                self.cookie, cookie, secure=self.over_tls, httponly=True, samesite="strict"
            )
