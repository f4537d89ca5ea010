"""What a reader of claim files is told by the installation and by whoever calls it."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from rules.loading.payers import Payers
from worker.config.settings import Settings

SALT_BYTES_MAX: Final = 64
UNSALTED: Final = b"mrs-adjudicator"
"""What ids of dependents are hashed with where MRS_MEMBER_SALT is not set."""


class ReadingTerms(NamedTuple):
    """By what files are read."""

    payers: Payers
    salt: bytes
    """What ids of dependents are hashed with; empty: no setting says so."""
    plan: str | None = None
    """The plan of every payer that `payers` does not name."""
    received: date | None = None
    """The day on which the claims were received; None: that of GS04."""
    encoding: str = "utf-8"


def salt_of(settings: Settings) -> bytes:
    """The setting's bytes, for `ReadingTerms`."""
    salt = settings.member_salt
    return b"" if salt is None else salt.get_secret_value().encode()
