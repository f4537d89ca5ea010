"""docker-compose.yml is valid, and agrees with the settings, with ops/ and with itself."""

from __future__ import annotations

import copy
import json
import re
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.deploy.compose_file import COMPOSE, OURS, SECRETS, SERVICES, mounts_of, seconds_of
from tests.deploy.dockerfile import of_kind
from tests.support.sources import ROOT, text_of
from worker.cli import COMMANDS
from worker.config.setting_names import PREFIX
from worker.config.settings import Settings, load_settings
from worker.processes.shutdown import WARM_SECONDS_MAX

SCHEMA = Draft202012Validator(json.loads(text_of("tests/deploy/compose-spec.json")))
PROMETHEUS = yaml.safe_load(text_of("ops/prometheus/prometheus.yml"))
FOREIGN = sorted(set(SERVICES) - set(OURS))
MOUNTED = sorted(
    {mount.source for name in SERVICES for mount in mounts_of(name) if not mount.is_volume}
)


def test_it_is_valid_by_the_schema_of_the_compose_specification():
    assert [] == [error.message for error in SCHEMA.iter_errors(COMPOSE)]


@pytest.mark.parametrize(
    ("where", "what"),
    [
        (("services", "worker", "comand"), ["worker"]),
        (("services", "redis", "healthcheck", "intervall"), "5s"),
        (("services", "worker", "depends_on", "redis", "condition"), "service_ready"),
        (("service",), {}),
    ],
    ids=["a service's key", "a health check's key", "a condition", "a top-level key"],
)
def test_the_schema_refuses_a_slip(where, what):
    slipped = copy.deepcopy(dict(COMPOSE))
    place = slipped
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = what

    assert not SCHEMA.is_valid(slipped)


@pytest.mark.parametrize("name", SERVICES)
def test_every_name_that_a_service_uses_is_declared(name):
    described = SERVICES[name]

    assert set(described.get("depends_on", ())) <= set(SERVICES)
    assert set(described["networks"]) <= set(COMPOSE["networks"])
    assert {each["source"] for each in described.get("configs", ())} <= set(COMPOSE["configs"])
    assert set(described.get("secrets", ())) <= set(COMPOSE["secrets"])
    for other, wanted in described.get("depends_on", {}).items():
        if wanted["condition"] == "service_healthy":
            assert "test" in SERVICES[other]["healthcheck"]


@pytest.mark.parametrize("source", [each for each in MOUNTED if Path(each).parent != SECRETS])
def test_what_is_mounted_is_there_and_readable_by_the_user_of_any_container(source):
    origin = ROOT / source
    places = [origin, *(origin.rglob("*") if origin.is_dir() else ())]

    assert places[1:] or origin.is_file()
    for place in places:
        mode = place.stat().st_mode
        assert mode & stat.S_IROTH, place
        assert mode & stat.S_IXOTH or not place.is_dir(), place


@pytest.mark.parametrize("name", SERVICES)
def test_no_image_is_without_a_version(name):
    assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+(\.\d+)?(-alpine)?", SERVICES[name]["image"])


@pytest.mark.parametrize("name", OURS)
def test_a_container_of_ours_runs_a_command_on_a_root_that_it_cannot_write(name):
    described = SERVICES[name]

    assert described["command"][0] in COMMANDS
    assert described["read_only"] is True
    assert ["ALL"] == described["cap_drop"]
    assert ["/tmp:size=16m,mode=1777"] == described["tmpfs"]


@pytest.mark.parametrize("name", FOREIGN)
def test_a_container_of_others_may_do_no_more_than_its_work(name):
    assert ["ALL"] == SERVICES[name]["cap_drop"]
    assert ["no-new-privileges:true"] == SERVICES[name]["security_opt"]


