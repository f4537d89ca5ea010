"""The report as a page, with filters, and as CSV."""

from __future__ import annotations

from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.access.guards import viewed
from console.page import Page
from console.report_page.counts import ReportCounts, TimedReport
from worker.archive.marker import ArchiveNeeded
from worker.determinations.data import Data
from worker.report.figures import GROUPS
from worker.report.sources import RecordedSource
from worker.report.suppression import DEFAULT_THRESHOLD
from worker.report.tables import (
    HEADINGS,
    SHARE_HEADINGS,
    TITLES,
    count_words,
    days_words,
    notes,
    report_csv,
    share_words,
)
from worker.report.view import ALL_SERVICES, ReportRequest, choices, report_view, service_asked
from worker.store.keys import Keys


class ReportTable(NamedTuple):
    """One table as it is shown."""

    title: str
    first: str
    columns: list[str]
    numbers: int
    """So many of the columns are counts."""
    rows: list[tuple[str, list[str]]]


def routes() -> list[Route]:
    """The page and its file; each application counts for itself."""
    counts = ReportCounts()

    @viewed("report")
    def report(request: Request) -> Response:
        """The figures."""
        page = Page.of(request)
        try:
            counted = _counted(counts, page)
        except ArchiveNeeded:
            return page.render("report_page/archived.html", 409)
        if "anew" in request.query_params:
            return RedirectResponse(f"/report?{_query(page)}", 303)
        return _shown(page, counted)

    @viewed("report file", kind="export")
    def file(request: Request) -> Response:
        """The same figures as CSV."""
        page = Page.of(request)
        try:
            view = _view(page, _counted(counts, page))
        except ArchiveNeeded:
            return page.render("report_page/archived.html", 409)
        headers = {"Content-Disposition": 'attachment; filename="report.csv"'}
        return Response(report_csv(view), media_type="text/csv", headers=headers)

    return [Route("/report", report), Route("/report.csv", file)]


def _counted(counts: ReportCounts, page: Page) -> TimedReport:
    anew = "anew" in page.request.query_params
    sources = [RecordedSource(each.redis, Keys(each.settings.prefix)) for each in page.every]
    return counts.get(page.parts.settings.prefix, sources, page.library, page.now, anew=anew)


def _view(page: Page, counted: TimedReport) -> Data:
    return report_view(counted.report, page.library, _asked(page))


def _asked(page: Page) -> ReportRequest:
    """What was chosen; what there is not is passed over."""
    typed = page.request.query_params
    service, policy = typed.get("service"), typed.get("policy")
    policy = policy if policy in _policies(page) else None
    service = service if service in _services(page) else None
    return ReportRequest(
        service_asked(service, policy, page.library),
        {name: typed[name] for name in GROUPS if typed.get(name)},
        0 if typed.get("small") else DEFAULT_THRESHOLD,
        policy,
    )


def _services(page: Page) -> tuple[str, ...]:
    return (*page.library.services, ALL_SERVICES)


def _policies(page: Page) -> list[str]:
    return [policy.policy_id for policy in page.library.policies]


def _query(page: Page) -> str:
    """What was chosen, as an address."""
    return str(page.request.url.remove_query_params("anew").query)


def _shown(page: Page, counted: TimedReport) -> Response:
    view, asked = _view(page, counted), _asked(page)
    groups = choices(counted.report.counted.cube)
    return page.render(
        "report_page/report.html",
        notes=[note.replace("`", "") for note in notes(view)],
        agrees=view["agrees_with_counters"],
        tables=[
            _table("", [view["total"]]),
            *(_table(name, rows) for name, rows in view["by"].items()),
        ],
        at=counted.at,
        query=_query(page),
        service=asked.service,
        services=_services(page),
        policy=asked.policy,
        policies=_policies(page),
        small=asked.threshold == 0,
        threshold=DEFAULT_THRESHOLD,
        filters=[
            (name, name.replace("_", " "), asked.only.get(name, ""), groups[name])
            for name in GROUPS
        ],
    )


def _table(dimension: str, rows: list[Data]) -> ReportTable:
    """One table; what is 0 or empty in all rows has no column."""
    counts = [name for name in HEADINGS if any(row[name] != 0 for row in rows)]
    shares = [name for name in SHARE_HEADINGS if any(row["shares"][name] for row in rows)]
    is_timed = any(row["days"] for row in rows)
    return ReportTable(
        TITLES.get(dimension, "All lines"),
        dimension.replace("_", " ") or "lines",
        [
            *(HEADINGS[name] for name in counts),
            *(["days"] if is_timed else []),
            *(SHARE_HEADINGS[name] for name in shares),
        ],
        len(counts),
        [
            (
                row["group"] or "all",
                [
                    *(count_words(row, name) for name in counts),
                    *([days_words(row["days"])] if is_timed else []),
                    *(share_words(row["shares"][name]) for name in shares),
                ],
            )
            for row in rows
        ],
    )
