"""The example of an overlay: built, it is a whole installation with what was changed in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.deploy.keda import faults as faults_of_keda
from tests.deploy.kubernetes_objects import BY_NAME, EXAMPLE, PODS, built, by_name, kustomization_of
from tests.deploy.prometheus_operator import faults as faults_of_operator

Made = Mapping[str, Mapping[str, Any]]
OVERLAY = kustomization_of(EXAMPLE)


@pytest.fixture(scope="module")
def made() -> Made:
    return by_name(built(EXAMPLE))


def test_nothing_of_the_base_and_of_both_components_is_missing(made):
    assert set(BY_NAME) <= set(made)


def test_every_image_is_named_by_a_digest_that_is_to_be_put_in(made):
    images = set(re.findall(r"'image': '([^']+)'", str(made)))

    assert {"registry.example/claims/mrs-adjudicator", "registry.example/mirror/redis"} == {
        image.partition("@sha256:")[0] for image in images
    }
    assert all(re.fullmatch(r"\S+@sha256:[0-9a-f]{64}", image) for image in images)
    # No registry was asked, so no digest here may look like one that was.
    assert {"0" * 64} == {image[-64:] for image in images}


def test_every_object_and_every_pod_is_of_the_namespace_and_found_by_its_policies(made):
    (pairs,) = (each["pairs"] for each in OVERLAY["labels"])
    for name, each in made.items():
        if name != "Namespace mrs-adjudicator":
            assert OVERLAY["namespace"] == each["metadata"]["namespace"], name
        assert pairs.items() <= each["metadata"]["labels"].items(), name
    for pod in ("Deployment worker", "Deployment exporter"):
        assert pairs.items() <= made[pod]["spec"]["template"]["metadata"]["labels"].items()
    for job in ("CronJob archive", "CronJob backup"):
        template = made[job]["spec"]["jobTemplate"]["spec"]["template"]
        assert pairs.items() <= template["metadata"]["labels"].items()


def test_the_objects_that_there_is_no_schema_of_are_as_they_are_documented(made):
    assert [] == list(faults_of_keda(made["ScaledObject worker"]))
    for name, each in made.items():
        if "coreos.com" in each["apiVersion"]:
            assert [] == list(faults_of_operator(each)), name
            assert "kube-prometheus-stack" == each["metadata"]["labels"]["release"]


def test_as_many_workers_are_wanted_as_there_are_at_least(made):
    (told,) = (each["data"] for name, each in made.items() if "mrs-settings-" in name)

    assert made["ScaledObject worker"]["spec"]["minReplicaCount"] == int(told["MRS_WORKERS_WANTED"])
    assert "16" == told["MRS_LANES"]


def test_scaling_asks_for_this_installation_only(made):
    queries = [
        each["metadata"]["query"] for each in made["ScaledObject worker"]["spec"]["triggers"]
    ]

    assert 2 == len(queries)
    assert [] == [
        query for query in queries if f'{{installation="{OVERLAY["namespace"]}"}}' not in query
    ]


def test_ways_out_are_replaced_and_not_added_to(made):
    ports = {
        name.split()[1]: [
            (port["protocol"], port["port"])
            for rule in each["spec"]["egress"]
            for port in rule["ports"]
        ]
        for name, each in made.items()
        if "egress" in each.get("spec", {})
    }

    assert {"redis": [("TCP", 6380)], "dns": [("UDP", 53), ("TCP", 53)]} == ports


def test_volumes_are_of_classes_and_sizes_of_the_overlay(made):
    for name in ("archive", "backup"):
        claim = made[f"PersistentVolumeClaim {name}"]["spec"]
        assert claim["storageClassName"].startswith("encrypted")
        assert claim["resources"] != BY_NAME[f"PersistentVolumeClaim {name}"]["spec"]["resources"]


def test_the_backup_keeps_what_the_overlay_does_not_change(made):
    pod = made["CronJob backup"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    told = {each["name"]: each["value"] for each in pod["containers"][0]["env"]}

    assert ("14", "mrs") == (told["KEEP"], told["PREFIX"])
    assert "--tls" in told["REDIS_WORDS"]
    assert "PASSWORD_FILE" in told


def test_pods_are_those_of_the_base(made):
    for name, pod in PODS.items():
        assert pod["volumes"] == made[f"Deployment {name}"]["spec"]["template"]["spec"]["volumes"]