def test_one_container_writes_the_archive_and_its_user_owns_the_place_in_the_image():
    (user,) = of_kind("USER")
    users = {
        name: mount
        for name in SERVICES
        for mount in SERVICES[name].get("volumes", ())
        if mount.startswith("archive:")
    }

    assert {
        "archivist": "archive:/archive",
        "operator": "archive:/archive:ro",
        "backup": "archive:/archive:ro",
    } == users
    assert ["archive", "/archive"] == SERVICES["archivist"]["command"][:2]
    assert f"--from=build --chown={user} /src/archive /archive" in of_kind("COPY")


def test_only_one_service_builds_the_image_and_nobody_pulls_it():
    assert ["worker"] == [name for name, each in SERVICES.items() if "build" in each]
    assert {"build", "never"} == {SERVICES[name]["pull_policy"] for name in OURS}


@pytest.mark.parametrize("name", OURS)
def test_what_a_service_is_told_are_settings_that_it_takes(name):
    told = SERVICES[name].get("environment", {})
    names = {key.removeprefix(PREFIX).lower(): value for key, value in told.items()}

    load_settings(**names)

    assert set(names) <= set(Settings.model_fields)


def test_every_lane_has_work_for_no_more_processes_than_there_are():
    worker = SERVICES["worker"]
    processes = worker["deploy"]["replicas"] * int(worker["command"][-1])

    assert processes <= Settings.model_fields["lanes"].default


def test_prometheus_finds_the_exporter_and_the_workers_under_the_names_that_it_knows():
    (exporter, workers) = PROMETHEUS["scrape_configs"]
    (target,) = exporter["static_configs"][0]["targets"]
    (found,) = workers["dns_sd_configs"]

    assert f"exporter:{Settings.model_fields['exporter_port'].default}" == target
    assert ["worker"] == found["names"]
    assert SERVICES["worker"]["environment"]["MRS_METRICS_PORT"] == str(found["port"])
    for name in ("exporter", "worker", "prometheus", "grafana"):
        assert "metrics" in SERVICES[name]["networks"]


def test_prometheus_finds_its_rules_beside_its_configuration_and_keeps_what_they_look_back_on():
    targets = {mount.source: mount.target for mount in mounts_of("prometheus")}
    (rules,) = PROMETHEUS["rule_files"]
    (kept,) = re.findall(r"--storage\.tsdb\.retention\.time=\S+", text_of("ops/README.md"))
    folder = Path(targets["ops/prometheus/prometheus.yml"]).parent

    assert targets["./ops/prometheus/rules"] == str((folder / rules).parent)
    assert kept in SERVICES["prometheus"]["command"]


def test_grafana_has_what_ops_says_at_the_places_that_it_says():
    written = re.findall(r"^\| `(ops/\S+)` \| `(/\S+?)`", text_of("ops/README.md"), re.MULTILINE)
    mounted = {mount.source.removeprefix("./"): mount.target for mount in mounts_of("grafana")}

    assert 3 == len(written)
    assert dict(written).items() <= mounted.items()


def test_grafana_asks_the_prometheus_beside_it_and_opens_a_page_that_there_is():
    provisioning = yaml.safe_load(text_of("ops/grafana/provisioning/datasources/prometheus.yml"))
    provider = yaml.safe_load(text_of("ops/grafana/provisioning/dashboards/mrs.yml"))
    address = urlsplit(provisioning["datasources"][0]["url"])
    home = Path(SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])

    assert address.hostname in SERVICES
    assert SERVICES[address.hostname]["ports"] == [f"127.0.0.1:{address.port}:{address.port}"]
    assert str(home.parent) == provider["providers"][0]["options"]["path"]
    assert (ROOT / "ops/grafana/dashboards" / home.name).is_file()


def test_only_this_machine_reaches_a_port_and_none_of_a_queue():
    ports = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}

    assert {"prometheus", "alertmanager", "grafana"} == set(ports)
    assert all(port.startswith("127.0.0.1:") for each in ports.values() for port in each)
    assert COMPOSE["networks"]["queue"]["internal"] is True
    assert {"redis", "broker", "backup"} == {
        name for name, each in SERVICES.items() if each["networks"] == ["queue"]
    } - set(OURS)


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_container_says_does_not_fill_the_disk(name):
    logging = SERVICES[name]["logging"]

    assert "json-file" == logging["driver"]
    assert {"max-size": "10m", "max-file": "5"} == logging["options"]


