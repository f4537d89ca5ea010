"""How each need is asked for electronically: the table `data/needs_loinc.csv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).parent / "data" / "needs_loinc.csv"

OF_THE_PAYER: Final = frozenset({"plan_enrollment", "member_record", "applied_authority", "review"})
"""Needs that the requester need not answer: the payer has what would resolve the line."""


@lru_cache(maxsize=1)
def loinc_of_needs() -> Mapping[str, str | None]:
    """Each need of the contract with the LOINC code that asks for it; None: there is none."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["need"]: row["loinc"] or None for row in csv.DictReader(file)}
