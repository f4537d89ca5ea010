"""For the Prometheus Operator: the shipped rules, and scraping under the names that they know."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
import yaml

from ops import kubernetes_rules
from tests.deploy.kubernetes_objects import BY_NAME, MONITORING, objects
from tests.deploy.prometheus_operator import faults
from tests.support.prometheus import all_rules
from tests.support.sources import text_of

ALL = list(objects(MONITORING))
MONITORS = {each["metadata"]["name"]: each["spec"] for each in ALL if "Monitor" in each["kind"]}
RULES = BY_NAME["PrometheusRule mrs-adjudicator"]
PROMETHEUS = yaml.safe_load(text_of("ops/prometheus/prometheus.yml"))


def test_the_rules_are_those_that_are_shipped():
    assert all_rules() == [rule for group in RULES["spec"]["groups"] for rule in group["rules"]]


def test_the_file_is_what_the_code_writes():
    assert kubernetes_rules.written() == kubernetes_rules.OBJECT.read_text(), "run: make dashboards"


def test_no_two_groups_have_one_name():
    names = [group["name"] for group in RULES["spec"]["groups"]]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("made", ALL, ids=lambda each: each["metadata"]["name"])
def test_an_object_has_the_fields_that_the_reference_of_the_operator_has(made):
    assert [] == list(faults(made))


@pytest.mark.parametrize(
    ("place", "field", "value"),
    [
        (("spec",), "endpoint", []),
        (("spec", "endpoints", 0), "port", 9808),
        (("spec", "endpoints", 0), "relabelConfigs", []),
        (("spec", "endpoints", 0, "relabelings", 0), "target_label", "job"),
        ((), "apiVersion", "monitoring.coreos.com/v1alpha1"),
    ],
    ids=["no such field", "a number", "Prometheus' own name", "its spelling", "another version"],
)
def test_a_slip_in_a_service_monitor_is_found(place, field, value):
    slipped: Any = copy.deepcopy(ALL[0])
    inner = slipped
    for key in place:
        inner = inner[key]
    inner[field] = value

    assert list(faults(slipped))


@pytest.mark.parametrize("job", MONITORS)
def test_a_service_is_scraped_as_the_job_that_the_alerts_know(job):
    (endpoint,) = MONITORS[job]["endpoints"]
    (component,) = MONITORS[job]["selector"]["matchLabels"].values()
    service = BY_NAME[f"Service {component}"]

    fixed = {each["targetLabel"]: each.get("replacement") for each in endpoint["relabelings"]}

    assert service["metadata"]["labels"] == MONITORS[job]["selector"]["matchLabels"]
    assert endpoint["port"] == service["spec"]["ports"][0]["name"]
    assert job == fixed["job"]
    assert "installation" in fixed
    assert job in {each["job_name"] for each in PROMETHEUS["scrape_configs"]}


def test_every_job_that_an_alert_asks_for_is_scraped():
    asked = {job for rule in all_rules() for job in re.findall(r'job="([^"]+)"', rule["expr"])}

    assert asked == set(MONITORS)


def test_every_target_has_its_installation_beside_kubernetes_as_well():
    labels = [each["relabel_configs"] for each in PROMETHEUS["scrape_configs"]]

    assert [[{"target_label": "installation", "replacement": "mrs"}]] * 2 == labels
