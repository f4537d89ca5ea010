"""deploy/kubernetes is valid by the schemas, and agrees with the settings, the worker and ops/."""

from __future__ import annotations

import copy
import re
import tomllib
from math import ceil
from typing import Any

import pytest
import yaml
from kubernetes_validate import ValidationError, validate

from tests.deploy.dockerfile import of_kind
from tests.deploy.keda import faults
from tests.deploy.kubernetes_objects import (
    ALL,
    BACKUP,
    BASE,
    BY_NAME,
    EXAMPLE,
    JOBS,
    KUSTOMIZATION,
    MONITORING,
    PODS,
    TOLD,
    VERSIONS,
    built,
    by_name,
    container_of,
    is_of_kubernetes,
    kustomization_of,
    objects,
)
from tests.support.scrapes import metrics_named_in
from tests.support.sources import text_of
from worker.cli import adjudicator
from worker.config.setting_names import PREFIX
from worker.config.settings import Settings, load_settings
from worker.metrics import catalog
from worker.processes.health import ALIVE_SECONDS
from worker.processes.shutdown import WARM_SECONDS_MAX

PROMETHEUS = yaml.safe_load(text_of("ops/prometheus/prometheus.yml"))
OF_KUBERNETES = [name for name, each in BY_NAME.items() if is_of_kubernetes(each)]
SCALED = BY_NAME["ScaledObject worker"]
WORKER = PODS["worker"]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_object_is_valid_by_the_schema_of_its_kind(version):
    for name in OF_KUBERNETES:
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


@pytest.mark.parametrize("folder", [BASE, MONITORING, BACKUP, EXAMPLE], ids=lambda path: path.name)
def test_a_kustomization_lists_every_file(folder):
    said = kustomization_of(folder)
    listed = {
        *said["resources"],
        *(each["path"] for each in said.get("patches", ()) if "path" in each),
    }
    for made in said.get("configMapGenerator", ()):
        listed |= {*made.get("envs", ()), *made.get("files", ())}

    assert {file.name for file in folder.iterdir()} == {
        each for each in listed if not each.startswith("..")
    } | {"kustomization.yaml"}


@pytest.mark.parametrize("folder", [BASE, EXAMPLE], ids=lambda path: path.name)
def test_kustomize_builds_what_the_schemas_take(folder):
    made = by_name(built(folder))

    for each in filter(is_of_kubernetes, made.values()):
        validate(each, VERSIONS[-1], strict=True)
    (settings,) = (name for name in made if name.startswith("ConfigMap mrs-settings-"))
    for name in ("Deployment worker", "Deployment exporter"):
        (container,) = made[name]["spec"]["template"]["spec"]["containers"]
        assert [{"configMapRef": {"name": settings.split()[1]}}] == container["envFrom"]


def test_kustomize_leaves_out_nothing_of_the_base():
    made = built(BASE)

    assert len(list(objects(BASE))) + 1 == len(made)  # and the settings


def test_the_image_is_the_version_of_the_project():
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]

    assert [{"name": "mrs-adjudicator", "newTag": version}] == KUSTOMIZATION["images"]
    assert {"worker", "exporter", "archive"} == {
        name
        for name, pod in (PODS | JOBS).items()
        if pod["containers"][0]["image"] == "mrs-adjudicator"
    }


def test_the_configuration_is_settings_that_are_taken_and_no_address():
    names = {name.removeprefix(PREFIX).lower(): value for name, value in TOLD.items()}

    load_settings(**names)

    assert set(names) <= set(Settings.model_fields) - {"redis_url", "broker_url", "state_dir"}


def test_as_many_workers_are_wanted_as_there_are_at_least():
    assert SCALED["spec"]["minReplicaCount"] == int(TOLD["MRS_WORKERS_WANTED"])


ADDRESSES = {
    "worker": {"MRS_REDIS_URL_FILE": "worker-url", "MRS_BROKER_URL_FILE": "broker-url"},
    "exporter": {"MRS_REDIS_URL_FILE": "exporter-url"},
    "archive": {"MRS_REDIS_URL_FILE": "archivist-url"},
    "backup": {"PASSWORD_FILE": "backup-password"},
}
"""Each pod with its variables that name a file of the Secret."""


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_pod_reads_its_own_addresses_from_files_and_sees_no_other(name):
    pod, container = (PODS | JOBS)[name], container_of(name)
    (mount,) = (each for each in container["volumeMounts"] if each["name"] == "addresses")
    (volume,) = (each["secret"] for each in pod["volumes"] if each["name"] == "addresses")

    told = {each["name"]: each["value"] for each in container["env"] if "_FILE" in each["name"]}

    assert {key: f"{mount['mountPath']}/{file}" for key, file in ADDRESSES[name].items()} == told
    assert mount["readOnly"] is True
    assert set(ADDRESSES[name].values()) == {each["key"] for each in volume["items"]}
    assert all(each["key"] == each["path"] for each in volume["items"])
    assert not [each for each in container["env"] if "valueFrom" in each]


def test_the_secret_is_made_by_hand_with_every_key_that_is_read():
    readme = text_of("deploy/README.md")
    secrets = {
        each["secret"]["secretName"]
        for pod in (PODS | JOBS).values()
        for each in pod["volumes"]
        if "secret" in each
    }

    assert not [each for each in ALL if each["kind"] == "Secret"]
    assert {"mrs-redis"} == secrets
    assert "secret generic mrs-redis " in readme
    for key in {key for each in ADDRESSES.values() for key in each.values()}:
        assert f"--from-file={key}=" in readme


