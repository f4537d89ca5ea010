"""Follows one claim through events in memory: every revision of its lines, not just the last."""

from __future__ import annotations

import msgspec

from rules.library_model import Library
from worker.determinations.data import Data, MemberLineKey
from worker.replay.in_memory import Deciding


class Following(Deciding):
    """Decides events like `Deciding`, and keeps the history of a claim id for all members."""

    def __init__(self, library: Library, claim_id: str) -> None:
        super().__init__(library)
        self._claim_id = claim_id
        self._history: dict[str, dict[int, list[Data]]] = {}

    @property
    def members(self) -> list[str]:
        """Returns the members that have a claim with this id, sorted."""
        return sorted(self._history)

    def history_of(self, member_id: str) -> dict[int, list[Data]]:
        """Returns what was published for each line of the member's claim, in order of revision."""
        return dict(sorted(self._history.get(member_id, {}).items()))

    def note(self, key: MemberLineKey, data: bytes) -> None:
        """Adds a determination of the claim to the history of its line."""
        claim_id, line, member_id = key
        if claim_id == self._claim_id:
            lines = self._history.setdefault(member_id, {})
            lines.setdefault(line, []).append(msgspec.json.decode(data))
