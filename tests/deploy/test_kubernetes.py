"""deploy/kubernetes is valid by the schemas, and agrees with the settings, the worker and ops/."""

from __future__ import annotations

import copy
import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

import pytest
import yaml
from kubernetes_validate import ValidationError, validate

from tests.deploy.dockerfile import of_kind
from tests.deploy.keda import faults
from tests.support.programs import needed_program
from tests.support.scrapes import metrics_named_in
from tests.support.sources import ROOT, text_of
from worker.cli import adjudicator
from worker.config.settings import PREFIX, Settings, load_settings
from worker.metrics import catalog
from worker.processes.health import FRESH_SECONDS
from worker.processes.shutdown import WARM_SECONDS_MAX

BASE = ROOT / "deploy/kubernetes"
KUSTOMIZATION = yaml.safe_load((BASE / "kustomization.yaml").read_text())
PROMETHEUS = yaml.safe_load(text_of("ops/prometheus/prometheus.yml"))
VERSIONS = ("1.29", "1.34", "1.37")
"""Of Kubernetes: an old one that is still met, and the last ones that there are schemas of."""

Object = Mapping[str, Any]


def objects() -> Iterator[Object]:
    """Every object of every file that the kustomization lists."""
    for name in KUSTOMIZATION["resources"]:
        yield from yaml.safe_load_all((BASE / name).read_text())


ALL = list(objects())
BY_NAME = {f"{each['kind']} {each['metadata']['name']}": each for each in ALL}
OF_KUBERNETES = [name for name, each in BY_NAME.items() if "keda.sh" not in each["apiVersion"]]
SCALED = BY_NAME["ScaledObject worker"]
WORKER = BY_NAME["Deployment worker"]["spec"]["template"]["spec"]
PODS = {
    name: BY_NAME[f"Deployment {name}"]["spec"]["template"]["spec"]
    for name in ("worker", "exporter")
}
TOLD = dict(line.split("=", 1) for line in (BASE / "settings.env").read_text().splitlines())


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", OF_KUBERNETES)
def test_an_object_is_valid_by_the_schema_of_its_kind(name, version):
    validate(BY_NAME[name], version, strict=True)


def test_the_schemas_refuse_a_slip():
    slipped = copy.deepcopy(BY_NAME["Deployment worker"])
    slipped["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}

    with pytest.raises(ValidationError):
        validate(slipped, VERSIONS[-1], strict=True)


def test_the_scaled_object_has_the_fields_that_the_documentation_of_keda_has():
    assert [] == list(faults(SCALED))


@pytest.mark.parametrize(
    ("place", "field", "value"),
    [
        (("spec",), "maxReplicas", 8),
        (("spec",), "minReplicaCount", "2"),
        (("spec", "fallback"), "behavior", "currentReplicasIfLess"),
        (("spec", "triggers", 0, "metadata"), "ignoreNullValues", False),
        (("spec", "triggers", 0, "metadata"), "serveraddress", "http://prometheus"),
    ],
    ids=["no such field", "a text", "no such behavior", "not a text", "misspelt"],
)
def test_a_slip_in_the_scaled_object_is_found(place, field, value):
    slipped: Any = copy.deepcopy(SCALED)
    inner = slipped
    for key in place:
        inner = inner[key]
    inner[field] = value

    assert list(faults(slipped))


def test_the_kustomization_lists_every_file():
    listed = {*KUSTOMIZATION["resources"], *KUSTOMIZATION["configMapGenerator"][0]["envs"]}

    assert {file.name for file in BASE.iterdir()} == listed | {"kustomization.yaml"}


def test_kustomize_builds_what_the_schemas_take():
    kubectl = needed_program("kubectl")

    built = subprocess.run(
        [kubectl, "kustomize", BASE], capture_output=True, text=True, check=True
    ).stdout

    made = list(yaml.safe_load_all(built))
    assert len(ALL) + 1 == len(made)  # and the settings
    for each in made:
        if "keda.sh" not in each["apiVersion"]:
            validate(each, VERSIONS[-1], strict=True)
    (settings,) = (each["metadata"]["name"] for each in made if each["kind"] == "ConfigMap")
    assert f"name: {settings}\n" in built.split("kind: Deployment", 1)[1]
    assert "image: mrs-adjudicator:" in built


def test_the_image_is_the_version_of_the_project():
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]

    assert [{"name": "mrs-adjudicator", "newTag": version}] == KUSTOMIZATION["images"]
    assert {"mrs-adjudicator"} == {pod["containers"][0]["image"] for pod in PODS.values()}


def test_the_configuration_is_settings_that_are_taken_and_no_address():
    names = {name.removeprefix(PREFIX).lower(): value for name, value in TOLD.items()}

    load_settings(**names)

    assert set(names) <= set(Settings.model_fields) - {"redis_url", "broker_url", "state_dir"}


def test_addresses_come_from_a_secret_that_is_named_and_not_shown():
    named = {
        name: {each["name"]: each["valueFrom"]["secretKeyRef"] for each in _container(name)["env"]}
        for name in PODS
    }

    assert {"MRS_REDIS_URL", "MRS_BROKER_URL"} == set(named["worker"])
    assert {"MRS_REDIS_URL"} == set(named["exporter"])
    assert not [each for each in ALL if each["kind"] == "Secret"]
    for reference in (one for each in named.values() for one in each.values()):
        assert f"--from-file={reference['key']}=" in text_of("deploy/README.md")
        assert f"secret generic {reference['name']} " in text_of("deploy/README.md")


