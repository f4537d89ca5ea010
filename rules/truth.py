"""Met, not met, unknown: the three answers of a criterion, and the one for "not asked"."""

from __future__ import annotations

from enum import StrEnum


class Truth(StrEnum):
    """
    What a criterion answers about a line.

    `UNKNOWN` is "we could not find out", never "no". `NOT_ASKED` stands behind a closed gate.
    """

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"
    NOT_ASKED = "not_asked"
