"""The dashboards: generated and fresh, laid out, explained, and about no person."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any, get_args

import pytest
import yaml

from ops.grafana import build
from ops.grafana.adjudication import ADJUDICATION
from ops.grafana.panels import Panel
from ops.grafana.selection import of_one_installation
from rules.determination import Outcome
from rules.member.member import Change
from tests.ops.expressions import PAGES
from tests.support.sources import ROOT
from worker.metrics import catalog
from worker.metrics.counters import Result
from worker.metrics.snapshot import DUE

GRAFANA = ROOT / "ops" / "grafana"
FILES = {page.uid: GRAFANA / "dashboards" / f"{page.uid}.json" for page in PAGES}
PANELS = [panel for page in PAGES for panel in page.panels]
UNITS = {"short", "percentunit", "s", "cps", "bytes"}
LABELS = {
    label
    for metric in (*catalog.EXPORTED, *catalog.OF_A_WORKER, *catalog.OF_A_BRIDGE)
    for label in metric.labels
} | {"instance", "job"}


def read(uid: str) -> dict[str, Any]:
    return json.loads(FILES[uid].read_text())


@pytest.fixture(params=sorted(FILES))
def page(request: pytest.FixtureRequest) -> dict[str, Any]:
    return read(request.param)


@pytest.mark.parametrize("shown", PAGES, ids=lambda page: page.uid)
def test_the_file_is_what_the_code_says(shown):
    written = build.written(shown)

    assert written == FILES[shown.uid].read_text(), "run: make dashboards"


def test_there_are_no_other_files():
    assert set(FILES.values()) == set((GRAFANA / "dashboards").iterdir())


def test_the_two_pages_lead_to_each_other(page):
    (link,) = page["links"]

    assert link["url"].removeprefix("/d/") in set(FILES) - {page["uid"]}


def test_ids_are_unique_and_no_panel_covers_another(page):
    ids = [panel["id"] for panel in page["panels"]]
    places = [panel["gridPos"] for panel in page["panels"]]

    assert len(ids) == len(set(ids))
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert [] == [
        (one, other) for one, other in itertools.combinations(places, 2) if _overlap(one, other)
    ]


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return all(
        one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
        for at, size in (("x", "w"), ("y", "h"))
    )


def test_every_variable_is_defined_and_none_is_in_vain(page):
    text = json.dumps({**page, "templating": None})

    defined = {variable["name"] for variable in page["templating"]["list"]}

    assert defined == set(re.findall(r"\$\{?(\w+)", text))


def test_every_panel_has_unit_thresholds_and_source(page):
    for panel in page["panels"]:
        if panel["type"] == "row":
            continue
        defaults = panel["fieldConfig"]["defaults"]
        assert defaults["unit"] in UNITS
        assert defaults["thresholds"]["steps"][0]["value"] is None
        assert "${datasource}" == panel["datasource"]["uid"]
        assert all(target["expr"] for target in panel["targets"])
        assert len(panel["targets"]) == len({target["refId"] for target in panel["targets"]})


def test_a_panel_says_what_it_shows_in_whole_sentences():
    assert [] == [
        panel.title
        for panel in PANELS
        if len(panel.about) <= 25 or panel.about[-1] != "." or not panel.title[0].isupper()
    ]


def test_a_panel_links_only_to_runbooks_that_there_are_and_its_marks_rise():
    runbooks = {path.stem for path in (ROOT / "ops" / "runbooks").glob("*.md")}

    assert set() == {name for panel in PANELS for name in panel.runbooks} - runbooks
    marks = {panel.title: [step.from_value for step in panel.thresholds[1:]] for panel in PANELS}
    assert {title: sorted(steps) for title, steps in marks.items()} == marks


def test_a_legend_names_labels_of_closed_sets_only():
    in_legends = {
        label
        for panel in PANELS
        for query in panel.queries
        for label in re.findall(r"{{(\w+)}}", query.legend)
    }

    assert set() == in_legends - LABELS
    assert [] == [
        panel.title
        for panel in PANELS
        if len(panel.queries) > 1 and not all(query.legend for query in panel.queries)
    ]


CLOSED = {
    "outcome": get_args(Outcome),
    "result": get_args(Result),
    "due": DUE,
    "change": {*get_args(Change)} - {"initial"},  # nobody asks for these
}


def test_a_value_that_means_something_has_its_own_colour_wherever_it_is_shown():
    shown = [
        (panel, value)
        for panel in PANELS
        for query in panel.queries
        for label, values in CLOSED.items()
        if query.legend == f"{{{{{label}}}}}"
        for value in values
    ]

    assert shown
    assert [] == [(panel.title, value) for panel, value in shown if colour_of(panel, value) is None]


def test_what_is_denied_is_never_green():
    assert [] == [panel.title for panel in PANELS if has_a_green_denial(panel)]


def has_a_green_denial(panel: Panel) -> bool:
    """Whether a denial is green by a colour of its name, by a mark, or by Grafana's own colours."""
    denials = {colour_of(panel, each) for each in ("denied", "adverse", "x: not_met")}
    if not any(re.search(r"denial|\bdenied\b(?!\|)", query.expr) for query in panel.queries):
        return "green" in denials
    colours = {colour for _, colour in panel.colours} | {step.colour for step in panel.thresholds}
    begins_with_green = panel.kind in {"lines", "stacked"}
    is_left_to_grafana = begins_with_green and not (panel.shades_of or panel.colours)
    return "green" in denials | colours or is_left_to_grafana


