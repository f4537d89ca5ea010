"""
Decorators of page handlers: who may see a page or send a form, and that it is recorded first.

A handler that is a plain function runs in a thread, since it waits for Redis.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, Final, cast

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from console.access.admittance import (
    Admittance,
    BodyRefused,
    NotFromHere,
    NotLoggedIn,
    NotPermitted,
    TooManyViews,
)
from console.access.origin import CSRF_FIELD, bears_secret, is_from_here
from console.access.sessions import Session
from console.access.viewers import ALL_ROLES, REVIEWER, SENIOR, Role
from worker.audit.views import ViewKind

BODY_BYTES_MAX: Final = 262_144
FIELDS_MAX: Final = 500
_SUBJECT_CHARACTERS_MAX: Final = 300

_log = structlog.get_logger(__name__)

Handler = Callable[[Request], Awaitable[Response] | Response]
GuardedHandler = Callable[[Request], Awaitable[Response]]


def viewed(
    page: str,
    *,
    roles: Collection[Role] = ALL_ROLES,
    kind: ViewKind = "view",
    login: str = "view",
) -> Callable[[Handler], GuardedHandler]:
    """
    Shows a page to these roles; that it was asked for is in the log of views before it is made.

    What is recorded is the page and whatever stands in its address: ids in the path and the
    parameters behind `?`. `login` names the Redis login by which the page reads.
    """

    def guarded(handler: Handler) -> GuardedHandler:
        async def admitted(request: Request, admittance: Admittance) -> Response:
            session = _session(request, admittance, roles)
            await _must_keep_pace(request, admittance, session)
            request.state.login = login
            await _noted(request, admittance, session, kind, page)
            return await _called(handler, request)

        return _answered(handler, admitted)

    return guarded


def submitted(
    page: str = "",
    *,
    roles: Collection[Role] = (REVIEWER, SENIOR),
    kind: ViewKind = "form",
    login: str = "decide",
) -> Callable[[Handler], GuardedHandler]:
    """
    Takes a form from these roles, sent by a page of theirs; its fields are in `Page.form`.

    It is recorded like a view: `page` is the name of the handler unless given. A handler whose
    Redis goes away may let the error through: the person gets back what was typed.
    """

    def guarded(handler: Handler) -> GuardedHandler:
        async def admitted(request: Request, admittance: Admittance) -> Response:
            form = request.state.form = await _form(request)
            session = _session(request, admittance, roles)
            if not is_from_here(request, admittance.public):
                raise NotFromHere("site")
            if not bears_secret(cast("str | None", form.get(CSRF_FIELD)), session.csrf):
                raise NotFromHere("secret")
            await _must_keep_pace(request, admittance, session)
            request.state.login = login
            await _noted(request, admittance, session, kind, page or handler.__name__)
            return await _called(handler, request)

        return _answered(handler, admitted)

    return guarded


def _answered(
    handler: Handler, admitted: Callable[[Request, Admittance], Awaitable[Response]]
) -> GuardedHandler:
    """Whatever goes wrong becomes a page."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        admittance: Admittance = request.app.state.admittance
        try:
            response = await admitted(request, admittance)
        except Exception as error:  # noqa: BLE001  # an answer must come, without what was sent
            response = admittance.refuse(request, error)
        admittance.keep_session(request, response)
        return response

    return answer


def _session(request: Request, admittance: Admittance, roles: Collection[Role]) -> Session:
    session = admittance.session_of(request)
    if session is None:
        raise NotLoggedIn("There is no session.")
    if session.viewer.role not in roles:
        raise NotPermitted(f"This is for {' and '.join(roles)}.")
    return session


async def _must_keep_pace(request: Request, admittance: Admittance, session: Session) -> None:
    """The first page too many of a minute is in the log of views too, as `refused`."""
    step = admittance.pace.step(session.viewer.id)
    if step == "on":
        return
    if step == "stop":
        _log.warning("Somebody asked for more pages in a minute than a person reads.")
        await _noted(request, admittance, session, "refused", "too many views")
    raise TooManyViews(
        f"A person may see {admittance.pace.pages_max} pages in a minute. Wait a moment."
    )


async def _noted(
    request: Request, admittance: Admittance, session: Session, kind: ViewKind, page: str
) -> None:
    viewer = session.viewer
    await run_in_threadpool(
        admittance.views.note,
        admittance.clock(),
        (viewer.id, viewer.role),
        kind,
        page,
        _subjects(request),
    )


def _subjects(request: Request) -> Mapping[str, str]:
    named = {**dict(request.query_params), **request.path_params}
    return {
        _short(name): _short(str(value)) for name, value in list(named.items())[:20] if value != ""
    }


def _short(text: str) -> str:
    return text[:_SUBJECT_CHARACTERS_MAX].encode("utf-8", "replace").decode()


async def _form(request: Request) -> FormData:
    length = 0
    chunks = []
    async for chunk in request.stream():
        length += len(chunk)
        if length > BODY_BYTES_MAX:
            raise BodyRefused(f"A form has at most {BODY_BYTES_MAX:,} bytes.")
        chunks.append(chunk)
    request._body = b"".join(chunks)  # noqa: SLF001  # where Starlette itself keeps it
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise BodyRefused("A form comes as application/x-www-form-urlencoded.")
    return await request.form(max_fields=FIELDS_MAX)


async def _called(handler: Handler, request: Request) -> Response:
    if iscoroutinefunction(handler):
        return await cast("GuardedHandler", handler)(request)
    return cast("Response", await run_in_threadpool(cast("Any", handler), request))