@pytest.mark.parametrize("name", PODS)
def test_a_pod_may_do_nothing_but_its_work(name):
    pod, container = PODS[name], _container(name)
    user, group = map(int, of_kind("USER")[0].split(":"))

    assert {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": group,
        "seccompProfile": {"type": "RuntimeDefault"},
    } == pod["securityContext"]
    assert {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    } == container["securityContext"]
    assert pod["automountServiceAccountToken"] is False
    assert [{"name": "tmp", "mountPath": "/tmp"}] == container["volumeMounts"]
    assert "memory" in container["resources"]["limits"]
    assert {"cpu", "memory"} == set(container["resources"]["requests"])


@pytest.mark.parametrize("name", PODS)
def test_no_variable_of_a_service_looks_like_a_setting(name):
    assert PODS[name]["enableServiceLinks"] is False


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_a_probe_of_the_worker_is_a_command_that_there_is(probe):
    program, *words = _container("worker")[probe]["exec"]["command"]
    command = adjudicator.get_command(None, words[0])  # type: ignore[arg-type]  # asks no context

    assert ("adjudicator", "health") == (program, words[0])
    assert set(words[1:]) <= {option for each in command.params for option in each.opts}
    assert ("--ready" in words) is (probe == "readinessProbe")


def test_a_worker_is_given_longer_to_end_than_it_takes_and_longer_to_start_than_is_usual():
    startup = _container("worker")["startupProbe"]

    assert WORKER["terminationGracePeriodSeconds"] > WARM_SECONDS_MAX
    assert startup["periodSeconds"] * startup["failureThreshold"] >= 2 * FRESH_SECONDS


def test_the_exporter_is_one_and_nothing_scales_it():
    exporter = BY_NAME["Deployment exporter"]["spec"]

    assert 1 == exporter["replicas"]
    assert {"type": "Recreate"} == exporter["strategy"]
    assert ["worker"] == [
        each["spec"]["scaleTargetRef"]["name"]
        for each in ALL
        if "scaleTargetRef" in each.get("spec", {})
    ]


def test_workers_are_scaled_by_two_metrics_that_there_are():
    queries = [trigger["metadata"]["query"] for trigger in SCALED["spec"]["triggers"]]

    assert {catalog.QUEUE.name, catalog.QUEUE_OLDEST.name} == metrics_named_in(queries)
    assert "replicas" not in BY_NAME["Deployment worker"]["spec"]


def test_there_are_never_more_workers_than_lanes_to_hold():
    processes = int(_container("worker")["args"][-1])

    assert SCALED["spec"]["maxReplicaCount"] * processes == int(TOLD["MRS_LANES"])
    assert SCALED["spec"]["minReplicaCount"] >= 2


def test_all_workers_are_there_when_the_oldest_has_waited_as_long_as_the_objective_allows():
    rules = text_of("ops/prometheus/rules/recording.yml")
    (objective,) = set(re.findall(r'_age_seconds_bucket\{le="(\d+)\.0"\}', rules))
    (threshold,) = (
        float(trigger["metadata"]["threshold"])
        for trigger in SCALED["spec"]["triggers"]
        if catalog.QUEUE_OLDEST.name in trigger["metadata"]["query"]
    )

    assert SCALED["spec"]["maxReplicaCount"] == ceil(int(objective) / threshold)


def test_prometheus_finds_both_under_the_names_and_ports_that_it_knows():
    exporter, workers = PROMETHEUS["scrape_configs"]
    ports = {name: BY_NAME[f"Service {name}"]["spec"]["ports"][0]["port"] for name in PODS}

    assert exporter["static_configs"][0]["targets"] == [f"exporter:{ports['exporter']}"]
    assert [workers["dns_sd_configs"][0][key] for key in ("names", "port")] == [
        ["worker"],
        ports["worker"],
    ]
    assert (str(ports["exporter"]), str(ports["worker"])) == (
        TOLD["MRS_EXPORTER_PORT"],
        TOLD["MRS_METRICS_PORT"],
    )
    for name, pod in PODS.items():
        assert ports[name] == pod["containers"][0]["ports"][0]["containerPort"]


def test_keda_asks_a_prometheus_by_a_name_that_holds_in_every_namespace():
    asked = {trigger["metadata"]["serverAddress"] for trigger in SCALED["spec"]["triggers"]}

    assert {f"http://prometheus.{KUSTOMIZATION['namespace']}.svc:9090"} == asked


@pytest.mark.parametrize("name", ["Service worker", "Service exporter"])
def test_a_service_finds_the_pods_of_its_name(name):
    deployment = BY_NAME[name.replace("Service", "Deployment")]["spec"]

    assert deployment["template"]["metadata"]["labels"] == BY_NAME[name]["spec"]["selector"]


def test_only_prometheus_comes_in_and_only_redis_and_names_are_reached():
    policy = BY_NAME["NetworkPolicy mrs-adjudicator"]["spec"]

    assert ["Ingress", "Egress"] == policy["policyTypes"]
    assert {9808, 9809} == _ports(policy["ingress"])
    assert {53, 6379, 26379} == _ports(policy["egress"])
    assert policy["podSelector"]["matchLabels"] == KUSTOMIZATION["labels"][0]["pairs"]
    assert KUSTOMIZATION["labels"][0]["includeTemplates"] is True


def _container(name: str) -> Mapping[str, Any]:
    (container,) = PODS[name]["containers"]
    return container


def _ports(rules: list[Mapping[str, Any]]) -> set[int]:
    return {port["port"] for rule in rules for port in rule["ports"]}
