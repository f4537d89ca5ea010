"""The links that stand on each page."""

from __future__ import annotations

from typing import Final, NamedTuple

from console.access.viewers import ALL_ROLES, AUDITOR, REVIEWER, SENIOR, Role


class NavigationLink(NamedTuple):
    """A page that is one step from every other."""

    path: str
    words: str
    roles: tuple[Role, ...] = ALL_ROLES


LINKS: Final = (
    NavigationLink("/", "Start"),
    NavigationLink("/worklist", "Worklist"),
    NavigationLink("/library", "Library"),
    NavigationLink("/report", "Report"),
    NavigationLink("/sample", "Quality sample", (REVIEWER, SENIOR)),
    NavigationLink("/sample/agreement", "Agreement", (SENIOR, AUDITOR)),
)
"""In the order in which they are shown."""
