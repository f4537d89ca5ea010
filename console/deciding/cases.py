"""A case: one line of a claim of one member, as the console names it in Redis and in addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

import msgspec

from worker.events.facts import LINES_MAX
from worker.events.fields import is_identifier


class Case(NamedTuple):
    """One line of a claim."""

    member_id: str
    claim_id: str
    line: int

    @property
    def name(self) -> str:
        """The case as text from which no other case has the same."""
        return msgspec.json.encode(self).decode()

    @property
    def query(self) -> str:
        """The case as the query of an address; ids may hold any character."""
        return urlencode({"member": self.member_id, "claim": self.claim_id, "line": self.line})


def case_in(fields: Mapping[str, str]) -> Case | None:
    """The case that an address or a form names; None: it names none that there can be."""
    member_id, claim_id, line = (fields.get(name, "") for name in ("member", "claim", "line"))
    if not (is_identifier(member_id) and is_identifier(claim_id)):
        return None
    if not (line.isascii() and line.isdigit() and len(line) <= 3 and 1 <= int(line) <= LINES_MAX):
        return None
    return Case(member_id, claim_id, int(line))
