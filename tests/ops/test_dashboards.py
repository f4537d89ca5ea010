"""The dashboards: generated and fresh, laid out, explained, and about no person."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
import yaml

from ops.grafana import build
from tests.ops.expressions import PAGES
from tests.support.sources import ROOT
from worker.metrics import catalog

GRAFANA = ROOT / "ops" / "grafana"
FILES = {page.uid: GRAFANA / "dashboards" / f"{page.uid}.json" for page in PAGES}
PANELS = [pytest.param(panel, id=panel.title) for page in PAGES for panel in page.panels]
UNITS = {"short", "percentunit", "s", "cps", "bytes"}
LABELS = {
    label for metric in (*catalog.EXPORTED, *catalog.OF_A_WORKER) for label in metric.labels
} | {"instance"}


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


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_says_what_it_shows_in_whole_sentences(panel):
    assert len(panel.about) > 25
    assert panel.about.endswith(".")
    assert panel.title[0].isupper()


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_with_marks_that_mean_something_links_to_a_runbook_or_explains_itself(panel):
    runbooks = {path.stem for path in (ROOT / "ops" / "runbooks").glob("*.md")}

    assert set() == set(panel.runbooks) - runbooks
    steps = [step.from_value for step in panel.thresholds[1:]]
    assert steps == sorted(steps)


@pytest.mark.parametrize("panel", PANELS)
def test_a_legend_names_labels_of_closed_sets_only(panel):
    in_legends = {
        label for query in panel.queries for label in re.findall(r"{{(\w+)}}", query.legend)
    }

    assert set() == in_legends - LABELS
    assert all(query.legend for query in panel.queries) or len(panel.queries) == 1


def test_each_alert_is_linked_from_a_panel():
    linked = {name for page in PAGES for panel in page.panels for name in panel.runbooks}

    assert {path.stem for path in (ROOT / "ops" / "runbooks").glob("*.md")} == linked


def test_grafana_finds_what_is_provisioned():
    sources = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())
    providers = yaml.safe_load((GRAFANA / "provisioning/dashboards/mrs.yml").read_text())

    assert ["prometheus"] == [source["type"] for source in sources["datasources"]]
    assert ["file"] == [provider["type"] for provider in providers["providers"]]
