"""What `report --json` writes."""

from __future__ import annotations

from worker.contract.document import Count, Digest, Document

ShownCount = Count | None
"""None: it is not shown, and named in `hidden`."""


class ShareOutput(Document):
    """A share of lines with its interval."""

    share: float
    low: float
    high: float


class ReportShares(Document):
    """Shares; None: of nothing, or a count of theirs is hidden."""

    denied: ShareOutput | None
    """Of the lines that stand approved or denied."""
    overturned_on_review: ShareOutput | None
    """Of the denials that were reviewed."""
    overturned_on_appeal: ShareOutput | None
    """Of the denials that were appealed and decided."""


class DaysOutput(Document):
    """Days from receipt to the first approval or denial."""

    lines: Count
    mean: float
    median: float


class ReportRow(Document):
    """The lines of one group."""

    group: str
    """Empty: all lines."""
    received: ShownCount
    approved: ShownCount
    denied_by_rules: ShownCount
    denied_by_person: ShownCount
    pended: ShownCount
    not_applicable: ShownCount
    overturned_on_review: ShownCount
    upheld_on_review: ShownCount
    overturned_on_appeal: ShownCount
    upheld_on_appeal: ShownCount
    shares: ReportShares
    days: DaysOutput | None
    """None: not known, or they would give away a count that is hidden."""
    hidden: tuple[str, ...]


class ReportOutput(Document):
    """The report."""

    library: Digest
    generation: int
    policy: str | None
    """None: of any."""
    service: str
    only: dict[str, str]
    threshold: Count
    """Counts from 1 up to below this are hidden."""
    interval: str
    """How the bounds of shares are found."""
    agrees_with_counters: bool | None
    """None: there are no counters, or they changed meanwhile."""
    unreadable: Count
    without_claim: bool
    without_history: bool
    total: ReportRow
    by: dict[str, tuple[ReportRow, ...]]
    """By dimension: service (of all services), plan, line_of_business, state, reason, quarter,
    policy (where there are several)."""
