"""Whoever looks at a page, and what their role lets them do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Role = Literal["reviewer", "senior", "auditor"]
"""A senior may do what a reviewer may, and judge what another has decided; an auditor reads."""

REVIEWER: Final = "reviewer"
SENIOR: Final = "senior"
AUDITOR: Final = "auditor"
ALL_ROLES: Final[tuple[Role, ...]] = (REVIEWER, SENIOR, AUDITOR)


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person, as the login says."""

    id: str
    """What the person is called in the log of views, and as `reviewer_id` of a decision."""
    role: Role
    credential: str | None = None
    """Such as RN or MD, as the login says; None where it says nothing."""
