"""What an installation settles for this door: plans by payers' numbers, and the salt of ids."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from hmac import digest
from typing import NamedTuple


class DoorTerms(NamedTuple):
    """What a resource is read with."""

    plans: Mapping[str, str] = {}
    """The plan for each number of a payer; a payer that is not there stands for itself."""
    salt: str = ""
    """Keeps ids that are made from a person's name from being made by others."""

    def plan_of(self, payer: str) -> str:
        """The plan of a payer's number."""
        return self.plans.get(payer, payer)

    def made_id(self, *parts: str) -> str:
        """A stable id from some texts: the same for the same texts, and for no others."""
        text = "".join(f"{len(part)}:{part}" for part in parts)
        return digest(self.salt.encode(), text.encode(), sha256).hex()[:32]
