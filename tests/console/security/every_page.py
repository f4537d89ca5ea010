"""All pages and forms of the console, so that what holds for each is tried on each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from starlette.routing import Mount, Route

from console.app import all_routes

WITHOUT_LOGIN: Final = {"/login", "/health"}
"""What anybody may ask for; nothing of it is about a member."""


def served(method: str) -> list[str]:
    """The path of each page or form."""
    return sorted(
        {
            path
            for path in _paths(method)
            if path not in WITHOUT_LOGIN and not path.startswith("/static/")
        }
    )


def filled(path: str, value: str) -> str:
    """A path with one text in place of each of its parameters."""
    parts = path.split("/")
    return "/".join(value if part.startswith("{") else part for part in parts)


def _paths(method: str) -> Iterator[str]:
    for route in all_routes():
        if isinstance(route, Mount):
            continue
        assert isinstance(route, Route)
        if method in (route.methods or ()):
            yield route.path


PAGES: Final = served("GET")
FORMS: Final = served("POST")
