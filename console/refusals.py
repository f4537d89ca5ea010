"""The pages that say why there is none, and give back what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import structlog
from redis.exceptions import RedisError
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from console.access.admittance import (
    BodyRefused,
    NotFromHere,
    NotLoggedIn,
    NotPermitted,
    NotTheProxy,
    TooManyGuesses,
    TooManyViews,
)
from console.access.origin import CSRF_FIELD
from console.page import rendered
from worker.failures import RetryableError

_log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 5


class _Reason(NamedTuple):
    status: int
    heading: str
    text: str


def refuse(request: Request, error: Exception) -> Response:
    """The page for whatever a guard or a handler raised. A form's fields stand in it again."""
    if isinstance(error, NotLoggedIn) and request.method == "GET":
        return RedirectResponse("/login", 303)
    if isinstance(error, ClientDisconnect):
        return Response(status_code=499)  # nobody reads it
    reason = _reason_of(error)
    if reason.status == 500:
        _log.exception("A page failed.", exc_info=error)
    # What another site has sent is not offered to be sent again.
    is_foreign = isinstance(error, NotFromHere) and error.why == "site"
    typed = [] if is_foreign else _typed(getattr(request.state, "form", None))
    response = rendered(
        request, "refusal.html", reason.status, reason=reason, typed=typed, again=_address(request)
    )
    if reason.status == 503:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _address(request: Request) -> str:
    """Where the form was sent: whom it is about stands behind the `?`."""
    return f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path


def not_served(request: Request, error: Exception) -> Response:
    """The page for an address or a method that there is not."""
    assert isinstance(error, HTTPException)
    reason = _reason_of(error)
    return rendered(request, "refusal.html", reason.status, reason=reason, typed=[], again="")


def _reason_of(error: Exception) -> _Reason:
    if isinstance(error, NotFromHere):
        return _OF_FORMS[error.why]
    if isinstance(error, HTTPException):
        return (
            _NO_PAGE if error.status_code == 404 else _NOT_DONE._replace(status=error.status_code)
        )
    for kinds, reason in _REASONS:
        if isinstance(error, kinds):
            return reason if reason.text else reason._replace(text=str(error))
    return _FAILED


_OF_FORMS: Final = {
    "secret": _Reason(
        403,
        "This form is from an earlier session",
        "Nothing was sent. Look at what you typed, and send it again.",
    ),
    "site": _Reason(
        403, "This form came from another site", "Nothing was sent. Open the page here."
    ),
}
_NO_PAGE: Final = _Reason(
    404, "There is no such page", "Look at the address, or begin at the start."
)
_NOT_DONE: Final = _Reason(405, "This address does not do that", "Begin at the start.")
_FAILED: Final = _Reason(500, "It failed here", "The log says where. Nothing was sent.")
_REASONS: Final[Sequence[tuple[tuple[type[Exception], ...], _Reason]]] = (
    (
        (NotLoggedIn,),
        _Reason(401, "You are not logged in", "Your session has ended. Log in again."),
    ),
    ((NotPermitted,), _Reason(403, "Your role does not do this", "")),
    ((BodyRefused,), _Reason(413, "This form cannot be read", "")),
    ((TooManyViews,), _Reason(429, "Too many pages in a minute", "")),
    ((TooManyGuesses,), _Reason(429, "Too many wrong secrets", "")),
    ((NotTheProxy,), _Reason(403, "You do not come by the login", "")),
    (
        (RedisError, RetryableError),
        _Reason(
            503,
            "Redis is away",
            "Nothing can be shown or sent at present, and nothing is lost. Try again shortly.",
        ),
    ),
)
"""The first that fits; without a text, the error's own."""


def _typed(form: FormData | None) -> Sequence[tuple[str, str]]:
    """The fields of a form, without its secret."""
    if form is None:
        return []
    return [(name, str(value)) for name, value in form.multi_items() if name != CSRF_FIELD]
