"""The console in containers: it is behind its login proxy, and nobody else reaches it."""

from __future__ import annotations

import json

import yaml
from jsonschema import Draft202012Validator

from tests.deploy.compose_file import COMPOSE
from tests.support.sources import text_of
from worker.config.settings import PREFIX, Settings

WRITTEN = yaml.safe_load(text_of("deploy/compose/console.yml"))
SCHEMA = Draft202012Validator(json.loads(text_of("tests/deploy/compose-spec.json")))
CONSOLE, LOGIN = WRITTEN["services"]["console"], WRITTEN["services"]["login"]


def test_it_is_valid_by_the_schema_of_the_compose_specification():
    assert [] == [error.message for error in SCHEMA.iter_errors(WRITTEN)]


def test_it_adds_to_the_compose_file_and_changes_nothing_in_it():
    assert set() == set(WRITTEN["services"]) & set(COMPOSE["services"])
    known = set(COMPOSE["networks"]) | set(WRITTEN["networks"])
    assert set(CONSOLE["networks"]) | set(LOGIN["networks"]) <= known
    assert set(CONSOLE["depends_on"]) <= set(COMPOSE["services"])


def test_only_the_proxy_reaches_the_console():
    assert "ports" not in CONSOLE
    assert "outside" not in CONSOLE["networks"]
    assert WRITTEN["networks"]["console"]["internal"]
    assert "queue" not in LOGIN["networks"]
    assert all(port.startswith("127.0.0.1:") for port in LOGIN["ports"])


def test_the_proxy_says_who_somebody_is_and_keeps_no_log_of_addresses():
    told = LOGIN["environment"]

    assert ("true", "true", "false") == (
        told["OAUTH2_PROXY_PASS_BASIC_AUTH"],
        told["OAUTH2_PROXY_PASS_USER_HEADERS"],
        told["OAUTH2_PROXY_REQUEST_LOGGING"],
    )
    assert "http://console:8321" == told["OAUTH2_PROXY_UPSTREAMS"]


def test_the_console_is_told_settings_that_there_are():
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}

    assert set(CONSOLE["environment"]) <= known


def test_the_console_has_the_hardening_of_the_other_containers():
    for each in (CONSOLE, LOGIN):
        assert each["read_only"]
        assert ["ALL"] == each["cap_drop"]
        assert ["no-new-privileges:true"] == each["security_opt"]


def test_its_image_is_that_of_the_worker_and_no_root():
    lines = text_of("deploy/compose/console.Dockerfile").splitlines()

    assert f"FROM {COMPOSE['services']['worker']['image']}" in lines
    assert "USER 10001:10001" == [line for line in lines if line.startswith("USER")][-1]
