"""The links that stand on each page."""

from __future__ import annotations

from typing import Final, NamedTuple

from console.access.viewers import ALL_ROLES, AUDITOR, REVIEWER, SENIOR, Role


class NavigationLink(NamedTuple):
    """A page that is one step from every other."""

    path: str
    words: str
    says: str
    """What it is for, in a sentence, for whoever is here for the first time."""
    roles: tuple[Role, ...] = ALL_ROLES


LINKS: Final = (
    NavigationLink("/", "Start", "What each page is for."),
    NavigationLink(
        "/worklist",
        "Worklist",
        "The lines that wait for a person, the most urgent first. Find a claim, a member or a "
        "provider here, or take the next line.",
    ),
    NavigationLink(
        "/library",
        "Library",
        "What the policy says, how we read it, what each code stands for, and each plan's terms.",
    ),
    NavigationLink(
        "/report",
        "Report",
        "What was received, approved, denied and overturned in a span of days, and how fast.",
    ),
    NavigationLink(
        "/sample",
        "Quality sample",
        "Decided lines to judge once more, without seeing what was decided.",
        (REVIEWER, SENIOR),
    ),
    NavigationLink(
        "/sample/agreement",
        "Agreement",
        "How often the second judgement of the sample agreed with the first.",
        (SENIOR, AUDITOR),
    ),
)
"""In the order in which they are shown."""
