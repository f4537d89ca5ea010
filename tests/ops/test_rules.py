"""Rules and alerts: valid, tested both ways, about metrics that exist, with a runbook each."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import yaml

from ops.grafana.build import RUNBOOKS as RUNBOOKS_IN_GRAFANA
from ops.grafana.panels import NEW_LIBRARY
from ops.grafana.selection import of_one_installation
from tests.deploy.compose_file import COMPOSE
from tests.ops.alert_causes import ALWAYS
from tests.ops.expressions import PAGES, chosen, dashboard_expressions
from tests.support.programs import needed_program
from tests.support.prometheus import SHIPPED, alert_names, all_rules
from tests.support.scrapes import metrics_named_in
from tests.support.sources import ROOT, text_of
from worker.metrics import catalog

RUNBOOKS = ROOT / "ops" / "runbooks"
RUNBOOK_URL = '{{ or $externalLabels.runbooks "http://localhost:3000/public/runbooks" }}'
TESTS = sorted((SHIPPED / "tests").glob("*.yml"))
RULES = all_rules()
ALERTS = [rule for rule in RULES if "alert" in rule]
EXPRESSIONS = [rule["expr"] for rule in RULES]


def series_of(metric: catalog.Metric) -> set[str]:
    """The names under which Prometheus keeps a metric."""
    if metric.kind == "histogram":
        return {f"{metric.name}_{end}" for end in ("bucket", "sum", "count")}
    return {metric.name}


EXPORTED = {
    name
    for metric in (*catalog.EXPORTED, *catalog.OF_A_WORKER, *catalog.OF_A_BRIDGE)
    for name in series_of(metric)
}
RECORDED = {rule["record"] for rule in RULES if "record" in rule}


def alert_tests() -> list[dict]:
    """Every expectation on an alert in the unit tests."""
    return [
        expected
        for file in TESTS
        for test in yaml.safe_load(file.read_text())["tests"]
        for expected in test.get("alert_rule_test", ())
    ]


def test_prometheus_takes_the_configuration_with_all_rules():
    promtool = needed_program("promtool")

    checked = subprocess.run(
        [promtool, "check", "config", "prometheus.yml"],
        cwd=SHIPPED,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == checked.returncode, checked.stdout + checked.stderr
    assert f"{len(ALERTS)} rules found" in checked.stdout


@pytest.mark.parametrize("file", TESTS, ids=lambda file: file.stem)
def test_the_unit_tests_of_the_rules_pass(file):
    promtool = needed_program("promtool")

    tested = subprocess.run(
        [promtool, "test", "rules", file], capture_output=True, text=True, check=False
    )

    assert 0 == tested.returncode, tested.stdout + tested.stderr


def test_each_alert_is_fired_by_one_series_and_not_by_another():
    outcomes: dict[str, set[bool]] = {alert: set() for alert in alert_names()}
    for expected in alert_tests():
        outcomes.setdefault(expected["alertname"], set()).add(bool(expected["exp_alerts"]))

    both_ways = {alert: {True, False} for alert in alert_names()}
    assert both_ways | {ALWAYS: {True}} == outcomes


def test_the_unit_tests_name_only_alerts_that_there_are():
    assert set() == {expected["alertname"] for expected in alert_tests()} - alert_names()


@pytest.mark.parametrize("severity", ["page", "ticket", "none"])
def test_each_alert_with_this_urgency_fires_in_a_unit_test(severity):
    with_it = {rule["alert"] for rule in ALERTS if rule["labels"]["severity"] == severity}

    fired = {
        expected["alertname"]
        for expected in alert_tests()
        for alert in expected["exp_alerts"]
        if alert["exp_labels"]["severity"] == severity
    }

    assert with_it == fired


def test_every_expression_names_metrics_that_exist():
    named = metrics_named_in([*EXPRESSIONS, *dashboard_expressions()])

    assert set() == named - EXPORTED - RECORDED


def test_every_metric_is_looked_at_by_a_dashboard_or_an_alert():
    named = metrics_named_in([*EXPRESSIONS, *dashboard_expressions()])

    metrics = (*catalog.EXPORTED, *catalog.OF_A_WORKER, *catalog.OF_A_BRIDGE)
    assert [] == [metric.name for metric in metrics if not series_of(metric) & named]


def test_every_recorded_series_is_used():
    texts = [
        *EXPRESSIONS,
        *dashboard_expressions(),
        *(text for rule in ALERTS for text in rule["annotations"].values()),
    ]

    assert set() == RECORDED - metrics_named_in(texts)


def test_each_alert_says_what_is_wrong_how_urgent_it_is_and_what_to_read():
    for rule in ALERTS:
        alert = rule["alert"]
        urgencies = {"none"} if alert == ALWAYS else {"page", "ticket"}
        assert rule["labels"]["severity"] in urgencies, alert
        assert {"summary", "description", "runbook_url"} == set(rule["annotations"]), alert
        assert f"{RUNBOOK_URL}/{alert}.md" == rule["annotations"]["runbook_url"]


def test_runbooks_lie_where_the_grafana_of_the_compose_file_shows_them():
    (address,) = re.findall(r'"(http://[^"]+)"', RUNBOOK_URL)

    assert f"http://localhost:3000{RUNBOOKS_IN_GRAFANA}" == address
    assert ["127.0.0.1:3000:3000"] == COMPOSE["services"]["grafana"]["ports"]


def test_no_rule_sums_over_two_installations():
    sums = [
        (rule.get("alert") or rule["record"], by)
        for rule in RULES
        for by in re.findall(r"\b(?:sum|max|min|avg|count|topk)\b *(by \([^)]*\))?", rule["expr"])
    ]

    assert sums
    by_installation = r"by \(job, (installation|instance)\b"
    assert [] == [(name, by) for name, by in sums if not re.match(by_installation, by)]


def test_each_alert_has_a_runbook_and_each_runbook_an_alert():
    assert alert_names() == {path.stem for path in RUNBOOKS.glob("*.md")}


class TestRunbooks:
    """Each runbook has its three parts, and what it names is there."""

    def test_each_has_its_three_parts_in_order(self):
        parts = ["What it means", "How to see it", "What to do"]
        headings = {
            name: re.findall(r"^#+ (.*)$", text, re.MULTILINE) for name, text in runbooks().items()
        }

        assert {name: [name, *parts] for name in runbooks()} == headings

    def test_their_commands_are_in_the_contract(self):
        section = text_of("docs/contract.md").partition("\n## 4.")[2].partition("\n## 5.")[0]
        known = set(re.findall(r"^\| `adjudicator ([a-z0-9-]+)", section, re.MULTILINE))

        assert {} == unknown_in_runbooks(
            lambda text: re.findall(r"adjudicator ([a-z0-9-]+)", text), known
        )

    def test_their_links_lead_to_runbooks(self):
        files = {path.name for path in RUNBOOKS.iterdir()}

        assert {} == unknown_in_runbooks(lambda text: re.findall(r"\]\(([^)]+)\)", text), files)

    def test_the_panels_that_they_name_are_on_the_page_that_they_name(self):
        titles = {panel.title for page in PAGES for panel in page.panels} | {NEW_LIBRARY_NAME}

        assert {} == unknown_in_runbooks(panels_named_in, titles)

    def test_the_pages_that_they_name_are_there(self):
        titles = {page.title for page in PAGES}

        assert {} == unknown_in_runbooks(lambda text: re.findall(r"\*(MRS: \w+)\*", text), titles)


def runbooks() -> dict[str, str]:
    """The text of each runbook by its name."""
    return {path.stem: path.read_text() for path in sorted(RUNBOOKS.glob("*.md"))}


def unknown_in_runbooks(
    named: Callable[[str], Iterable[str]], known: set[str]
) -> dict[str, set[str]]:
    """What runbooks name that is not known, by runbook; none may name nothing at all."""
    found = {name: set(named(text)) for name, text in runbooks().items()}
    assert any(found.values())
    return {name: names - known for name, names in found.items() if names - known}


def panels_named_in(text: str) -> list[str]:
    """The titles in quotation marks behind the name of a page."""
    of_pages = re.findall(r"\*MRS: \w+\*((?:[^\n]|\n(?!- |\d\.))*)", text)
    return [
        " ".join(title.split()) for part in of_pages for title in re.findall(r'"([^"]+)"', part)
    ]


NEW_LIBRARY_NAME = "New library"


def test_the_mark_of_a_new_library_is_asked_for():
    assert chosen(of_one_installation(NEW_LIBRARY.expr)) in dashboard_expressions()
    assert f'.name("{NEW_LIBRARY_NAME}")' in text_of(Path("ops/grafana/build.py"))


def test_the_doctor_sends_people_only_to_runbooks_that_there_are():
    texts = [path.read_text() for path in (ROOT / "worker" / "doctor").glob("*.py")]

    named = {name for text in texts for name in re.findall(r"ops/runbooks/(\w+)\.md", text)}

    assert named
    assert set() == named - {path.stem for path in RUNBOOKS.glob("*.md")}
