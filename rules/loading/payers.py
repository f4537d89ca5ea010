"""Which plan a payer's id in a claim file means: the rows of `payers.csv`, if there is one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple, get_args

from rules.loading.faults import Faults
from rules.loading.folder import PAYERS, LibraryFiles, read_folder
from rules.loading.jurisdictions import read_jurisdictions
from rules.loading.plans import read_plans
from rules.loading.tables import Row, read_table
from rules.plans import LineOfBusiness, Plan

COLUMNS: Final = ("payer_id", "filing_indicator", "plan_id", "line_of_business", "payer")
EVERY_FILING: Final = "*"

_FILING: Final = re.compile(r"\*|[0-9A-Z]{1,2}")
_LINES_OF_BUSINESS: Final[tuple[LineOfBusiness, ...]] = get_args(LineOfBusiness)


class Payers(NamedTuple):
    """The plans of a library by the payers that claim files name."""

    plan_ids: Mapping[tuple[str, str], str]
    """By the payer's id and the claim filing indicator, or `*` for every other."""

    def plan_of(self, payer_id: str, filing_indicator: str) -> str | None:
        """The plan's id; None: no row names the payer."""
        return self.plan_ids.get((payer_id, filing_indicator)) or self.plan_ids.get(
            (payer_id, EVERY_FILING)
        )


def load_payers(folder: Path, plans: Path | None = None) -> Payers:
    """
    Reads the payers of the library in a folder, with `plans` replacing its own plans.

    Raises `LibraryRefused` with every fault of payers and plans; the rest is not looked at.
    """
    files = read_folder(folder, plans, Faults())
    payers = read_payers(files, read_plans(files, read_jurisdictions(files)))
    files.faults.refuse_if_any(folder)
    return payers


def read_payers(files: LibraryFiles, plans: Mapping[str, Plan]) -> Payers:
    """Reads the rows; no payer may have two for one filing indicator. None: there is no file."""
    rows = read_table(files, PAYERS, COLUMNS, "payer_id", "filing_indicator")
    return Payers(
        MappingProxyType(
            {
                (row.text("payer_id"), row.code("filing_indicator", _FILING)): _plan_id(
                    row, files, plans
                )
                for row in rows
            }
        )
    )


def _plan_id(row: Row, files: LibraryFiles, plans: Mapping[str, Plan]) -> str:
    """The plan of a row, whose line of business the row must name too."""
    plan_id = row.text("plan_id")
    row.text("payer")
    line_of_business = row.choice("line_of_business", _LINES_OF_BUSINESS)
    plan = plans.get(plan_id)
    if plan is not None and plan.line_of_business != line_of_business:
        row.fault(
            f"line_of_business is {line_of_business!r}, but that of the plan is "
            f"{plan.line_of_business!r}",
            "Correct the plan_id or the line of business.",
        )
    if plan is None and plan_id and files.has_own_plans:
        row.fault(f"plan_id is {plan_id!r}, which no plan file has", "Name a plan of plans/.")
    return plan_id
