"""What a criterion may look at to answer."""

from __future__ import annotations

from typing import Final

from rules.criteria.duplicates import EarlierLines
from rules.history.policy_view import PolicyView
from rules.history.studies import ClaimLine
from rules.library_model import Library


class Question:
    """A line, and all that a criterion may look at to answer."""

    __slots__ = ("authorizations", "earlier", "history", "library", "line")

    def __init__(
        self,
        line: ClaimLine,
        history: PolicyView,
        earlier: EarlierLines | None,
        authorizations: tuple[str, ...],
        library: Library,
    ) -> None:
        self.line: Final[ClaimLine] = line
        self.history: Final[PolicyView] = history
        self.earlier: Final[EarlierLines | None] = earlier
        """The lines that may have billed the service before; None while those are being found."""
        self.authorizations: Final[tuple[str, ...]] = authorizations
        """Ids of the prior authorizations of the service on its date."""
        self.library: Final[Library] = library
        """The one that decides."""
