"""The overlay for a cluster: one fleet for all shards, its broker, its archive, its bridges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil
from typing import Any

import pytest
from kubernetes_validate import validate

from tests.deploy.keda import faults as faults_of_keda
from tests.deploy.kubernetes_objects import (
    BASE,
    FOLDER,
    VERSIONS,
    built,
    by_name,
    is_of_kubernetes,
    kustomization_of,
    objects,
)
from tests.deploy.prometheus_operator import faults as faults_of_operator
from tests.support.sources import text_of
from worker.cli import adjudicator
from worker.config.settings import load_settings
from worker.metrics import catalog

CLUSTER = FOLDER / "cluster"
KAFKA, KAFKA_MONITORING = FOLDER / "kafka", FOLDER / "kafka-monitoring"
OVERLAY = kustomization_of(CLUSTER)
CONTAINERS = ("worker", "exporter", "bridge-in", "bridge-out", "broker")

Made = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def made() -> Made:
    return by_name(built(CLUSTER))


def container(made: Made, name: str) -> Mapping[str, Any]:
    """The one container of a Deployment."""
    (found,) = made[f"Deployment {name}"]["spec"]["template"]["spec"]["containers"]
    return found


def told(made: Made) -> dict[str, str]:
    """The settings that each pod of ours has."""
    (data,) = (each["data"] for name, each in made.items() if "mrs-settings-" in name)
    return data


@pytest.mark.parametrize("version", VERSIONS)
def test_what_kustomize_builds_is_valid_by_the_schemas(made, version):
    for each in filter(is_of_kubernetes, made.values()):
        validate(each, version, strict=True)


def test_what_there_is_no_schema_of_is_as_it_is_documented(made):
    assert [] == list(faults_of_keda(made["ScaledObject worker"]))
    for name, each in made.items():
        if "coreos.com" in each["apiVersion"]:
            assert [] == list(faults_of_operator(each)), name


@pytest.mark.parametrize("folder", [CLUSTER, KAFKA, KAFKA_MONITORING], ids=lambda path: path.name)
def test_a_kustomization_lists_every_file(folder):
    said = kustomization_of(folder)
    listed = {*said["resources"], *(each["path"] for each in said.get("patches", ()))}
    for made in said.get("configMapGenerator", ()):
        listed |= {*made.get("envs", ()), *made.get("files", ())}

    assert {file.name for file in folder.iterdir()} == {
        each for each in listed if not each.startswith("..")
    } | {"kustomization.yaml"}


def test_nothing_of_the_base_is_missing(made):
    assert set(by_name(list(objects(BASE)))) <= set(made)


def test_the_settings_are_taken_with_the_address_of_a_cluster_and_a_plain_broker(made):
    names = {name.removeprefix("MRS_").lower(): value for name, value in told(made).items()}

    settings = load_settings(
        redis_url="redis+cluster://valkey-0:6379,valkey-1:6379",
        broker_url="redis://broker:6379/0",
        **names,
    )

    assert 64 == settings.shards


def test_there_are_never_more_workers_than_places_to_hold(made):
    settings = told(made)
    processes = int(container(made, "worker")["args"][-1])
    places = int(settings["MRS_SHARDS"]) * int(settings["MRS_LANES"])
    scaled = made["ScaledObject worker"]["spec"]

    assert scaled["maxReplicaCount"] * processes <= places
    assert scaled["minReplicaCount"] == int(settings["MRS_WORKERS_WANTED"])


def test_the_fleet_is_scaled_by_the_sums_over_all_shards(made):
    scaled = made["ScaledObject worker"]["spec"]
    by_query = {
        each["metadata"]["query"].partition("{")[0]: float(each["metadata"]["threshold"])
        for each in scaled["triggers"]
    }

    assert {f"sum({catalog.QUEUE.name}", f"max({catalog.QUEUE_OLDEST.name}"} == set(by_query)
    oldest = by_query[f"max({catalog.QUEUE_OLDEST.name}"]
    assert scaled["maxReplicaCount"] == ceil(60 / oldest)


def test_the_archive_is_a_command_that_there_is_in_the_form_of_a_warehouse(made):
    job = made["CronJob archive"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    program, *words = job["containers"][0]["args"]
    command = adjudicator.get_command(None, program)  # type: ignore[arg-type]  # asks no context

    assert ["/archive/archive", "--format", "parquet"] == words
    assert "--format" in {option for each in command.params for option in each.opts}
    assert [{"name": "archive", "persistentVolumeClaim": {"claimName": "archive"}}] == [
        each for each in job["volumes"] if each["name"] == "archive"
    ]


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_pod_may_do_nothing_but_its_work(made, name):
    pod = made[f"Deployment {name}"]["spec"]["template"]["spec"]
    security = container(made, name)["securityContext"]

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert security["readOnlyRootFilesystem"] is True
    assert {"drop": ["ALL"]} == security["capabilities"]
    assert "memory" in container(made, name)["resources"]["limits"]


def test_the_broker_keeps_nothing_and_lets_only_workers_in(made):
    (conf,) = (each["data"] for name, each in made.items() if "mrs-broker-" in name)
    rules = conf["broker.conf"].splitlines()

    assert 'save ""' in rules
    assert "appendonly no" in rules
    assert "aclfile /run/secrets/mrs/broker.acl" in rules
    (entry,) = made["NetworkPolicy broker"]["spec"]["ingress"]
    assert [{"app.kubernetes.io/component": "worker"}] == [
        each["podSelector"]["matchLabels"] for each in entry["from"]
    ]


def test_each_file_of_the_secret_is_named_where_it_is_made(made):
    readme = text_of("deploy/README.md")
    part = readme.partition("## Past one machine")[2].partition("\n## ")[0]
    keys = {
        key
        for each in made.values()
        if each["kind"] in {"Deployment", "CronJob"}
        for items in re.findall(r"'items': \[(.*?)\]", str(each))
        for key in re.findall(r"'key': '([^']+)'", items)
    }

    assert keys - {"password"} >= {"worker-url", "broker-url", "broker.acl", "bridge-url"}
    assert [] == [key for key in keys - {"password"} if f"`{key}`" not in part]


class TestBridges:
    """The component for Kafka, and what scrapes it."""

    @pytest.mark.parametrize("name", ["bridge-in", "bridge-out"])
    def test_a_bridge_is_a_command_that_there_is(self, made, name):
        group, *_ = container(made, name)["args"]

        assert adjudicator.get_command(None, group) is not None  # type: ignore[arg-type]  # no context

    def test_both_are_found_by_the_service_that_is_scraped_as_their_job(self, made):
        service, monitor = made["Service bridge"], made["ServiceMonitor mrs-bridge"]["spec"]
        selector = service["spec"]["selector"]

        for name in ("bridge-in", "bridge-out"):
            labels = made[f"Deployment {name}"]["spec"]["template"]["metadata"]["labels"]
            assert selector.items() <= labels.items()
            assert "metrics" in {each["name"] for each in container(made, name)["ports"]}
        assert monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
        (endpoint,) = monitor["endpoints"]
        assert endpoint["port"] == service["spec"]["ports"][0]["name"]
        assert "mrs-bridge" in {each.get("replacement") for each in endpoint["relabelings"]}

    def test_nothing_else_of_the_installation_is_scraped_as_a_bridge(self, made):
        selector = made["Service bridge"]["spec"]["selector"]
        found = [
            name
            for name, each in made.items()
            if each["kind"] == "Deployment"
            and selector.items() <= each["spec"]["template"]["metadata"]["labels"].items()
        ]

        assert ["Deployment bridge-in", "Deployment bridge-out"] == sorted(found)
