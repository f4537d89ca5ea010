"""The `data` object of a determination, and the key of its line (`contract.md` 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Data = dict[str, Any]
"""The `data` object of a determination."""

DataView = Mapping[str, Any]
"""The same, read-only."""

ORDER_DEPENDENT = frozenset(
    {"revision", "change", "record_version", "caused_by", "post_payment_review", "digests"}
)
"""Fields of a determination that may depend on the arrival order (`contract.md` 2)."""

MemberLineKey = tuple[str, int, str]
"""Claim id, line number, member id."""


def line_key(data: Data) -> MemberLineKey:
    """The key of a determination's line."""
    return (data["claim_id"], data["line"], data["member_id"])
