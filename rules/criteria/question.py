"""What a criterion may look at to answer."""

from __future__ import annotations

from typing import NamedTuple

from rules.criteria.duplicates import EarlierLines
from rules.history.policy_view import PolicyView
from rules.history.studies import ClaimLine
from rules.library_model import Library


class Question(NamedTuple):
    """A line, and all that a criterion may look at to answer."""

    line: ClaimLine
    history: PolicyView
    earlier: EarlierLines | None
    """The lines that may have billed the service before; None while those are being found."""
    authorizations: tuple[str, ...]
    """Ids of the prior authorizations of the service on its date."""
    library: Library
    """The one that decides."""
