"""Whether a form comes from a page of ours: what the browser says of it, and its secret."""

from __future__ import annotations

from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

CSRF_FIELD: Final = "csrf"


def is_from_here(request: Request, public: str | None) -> bool:
    """
    Whether the browser says that a page of this console has sent the request.

    Each of `Sec-Fetch-Site` and `Origin` that is there must say so, and one must be there. `public`
    is the origin under which a proxy shows the console; without one the request's own host counts.
    """
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is None and origin is None:
        return False
    return (site is None or site == "same-origin") and (
        origin is None or _is_ours(origin, request, public)
    )


def bears_secret(given: str | None, secret: str) -> bool:
    """Whether a form carries the secret of its session."""
    return compare_digest((given or "").encode("utf-8", "surrogatepass"), secret.encode())


def _is_ours(origin: str, request: Request, public: str | None) -> bool:
    if public is not None:
        return origin == public
    return urlsplit(origin).netloc == request.headers.get("host")
