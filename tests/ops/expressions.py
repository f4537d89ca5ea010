"""Every question that the dashboards ask Prometheus."""

from __future__ import annotations

from ops.grafana.adjudication import ADJUDICATION
from ops.grafana.panels import NEW_LIBRARY
from ops.grafana.pipeline import PIPELINE
from ops.grafana.selection import of_one_installation

PAGES = (ADJUDICATION, PIPELINE)


CHOSEN = {"$job": "mrs-exporter", "$installation": "mrs", "$policy": ".*", "$service": "mrs"}
"""What someone chooses at the head of a page: as shipped configuration and library name them."""


def dashboard_expressions() -> list[str]:
    """Each once, in the order of the pages, for one installation."""
    asked = [query.expr for page in PAGES for panel in page.panels for query in panel.queries]
    return [chosen(of_one_installation(each)) for each in dict.fromkeys([NEW_LIBRARY.expr, *asked])]


def chosen(expr: str) -> str:
    """An expression of a page with its variables filled in."""
    for variable, value in CHOSEN.items():
        expr = expr.replace(variable, value)
    return expr
