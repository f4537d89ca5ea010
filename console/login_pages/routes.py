"""Coming in by a one-time token, and going out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console.access.admittance import Admittance
from console.access.guards import submitted
from console.access.one_time_login import OneTimeLogin, login_by_token
from console.access.viewers import ALL_ROLES
from console.page import Page, rendered


def routes() -> list[BaseRoute]:
    """The pages of this package."""
    return [
        Route("/login", ask, methods=["GET"]),
        Route("/login", log_in, methods=["POST"]),
        Route("/health", health, methods=["GET"]),
        Route("/logout", log_out, methods=["POST"]),
    ]


async def ask(request: Request) -> Response:
    """Asks for the token; the address that was printed brings it along."""
    return _asked(request, 200, "")


async def log_in(request: Request) -> Response:
    """Begins a session with a token that is used up by this."""
    admittance: Admittance = request.app.state.admittance
    if not isinstance(admittance.entrance, OneTimeLogin):
        return RedirectResponse("/", 303)
    try:
        answer = await login_by_token(request, admittance, admittance.entrance)
    except Exception as error:  # noqa: BLE001  # an answer must come, without what was sent
        return admittance.refuse(request, error)
    if answer.fault:
        return _asked(request, answer.status, answer.fault)
    response = RedirectResponse("/", 303)
    admittance.keep_session(request, response)
    return response


async def health(request: Request) -> Response:
    """Says that the console answers, to whoever watches over it."""
    del request
    return PlainTextResponse("ok")


@submitted("logout", roles=ALL_ROLES, login="view")
def log_out(request: Request) -> Response:
    """Ends the session."""
    admittance: Admittance = request.app.state.admittance
    admittance.sessions.end(Page.of(request).session)
    response = RedirectResponse(admittance.entrance.goodbye, 303)
    response.delete_cookie(
        admittance.cookie, secure=admittance.over_tls, httponly=True, samesite="strict"
    )
    return response


def _asked(request: Request, status: int, fault: str) -> Response:
    admittance: Admittance = request.app.state.admittance
    by_token = isinstance(admittance.entrance, OneTimeLogin)
    token = request.query_params.get("token", "")
    return rendered(request, "login.html", status, fault=fault, token=token, by_token=by_token)
