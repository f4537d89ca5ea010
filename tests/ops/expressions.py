"""Every question that the dashboards ask Prometheus."""

from __future__ import annotations

from ops.grafana.adjudication import ADJUDICATION
from ops.grafana.panels import NEW_LIBRARY
from ops.grafana.pipeline import PIPELINE

PAGES = (ADJUDICATION, PIPELINE)


def dashboard_expressions() -> list[str]:
    """Each once, in the order of the pages."""
    asked = [query.expr for page in PAGES for panel in page.panels for query in panel.queries]
    return list(dict.fromkeys([NEW_LIBRARY.expr, *asked]))
