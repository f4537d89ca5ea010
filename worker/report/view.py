"""The report as plain data: what is hidden in it is nowhere else either."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

from rules.library_model import Library
from worker.determinations.data import Data
from worker.report.figures import COUNTS, DIMENSIONS, CountName, Cube, Dimension, Figures
from worker.report.intervals import METHOD, ShareInterval, wilson
from worker.report.sources import CountedReport
from worker.report.suppression import (
    DEFAULT_THRESHOLD,
    TOTAL,
    TableCell,
    equations_of,
    hidden_cells,
    values_of,
)

ALL_SERVICES: Final = "all"

_SHARES: Final[Mapping[str, tuple[tuple[CountName, ...], tuple[CountName, ...]]]] = {
    "denied": (("denied_by_rules", "denied_by_person"), ("approved",)),
    "overturned_on_review": (("overturned_on_review",), ("upheld_on_review",)),
    "overturned_on_appeal": (("overturned_on_appeal",), ("upheld_on_appeal",)),
}
"""Each share: what is counted for it, and what is counted against it."""

_DECIDED: Final[tuple[CountName, ...]] = ("approved", "denied_by_rules", "denied_by_person")


class ReportRequest(NamedTuple):
    """What is to be shown."""

    service: str
    """What a policy of the library calls procedures, or all of them."""
    only: Mapping[Dimension, str] = {}
    """Groups to which the report is restricted."""
    threshold: int = DEFAULT_THRESHOLD
    """The smallest count that is shown, beside 0."""
    policy: str | None = None
    """The id of the one whose lines are shown; None: of any."""

    def dimensions(self, library: Library) -> tuple[Dimension, ...]:
        """The tables that are made."""
        are_made = {
            "service": self.service == ALL_SERVICES,
            "policy": self.policy is None and len(library.policies) > 1,
        }
        return tuple(name for name in DIMENSIONS if are_made.get(name, True))


def service_asked(typed: str | None, policy: str | None, library: Library) -> str:
    """The service that is meant: if none is named, that which the policy, or the first, decides."""
    of_policy = (each for each in library.policies if policy in (None, each.policy_id))
    return typed or next(of_policy).services[0]


def report_view(report: CountedReport, library: Library, asked: ReportRequest) -> Data:
    """
    The report for programs and for tables.

    A count that is hidden is None, and named in `hidden`; so is a share or the days of a row in
    which a count is hidden that they would give away.
    """
    cube = report.counted.cube.only(_wanted(asked))
    dimensions = asked.dimensions(library)
    hidden = hidden_cells(
        values_of(cube, dimensions), tuple(equations_of(cube, dimensions)), asked.threshold
    )
    return {
        "library": library.digest,
        "generation": library.generation,
        "policy": asked.policy,
        "service": asked.service,
        "only": dict(asked.only),
        "threshold": asked.threshold,
        "interval": METHOD,
        "agrees_with_counters": report.agrees,
        "unreadable": report.unreadable,
        "without_claim": report.counted.without_claim > 0,
        "without_history": report.counted.without_history > 0,
        "total": _row(TOTAL, "", cube.total(), hidden, asked.threshold),
        "by": {
            dimension: [
                _row(dimension, group, figures, hidden, asked.threshold)
                for group, figures in cube.by(dimension).items()
            ]
            for dimension in dimensions
        },
    }


def choices(cube: Cube) -> dict[Dimension, list[str]]:
    """The groups of each dimension that occur, for whoever picks one."""
    return {dimension: list(cube.by(dimension)) for dimension in DIMENSIONS}


def _wanted(asked: ReportRequest) -> dict[Dimension, str]:
    wanted = dict(asked.only)
    if asked.service != ALL_SERVICES:
        wanted["service"] = asked.service
    if asked.policy is not None:
        wanted["policy"] = asked.policy
    return wanted


def _row(
    dimension: str, group: str, figures: Figures, hidden: Collection[TableCell], threshold: int
) -> dict[str, Any]:
    away = [count for count in COUNTS if TableCell(dimension, group, count) in hidden]
    return {
        "group": group,
        **{count: None if count in away else figures.counts[count] for count in COUNTS},
        "shares": {name: _share(name, figures, away) for name in _SHARES},
        "days": _days(figures, away, threshold),
        "hidden": away,
    }


def _share(name: str, figures: Figures, away: Collection[CountName]) -> dict[str, float] | None:
    """A share, unless one of its counts is hidden: it would tell."""
    counted, against = _SHARES[name]
    if not set(away).isdisjoint((*counted, *against)):
        return None
    part = sum(figures.counts[count] for count in counted)
    found: ShareInterval | None = wilson(part, part + sum(figures.counts[c] for c in against))
    return None if found is None else found._asdict()


def _days(
    figures: Figures, away: Collection[CountName], threshold: int
) -> dict[str, float | int | None] | None:
    if not set(away).isdisjoint(_DECIDED) or not figures.timed or figures.timed < threshold:
        return None
    return {
        "lines": figures.timed,
        "mean": figures.mean_days,
        "median": figures.median_days,
    }
