"""The login by a token that is printed where the console starts: for one machine and its user."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from console.access.admittance import Admittance
from console.access.origin import is_from_here
from console.access.tokens import OneTimeTokens
from console.access.viewers import Viewer
from worker.config.guesses import WrongGuesses

BODY_BYTES_MAX: Final = 4096


class OneTimeLogin:
    """Lets in whoever has a token that was printed, once."""

    def __init__(self, tokens: OneTimeTokens, guesses: WrongGuesses | None = None) -> None:
        self.tokens = tokens
        self.guesses = guesses or WrongGuesses()

    speaks_for_each_request: Final = False
    goodbye: Final = "/login"

    def viewer_of(self, request: Request) -> Viewer | None:
        """No request proves by itself who it is from: the form of the login does."""
        del request
        return None


class LoginAnswer(NamedTuple):
    """What became of a token: no fault, and a session has begun."""

    status: int
    fault: str = ""


async def login_by_token(
    request: Request, admittance: Admittance, login: OneTimeLogin
) -> LoginAnswer:
    """Begins a session for the viewer of the token in the form; it is recorded before."""
    if not is_from_here(request, admittance.public):
        return LoginAnswer(403, "This form came from another site.")
    address = request.client.host if request.client else ""
    if login.guesses.are_too_many(address):
        return LoginAnswer(429, "Too many wrong tokens came from here. Wait a minute.")
    token = await _token_of(request)
    viewer = login.tokens.find(token)
    if viewer is not None:
        # Before the token is used up: while Redis is away, nobody loses it.
        who = (viewer.id, viewer.role)
        await run_in_threadpool(
            admittance.views.note, admittance.clock(), who, "login", "login", {}
        )
    if login.tokens.redeem(token) is None or viewer is None:
        login.guesses.add(address)
        return LoginAnswer(
            401, "This token is not known: each can be used once. Start the console for another."
        )
    login.guesses.forget(address)
    request.state.new_cookie, request.state.session = admittance.sessions.begin(viewer)
    return LoginAnswer(303)


async def _token_of(request: Request) -> str:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            return ""
    return parse_qs(body.decode("ascii", "replace")).get("token", [""])[0].strip()
