"""
The endpoint for Claims as a Starlette application: `POST /Claim` and `POST /Claim/$submit`.

Every answer is a FHIR resource: a ClaimResponse, or an OperationOutcome with every fault. Nothing
of a body is logged.
"""

from __future__ import annotations

import json
from asyncio import sleep, timeout
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any, Final

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from doors.fhir.access import TokenAccess
from doors.fhir.claim_requests import ClaimRequest, claim_in
from doors.fhir.desk import QueueAway, QueueDesk, determined, now
from doors.fhir.faults import ResourceFault, ResourceRefused
from doors.fhir.refusals import operation_outcome
from doors.fhir.requests import (
    FHIR_JSON,
    RequestRefused,
    body_of,
    must_speak_fhir,
    refuse,
    wait_seconds,
    wants_preview,
)

BODY_SECONDS_MAX: Final = 30.0
_LOOK_EVERY_SECONDS: Final = 0.1
_RETRY: Final = {"Retry-After": "5"}
_LATER: Final = {"Retry-After": "60"}
_ALONE: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
"""An answer is about one member: no cache keeps it."""

_log = structlog.get_logger(__name__)

Endpoint = Callable[[Request], Awaitable[Response]]


def make_app(desk: QueueDesk, access: TokenAccess) -> Starlette:
    """
    The application; it can be served alone or mounted into another.

    It sends to the queue of `desk`, from whom `access` admits.
    """
    door = _ClaimDoor(desk, access)
    return Starlette(
        routes=[
            Route("/Claim", _answered(door.submit), methods=["POST"]),
            Route("/Claim/$submit", _answered(door.submit), methods=["POST"]),
            Route("/health", _answered(door.health), methods=["GET"]),
        ],
        exception_handlers={HTTPException: _not_served},
    )


class _ClaimDoor:
    """The endpoints."""

    def __init__(self, desk: QueueDesk, access: TokenAccess) -> None:
        self._desk = desk
        self._access = access

    async def submit(self, request: Request) -> Response:
        self._admit(request)
        must_speak_fhir(request)
        seconds, as_preview = wait_seconds(request), wants_preview(request)
        try:
            async with timeout(BODY_SECONDS_MAX):
                body = await body_of(request)
        except TimeoutError:
            refuse(408, "transient", "The body did not come in time.")
        claim = await run_in_threadpool(_read, body, self._desk, as_preview)
        if claim.is_preview:
            return await run_in_threadpool(self._preview, claim)
        return await self._send(claim, seconds)

    async def health(self, request: Request) -> Response:
        del request
        if not await run_in_threadpool(self._desk.is_there):
            refuse(503, "transient", "The queue is away.", _RETRY)
        return Response('{"status":"ok"}', media_type="application/json")

    def _admit(self, request: Request) -> None:
        address = request.client.host if request.client else ""
        match self._access.admit(address, request.headers.get("authorization")):
            case "refused":
                challenge = {"WWW-Authenticate": "Bearer"}
                refuse(401, "login", "A bearer token is needed that is known here.", challenge)
            case "throttled":
                refuse(429, "throttled", "Too many wrong tokens came from this address.", _LATER)
            case "granted":
                return

    def _preview(self, claim: ClaimRequest) -> Response:
        lines, looked_at = self._desk.preview(claim.event)
        return _fhir(claim.answer(lines, now(), preview=looked_at))

    async def _send(self, claim: ClaimRequest, seconds: int) -> Response:
        watch = self._desk.watch(claim.event)
        try:
            await run_in_threadpool(self._desk.send, claim.event)
            until = monotonic() + seconds
            lines = await run_in_threadpool(determined, watch, claim.event)
            while lines is None and monotonic() < until:
                await sleep(_LOOK_EVERY_SECONDS)
                lines = await run_in_threadpool(determined, watch, claim.event)
        except QueueAway:
            refuse(503, "transient", "The queue is away: send the same Claim again.", _RETRY)
        return _fhir(claim.answer(lines or (), now()), 200 if lines else 202)


def _read(body: bytes, desk: QueueDesk, as_preview: bool) -> ClaimRequest:
    try:
        return claim_in(body, desk.terms, as_preview=as_preview)
    except ResourceRefused as refused:
        status = 422 if any(fault.expression for fault in refused.faults) else 400
        raise RequestRefused(status, *refused.faults) from None


def _answered(endpoint: Endpoint) -> Endpoint:
    """The endpoint, whose refusals and failures are answers too."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RequestRefused as refused:
            return _fhir(operation_outcome(refused.faults), refused.status, refused.headers)
        except ClientDisconnect:
            return Response(status_code=499)  # nobody reads it
        except Exception as error:  # noqa: BLE001  # an answer must come, without what was sent
            _log.exception("A request failed.", exc_info=error)
            fault = ResourceFault("", "exception", "It failed here; the log says where.")
            return _fhir(operation_outcome([fault]), 500)

    return answer


async def _not_served(request: Request, error: Exception) -> Response:
    """What there is no endpoint for."""
    del request
    assert isinstance(error, HTTPException)
    text = "POST Claim and POST Claim/$submit are served, and GET health."
    fault = ResourceFault("", "not-supported", text)
    return _fhir(operation_outcome([fault]), error.status_code, error.headers)


def _fhir(
    resource: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    content = json.dumps(resource, default=float)
    media_type = f"{FHIR_JSON}; fhirVersion=4.0"
    return Response(content, status, {**_ALONE, **(headers or {})}, media_type)
