"""What a request says beside its body: how long it waits, in which format it speaks."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from starlette.requests import Request

from doors.fhir.faults import IssueCode, ResourceFault

WAIT_SECONDS_MAX: Final = 30
BODY_BYTES_MAX: Final = 2 * 1024 * 1024
"""Room for a Claim of 999 items with all that it refers to."""

FHIR_JSON: Final = "application/fhir+json"
_JSON: Final = (FHIR_JSON, "application/json")
_ACCEPTED: Final = (*_JSON, "application/*", "*/*")
_WAIT: Final = re.compile(r"(?:^|[,;\s])wait=([0-9]{1,6})(?:$|[,;\s])")


class RequestRefused(Exception):
    """A request that is not worked on; the answer says why."""

    def __init__(
        self, status: int, *faults: ResourceFault, headers: dict[str, str] | None = None
    ) -> None:
        self.status = status
        self.faults = faults
        self.headers = headers or {}
        super().__init__(f"answered with status {status}")


def refuse(
    status: int, code: IssueCode, text: str, headers: dict[str, str] | None = None
) -> NoReturn:
    """Refuses a request as a whole."""
    raise RequestRefused(status, ResourceFault("", code, text), headers=headers)


def must_speak_fhir(request: Request) -> None:
    """Refuses a body that is no FHIR R4 in JSON, and a caller who reads none."""
    kind, *parameters = (part.strip() for part in _header(request, "content-type").split(";"))
    said = dict(_parameter(part) for part in parameters if part)
    if kind.lower() not in _JSON:
        refuse(415, "not-supported", f"A body of {FHIR_JSON} is needed.")
    if not said.get("fhirversion", "4.0").startswith("4.0"):
        refuse(415, "not-supported", "FHIR R4 is read (fhirVersion=4.0), and no other release.")
    if said.get("charset", "utf-8").lower() not in ("utf-8", "us-ascii"):
        refuse(415, "not-supported", "A body in UTF-8 is needed.")
    if _header(request, "content-encoding").lower() not in ("", "identity"):
        refuse(415, "not-supported", "A body that is not compressed is needed.")
    accepted = [part.split(";")[0].strip() for part in _header(request, "accept").split(",")]
    if any(accepted) and not any(each.lower() in _ACCEPTED for each in accepted):
        refuse(406, "not-supported", f"Answers are {FHIR_JSON}.")


async def body_of(request: Request) -> bytes:
    """The body; refused once it is larger than is read."""
    length = _header(request, "content-length")
    if length.isdigit() and int(length) > BODY_BYTES_MAX:
        _too_large()
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            _too_large()
    return bytes(body)


def wait_seconds(request: Request) -> int:
    """For how long the caller waits for a determination: `?wait=n`, else `Prefer: wait=n`."""
    said = request.query_params.get("wait")
    if said is None:
        preferred = _WAIT.search(_header(request, "prefer"))
        return min(int(preferred[1]), WAIT_SECONDS_MAX) if preferred else 0
    if not (said.isascii() and said.isdigit()) or int(said[:6]) > WAIT_SECONDS_MAX:
        refuse(400, "value", f"`wait` is a number of seconds from 0 to {WAIT_SECONDS_MAX}.")
    return int(said)


def wants_preview(request: Request) -> bool:
    """Whether a preview is asked for: `?preview=true`."""
    said = request.query_params.get("preview", "false")
    if said not in ("true", "false"):
        refuse(400, "value", "`preview` is true or false.")
    return said == "true"


def _too_large() -> NoReturn:
    refuse(413, "too-long", f"A body of at most {BODY_BYTES_MAX:,} bytes is needed.")


def _header(request: Request, name: str) -> str:
    return request.headers.get(name, "")


def _parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip().strip('"')