RUNS_ON = sorted(name for name, each in SERVICES.items() if each["restart"] == "unless-stopped")
BY_ALERT = {"archivist": "MrsArchiveTooOld", "backup": "MrsBackupTooOld"}
"""What runs once a day is well when its last run was, which an alert watches."""


@pytest.mark.parametrize("name", RUNS_ON)
def test_what_runs_on_has_a_health_check_of_its_role_or_an_alert(name):
    check = SERVICES[name]["healthcheck"]

    if name in BY_ALERT:
        assert check == {"disable": True}
        assert f"{BY_ALERT[name]}\n" in text_of("ops/prometheus/rules/alerts.yml")
    else:
        assert check["test"][0] in {"CMD", "CMD-SHELL"}


def test_only_a_worker_is_asked_what_only_a_worker_can_answer():
    asked = {name for name in RUNS_ON if "adjudicator" in str(SERVICES[name]["healthcheck"])}

    assert {"worker"} == asked


def test_archive_and_backup_run_once_a_day():
    *_, option, hours = SERVICES["archivist"]["command"]

    assert ("--every", 24) == (option, int(hours))
    assert 24 * 3600 == int(SERVICES["backup"]["environment"]["EVERY"])


def test_the_backup_is_told_what_its_script_reads_and_logs_in_as_its_own_user():
    told = SERVICES["backup"]["environment"]
    script = text_of("deploy/kubernetes/backup/backup.sh")

    assert [] == [name for name in told if f"${{{name}:-" not in script]
    assert "--user mrs-backup" in told["REDIS_WORDS"]


def test_as_many_workers_are_wanted_as_are_started():
    wanted = SERVICES["exporter"]["environment"]["MRS_WORKERS_WANTED"]

    assert SERVICES["worker"]["deploy"]["replicas"] == int(wanted)


def test_prometheus_sends_alerts_to_the_alertmanager_beside_it():
    (manager,) = PROMETHEUS["alerting"]["alertmanagers"]
    (target,) = manager["static_configs"][0]["targets"]
    host, port = target.split(":")

    assert SERVICES[host]["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert set(SERVICES["prometheus"]["networks"]) & set(SERVICES[host]["networks"])


def test_no_password_stands_in_the_file():
    text = text_of("docker-compose.yml")

    assert [] == re.findall(r"redis://|(?i:password\s*[:=])", text)


@pytest.mark.parametrize("name", ["worker", "redis"])
def test_what_is_begun_may_be_finished(name):
    assert seconds_of(SERVICES[name]["stop_grace_period"]) > WARM_SECONDS_MAX


@pytest.mark.parametrize(
    ("name", "volume"), [("worker", ""), ("exporter", "exporter-state")], ids=["worker", "exporter"]
)
def test_what_notices_a_lost_installation_remembers_it_in_a_volume_of_its_own(name, volume):
    (mount,) = (each for each in mounts_of(name) if each.is_volume)
    (user,) = of_kind("USER")

    assert (volume, SERVICES[name]["environment"]["MRS_STATE_DIR"]) == (mount.source, mount.target)
    assert f"--from=build --chown={user} /src{mount.target} {mount.target}" in of_kind("COPY")
    assert not volume or [name] == [
        other for other in SERVICES for each in mounts_of(other) if each.source == volume
    ]


def test_redis_keeps_what_it_was_told_in_a_volume_and_its_memory_leaves_room():
    redis = SERVICES["redis"]
    memory = redis["command"][redis["command"].index("--maxmemory") + 1]

    assert "redis-data:/data" in redis["volumes"]
    assert "/data" == redis["command"][redis["command"].index("--dir") + 1]
    assert 2 * int(memory.removesuffix("mb")) < int(
        redis["deploy"]["resources"]["limits"]["memory"].removesuffix("m")
    )