def colour_of(panel: Panel, name: str) -> str | None:
    """The colour of a series of that name."""
    return next((colour for like, colour in panel.colours if re.fullmatch(like, name)), None)


@pytest.mark.parametrize(
    ("expr", "narrowed"),
    [
        pytest.param("mrs:pend_ratio", "mrs:pend_ratio{J, I}", id="recorded"),
        pytest.param("sum(mrs_x[5m])", "sum(mrs_x{J, I}[5m])", id="a_range"),
        pytest.param("mrs_x offset 5m", "mrs_x{J, I} offset 5m", id="an_offset"),
        pytest.param('mrs_x{a="b"} > 0', 'mrs_x{J, I, a="b"} > 0', id="labels_before"),
        pytest.param("mrs_a / mrs_b", "mrs_a{J, I} / mrs_b{J, I}", id="two_metrics"),
        pytest.param("mrs_workers_ready", "mrs_workers_ready{J, I}", id="of_the_exporter"),
        pytest.param("mrs_worker_processes", "mrs_worker_processes{I}", id="of_a_worker"),
        pytest.param("mrs_build_info", "mrs_build_info{I}", id="of_every_program"),
        pytest.param("sum by (reason) (mrs_x)", "sum by (reason) (mrs_x{J, I})", id="by_labels"),
    ],
)
def test_an_expression_is_narrowed_to_one_installation(expr, narrowed):
    wanted = narrowed.replace("J", 'job="$job"').replace("I", 'installation="$installation"')

    assert wanted == of_one_installation(expr)


def test_an_installation_is_chosen_first_and_then_one_of_its_jobs(page):
    _, *chosen = page["templating"]["list"][:3]

    assert ["installation", "job"] == [each["name"] for each in chosen]
    assert [False, False] == [each["multi"] for each in chosen]
    assert [False, False] == [each["includeAll"] for each in chosen]
    assert 'mrs_redis_up{installation="$installation"}' in chosen[1]["query"]
    assert page["links"][0]["includeVars"] is True


def test_a_policy_or_all_of_them_are_chosen_and_then_one_of_its_services():
    page = read("mrs-adjudication")

    policy, service = page["templating"]["list"][3:]

    assert ["policy", "service"] == [policy["name"], service["name"]]
    assert [(True, ".*"), (False, None)] == [
        (each["includeAll"], each.get("allValue")) for each in (policy, service)
    ]
    assert [False, False] == [policy["multi"], service["multi"]]
    assert 'policy=~"$policy"' in service["query"]
    assert "/^(?!other$)/" == service["regex"]


BY_POLICY = (
    *("mrs_determinations_total", "mrs_findings_total", "mrs:determinations:rate5m"),
    *("mrs_lines_current", "mrs_pends_open", "mrs_pends_overdue", "mrs_pends_by_due"),
)
BY_SERVICE = re.compile(r"mrs_lines_current|mrs:denial_\w+(?::\w+)*|mrs:auto_\w+|mrs:pend_ratio")


def test_what_is_counted_by_policy_or_service_is_shown_of_the_chosen_one():
    asked = [query.expr for panel in ADJUDICATION.panels for query in panel.queries]

    of_policies = [expr for expr in asked for name in BY_POLICY if name in expr]
    of_services = [expr for expr in asked if BY_SERVICE.search(expr)]

    assert of_policies
    assert of_services
    assert [] == [expr for expr in of_policies if 'policy=~"$policy"' not in expr]
    assert [] == [expr for expr in of_services if 'service="$service"' not in expr]


def test_no_dashboard_names_a_service_of_one_policy():
    texts = [file.read_text() for file in FILES.values()]

    assert [] == [text for text in texts if re.search(r'service=~?\\"(mrs|pet)', text)]


def test_no_metric_on_a_page_is_of_all_installations(page):
    asked = [target["expr"] for panel in page["panels"] for target in panel.get("targets", ())] + [
        each["expr"] for each in page["annotations"]["list"]
    ]

    unnarrowed = [
        expr
        for expr in asked
        if len(re.findall(r"\bmrs[_:]\w|\bup\b", expr))
        != expr.count('installation="$installation"')
    ]

    assert [] == unnarrowed


def test_each_alert_is_linked_from_a_panel():
    linked = {name for page in PAGES for panel in page.panels for name in panel.runbooks}

    assert {path.stem for path in (ROOT / "ops" / "runbooks").glob("*.md")} == linked


def test_grafana_finds_what_is_provisioned():
    sources = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())
    providers = yaml.safe_load((GRAFANA / "provisioning/dashboards/mrs.yml").read_text())

    assert ["prometheus"] == [source["type"] for source in sources["datasources"]]
    assert ["file"] == [provider["type"] for provider in providers["providers"]]