@pytest.mark.parametrize("name", PODS | JOBS)
def test_a_pod_may_do_nothing_but_its_work(name):
    pod, container = (PODS | JOBS)[name], container_of(name)
    user, group = map(int, of_kind("USER")[0].split(":"))

    claims = [each for each in pod["volumes"] if "persistentVolumeClaim" in each]
    volumes = {"fsGroup": group, "fsGroupChangePolicy": "OnRootMismatch"} if claims else {}

    assert {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": group,
        "seccompProfile": {"type": "RuntimeDefault"},
    } | volumes == pod["securityContext"]
    assert {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    } == container["securityContext"]
    assert pod["automountServiceAccountToken"] is False
    writable = {each["name"] for each in container["volumeMounts"] if not each.get("readOnly")}
    assert writable <= {"tmp", name}
    assert "memory" in container["resources"]["limits"]
    assert {"cpu", "memory"} == set(container["resources"]["requests"])


@pytest.mark.parametrize("name", PODS | JOBS)
def test_no_variable_of_a_service_looks_like_a_setting(name):
    assert (PODS | JOBS)[name]["enableServiceLinks"] is False


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_a_probe_of_the_worker_is_a_command_that_there_is(probe):
    program, *words = container_of("worker")[probe]["exec"]["command"]
    command = adjudicator.get_command(None, words[0])  # type: ignore[arg-type]  # asks no context

    assert ("adjudicator", "health") == (program, words[0])
    assert set(words[1:]) <= {option for each in command.params for option in each.opts}
    assert ("--ready" in words) is (probe == "readinessProbe")


def test_a_worker_is_given_longer_to_end_than_it_takes_and_longer_to_start_than_is_usual():
    startup = container_of("worker")["startupProbe"]

    assert WORKER["terminationGracePeriodSeconds"] > WARM_SECONDS_MAX
    assert startup["periodSeconds"] * startup["failureThreshold"] >= 2 * ALIVE_SECONDS


def test_the_exporter_is_one_and_nothing_scales_it():
    exporter = BY_NAME["Deployment exporter"]["spec"]

    assert 1 == exporter["replicas"]
    assert {"type": "Recreate"} == exporter["strategy"]
    assert ["worker"] == [
        each["spec"]["scaleTargetRef"]["name"]
        for each in ALL
        if "scaleTargetRef" in each.get("spec", {})
    ]


def test_the_exporter_remembers_the_installation_on_a_volume_that_outlives_its_pod():
    (mount,) = (
        each
        for each in container_of("exporter")["volumeMounts"]
        if each["name"] != "tmp" and not each.get("readOnly")
    )
    told = {each["name"]: each["value"] for each in container_of("exporter")["env"]}
    (claim,) = (
        each["persistentVolumeClaim"]["claimName"]
        for each in PODS["exporter"]["volumes"]
        if each["name"] == mount["name"]
    )

    assert told["MRS_STATE_DIR"] == f"{mount['mountPath']}/exporter"
    assert ["ReadWriteOnce"] == BY_NAME[f"PersistentVolumeClaim {claim}"]["spec"]["accessModes"]


def test_a_worker_remembers_it_over_a_restart_of_its_container():
    told = {each["name"] for each in container_of("worker")["env"]} | set(TOLD)
    mounts = {each["name"]: each["mountPath"] for each in container_of("worker")["volumeMounts"]}
    (volume,) = (each for each in WORKER["volumes"] if each["name"] == "tmp")

    assert "MRS_STATE_DIR" not in told
    assert "/tmp" == mounts["tmp"]
    assert "emptyDir" in volume


def test_workers_are_scaled_by_two_metrics_that_there_are():
    queries = [trigger["metadata"]["query"] for trigger in SCALED["spec"]["triggers"]]

    assert {catalog.QUEUE.name, catalog.QUEUE_OLDEST.name} == metrics_named_in(queries)
    assert "replicas" not in BY_NAME["Deployment worker"]["spec"]


def test_there_are_never_more_workers_than_lanes_to_hold():
    processes = int(container_of("worker")["args"][-1])

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


POLICIES = [each["spec"] for each in ALL if each["kind"] == "NetworkPolicy"]


def test_policies_are_about_every_pod_so_that_nothing_else_passes():
    (pairs,) = (each["pairs"] for each in KUSTOMIZATION["labels"])

    assert [pairs] * len(POLICIES) == [each["podSelector"]["matchLabels"] for each in POLICIES]
    assert {"Ingress", "Egress"} == {kind for each in POLICIES for kind in each["policyTypes"]}
    assert KUSTOMIZATION["labels"][0]["includeTemplates"] is True


def test_only_prometheus_comes_in_and_only_names_and_redis_are_reached():
    ingress, egress = (
        {rule["port"] for each in POLICIES for one in each.get(way, ()) for rule in one["ports"]}
        for way in ("ingress", "egress")
    )

    assert {9808, 9809} == ingress
    assert {53, 6379, 6380, 26379} == egress


def test_each_way_out_is_a_policy_of_its_own_so_that_an_overlay_replaces_one():
    ways = {
        name.split()[1]: {port["port"] for rule in each["spec"]["egress"] for port in rule["ports"]}
        for name, each in BY_NAME.items()
        if each["kind"] == "NetworkPolicy" and "Egress" in each["spec"]["policyTypes"]
    }

    assert {"dns": {53}, "redis": {6379, 6380, 26379}} == ways
