"""Writes the dashboards as Grafana reads them: `python -m ops.grafana.build`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from grafana_foundation_sdk.builders import bargauge, common, dashboard, stat, table, timeseries
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    StackingMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    DataSourceRef,
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
    VariableRefresh,
    VariableSort,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from ops.grafana.adjudication import ADJUDICATION
from ops.grafana.panels import NEW_LIBRARY, Dashboard, Panel, Query, Step
from ops.grafana.pipeline import PIPELINE
from ops.grafana.selection import INSTALLATION, POLICY, of_one_installation

DASHBOARDS = (ADJUDICATION, PIPELINE)
FOLDER = Path(__file__).parent / "dashboards"
RUNBOOKS = "/public/runbooks"
"""Where Grafana shows `ops/runbooks`, mounted into its folder of public files."""

_SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
_HEIGHT = {"stat": 4, "lines": 8, "stacked": 8, "bars": 8, "table": 8}

# Each kind of panel has a builder class of its own, alike in most methods but not related.
_Builder = Any


def written(page: Dashboard) -> str:
    """A dashboard as its file."""
    encoded = json.loads(JSONEncoder().encode(_dashboard(page).build()))
    return json.dumps(encoded, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Writes all of them."""
    for page in DASHBOARDS:
        (FOLDER / f"{page.uid}.json").write_text(written(page), encoding="utf-8")


def _dashboard(page: Dashboard) -> dashboard.Dashboard:
    made = (
        dashboard.Dashboard(page.title)
        .uid(page.uid)
        .description(page.about)
        .tags(["mrs"])
        .readonly()
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .time("now-6h", "now")
        .refresh("30s")
        .timezone("utc")
        .with_variable(dashboard.DatasourceVariable("datasource").type("prometheus"))
        .with_variable(_variable("installation", "label_values(mrs_redis_up, installation)"))
        .with_variable(_variable("job", f"label_values(mrs_redis_up{{{INSTALLATION}}}, job)"))
    )
    made = _with_policies(made) if page.is_by_policy else made
    made = made.link(
        dashboard.DashboardLink("The other page")
        .type(DashboardLinkType.LINK)
        .url(f"/d/{page.other}")
        .keep_time(True)
        .include_vars(True)
    ).annotation(
        dashboard.AnnotationQuery()
        .name("New library")
        .datasource(_SOURCE)
        .enable(True)
        .icon_color("purple")
        .expr(of_one_installation(NEW_LIBRARY.expr))
    )
    ids = count(1)
    for row in page.rows:
        made = made.with_row(dashboard.Row(row.title).id(next(ids)))
        for panel in row.panels:
            made = made.with_panel(_panel(panel, next(ids)))
    return made


def _with_policies(made: dashboard.Dashboard) -> dashboard.Dashboard:
    """Any policy or all, and a service that it decides or watches: shares of two have no sum."""
    policies = of_one_installation("label_values(mrs_determinations_total, policy)")
    services = of_one_installation(f"label_values(mrs_determinations_total{{{POLICY}}}, service)")
    return made.with_variable(
        _variable("policy", policies).include_all(True).all_value(".*")
    ).with_variable(_variable("service", services).regex("/^(?!other$)/"))


def _variable(name: str, query: str) -> dashboard.QueryVariable:
    """One value at a time: shares of two installations have no sum."""
    return (
        dashboard.QueryVariable(name)
        .query(query)
        .datasource(_SOURCE)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(False)
        .include_all(False)
    )


def _panel(panel: Panel, panel_id: int) -> _Builder:
    made = _OF_KIND[panel.kind]().id(panel_id)
    for number, query in enumerate(panel.queries):
        made = made.with_target(_query(panel, query, "ABCDEFG"[number]))
    if panel.decimals is not None:
        made = made.decimals(panel.decimals)
    if panel.shades_of is not None:
        shades = dashboard.FieldColor().mode(FieldColorModeId.SHADES)
        made = made.color_scheme(shades.fixed_color(panel.shades_of))
    for names, colour in panel.colours:
        fixed = DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})
        made = made.override_by_regexp(f"/^{names}$/", [fixed])
    return (
        made.title(panel.title)
        .description(panel.about)
        .datasource(_SOURCE)
        .unit(panel.unit)
        .thresholds(_thresholds(panel.thresholds))
        .links([_runbook(name) for name in panel.runbooks])
        .span(panel.width)
        .height(panel.height or _HEIGHT[panel.kind])
    )


def _query(panel: Panel, query: Query, name: str) -> Dataquery:
    made = Dataquery().expr(of_one_installation(query.expr)).ref_id(name).datasource(_SOURCE)
    if query.legend:
        made = made.legend_format(query.legend)
    if panel.kind == "table":
        return made.instant().format(PromQueryFormat.TABLE)
    return made.instant() if panel.kind in {"stat", "bars"} else made.range()


def _thresholds(steps: tuple[Step, ...]) -> dashboard.ThresholdsConfig:
    return (
        dashboard.ThresholdsConfig()
        .mode(ThresholdsMode.ABSOLUTE)
        .steps([Threshold(value=step.from_value, color=step.colour) for step in steps])
    )


def _runbook(alert: str) -> dashboard.DashboardLink:
    return (
        dashboard.DashboardLink(f"Runbook: {alert}")
        .type(DashboardLinkType.LINK)
        .url(f"{RUNBOOKS}/{alert}.md")
        .target_blank(True)
    )


def _stat() -> _Builder:
    return stat.Panel().reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))


def _lines() -> _Builder:
    return (
        timeseries.Panel()
        .min(0)
        .fill_opacity(8)
        .legend(common.VizLegendOptions().display_mode(LegendDisplayMode.LIST).show_legend(True))
        .thresholds_style(common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED))
    )


def _stacked() -> _Builder:
    stacking = common.StackingConfig().mode(StackingMode.NORMAL)
    return _lines().stacking(stacking).fill_opacity(40)


def _bars() -> _Builder:
    return (
        bargauge.Panel()
        .orientation(VizOrientation.HORIZONTAL)
        .display_mode(BarGaugeDisplayMode.BASIC)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )


def _table() -> _Builder:
    without_time = DataTransformerConfig(
        id_val="organize", options={"excludeByName": {"Time": True}}
    )
    return table.Panel().with_transformation(without_time)


_OF_KIND: Mapping[str, Any] = {
    "stat": _stat,
    "lines": _lines,
    "stacked": _stacked,
    "bars": _bars,
    "table": _table,
}


if __name__ == "__main__":
    main()
