"""What an installation settles for this door: plans by payers' numbers, the salt of ids."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Final, NamedTuple

EVERY_FILING: Final = "*"
UNMAPPED_PLAN: Final = "unmapped-payer"
"""The plan of a payer that no row names; the rules know none of this name, so its lines pend."""
UNSALTED: Final = b"mrs-adjudicator"
"""What ids of dependents are hashed with where MRS_MEMBER_SALT is not set."""
SALT_BYTES_MAX: Final = 64
_MADE_ID_BYTES: Final = 20


class DoorTerms(NamedTuple):
    """What a resource is read with."""

    plans: Mapping[tuple[str, str], str] = {}
    """The plan for each number of a payer and claim filing indicator, or `*` for every other."""
    salt: bytes = UNSALTED
    """Keeps ids that are made from a person's name from being made by others."""
    otherwise: str = UNMAPPED_PLAN
    """The plan of every payer that no row names."""

    def plan_of(self, payer: str, filing: str) -> str | None:
        """The plan of a payer's number; None: no row names the payer."""
        return self.plans.get((payer, filing)) or self.plans.get((payer, EVERY_FILING))

    def made_id(self, *told: str) -> str:
        """A lasting id from some texts: the same for the same texts, and for no others."""
        digest = blake2b(json.dumps(told).encode(), key=self.salt, digest_size=_MADE_ID_BYTES)
        return f"dep-{digest.hexdigest()}"
