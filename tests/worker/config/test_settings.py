"""Settings come from the environment, have the documented defaults, and keep their secrets."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import traceback
from pathlib import Path
from typing import get_args

import pytest
from pydantic import ValidationError

from worker.config.console_settings import ConsoleSettings
from worker.config.kafka_settings import KafkaSettings
from worker.config.settings import SettingsRefused, default_state_folder, load_settings
from worker.failures import Risk

OF_ONE_COMMAND = {**ConsoleSettings.model_fields, **KafkaSettings.model_fields}


def test_the_defaults_are_those_of_the_contract(monkeypatch):
    monkeypatch.delenv("MRS_STATE_DIR")

    settings = load_settings()

    assert "redis://localhost:6379/0" == settings.redis_url.get_secret_value()
    assert "redis://localhost:6379/0" == settings.broker_url.get_secret_value()
    assert {
        "redis_url_file": None,
        "broker_url_file": None,
        "prefix": "mrs",
        "lanes": 16,
        "shards": 1,
        "wait_replicas": 0,
        "library": None,
        "plans": None,
        "max_attempts": 3,
        "lease_seconds": 10.0,
        "memory_high": 0.85,
        "accept_risks": "",
        "member_salt": None,
        "exporter_port": 9808,
        "metrics_port": 0,
        "metrics_host": "127.0.0.1",
        "workers_wanted": 0,
        "log_format": "json",
        "log_level": "info",
        "traces": "off",
        "state_dir": default_state_folder(),
    } == settings.model_dump(exclude={"redis_url", "broker_url", *OF_ONE_COMMAND})


def test_the_defaults_of_the_bridge_are_a_broker_beside_it_without_a_login():
    assert {
        "kafka_brokers": "localhost:9092",
        "kafka_topic": "mrs-events",
        "kafka_out_topic": "mrs-determinations",
        "kafka_group": "mrs-adjudicator",
        "kafka_security": "plaintext",
        "kafka_ca": None,
        "kafka_certificate": None,
        "kafka_key": None,
        "kafka_key_password": None,
        "kafka_key_password_file": None,
        "kafka_mechanism": "SCRAM-SHA-512",
        "kafka_user": None,
        "kafka_password": None,
        "kafka_password_file": None,
        "kafka_session_seconds": 30,
        "kafka_door_max": 100_000,
    } == load_settings().model_dump(include=set(KafkaSettings.model_fields))


def test_the_defaults_of_the_console_are_a_short_session_and_no_proxy():
    settings = load_settings()

    assert {
        **{f"console_{login}_url": None for login in ("view", "decide", "evidence", "log")},
        **{f"console_{login}_url_file": None for login in ("view", "decide", "evidence", "log")},
        "console_proxy_secret": None,
        "console_proxy_secret_file": None,
        "console_origin": None,
        "console_groups": "mrs-",
        "console_idle_minutes": 15.0,
        "console_session_hours": 8.0,
        "console_views_a_minute": 120,
    } == settings.model_dump(include=set(ConsoleSettings.model_fields))


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("console_origin", "console.example", "it must be https://host, and nothing after it."),
        ("console_origin", "https://a.example/x", "it must be https://host, and nothing after it."),
        ("console_proxy_secret", "x" * 31, "it must have 32 characters."),
        ("console_groups", "", "it must not be empty."),
        ("console_idle_minutes", "0.9", "it must be a number from 1 up to 120."),
        ("console_session_hours", "24.1", "it must be a number from 0.1 up to 24."),
        ("console_views_a_minute", "0", "it must be a whole number from 1 up to 10000."),
    ],
)
def test_a_setting_of_the_console_that_cannot_be_used_says_what_it_must_be(name, text, wrong):
    with pytest.raises(SettingsRefused) as refused:
        load_settings(**{name: text})

    assert (f"MRS_{name.upper()} cannot be used: {wrong}",) == refused.value.faults


def test_the_address_of_each_login_of_the_console_is_checked():
    for login in ("view", "decide", "evidence", "log"):
        with pytest.raises(SettingsRefused):
            load_settings(**{f"console_{login}_url": "http://elsewhere"})


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("prefix", "{mrs-0}", "{mrs-0}"),
        ("lanes", "1", 1),
        ("lanes", "100", 100),
        ("library", "/srv/library", Path("/srv/library")),
        ("plans", "/srv/plans", Path("/srv/plans")),
        ("max_attempts", "1", 1),
        ("max_attempts", "100", 100),
        ("lease_seconds", "0.5", 0.5),
        ("lease_seconds", "600", 600.0),
        ("memory_high", "0.01", 0.01),
        ("memory_high", "1", 1.0),
        ("accept_risks", " eviction,persistence , replica ", " eviction,persistence , replica "),
        ("exporter_port", "0", 0),
        ("exporter_port", "65535", 65535),
        ("metrics_port", "9809", 9809),
        ("metrics_host", "0.0.0.0", "0.0.0.0"),
        ("workers_wanted", "0", 0),
        ("workers_wanted", "1000", 1000),
        ("log_format", "Console", "console"),
        ("log_level", "WARNING", "warning"),
        ("traces", "OTLP", "otlp"),
        ("state_dir", "/run/mrs", Path("/run/mrs")),
    ],
)
def test_a_setting_is_read_from_its_environment_variable(monkeypatch, name, text, expected):
    monkeypatch.setenv(f"MRS_{name.upper()}", text)

    settings = load_settings()

    assert expected == getattr(settings, name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("redis_url", "http://CANARY"),
        ("broker_url", "CANARY"),
        ("prefix", "a b"),
        ("prefix", "a" * 65),
        ("prefix", "mrs\n"),
        ("lanes", "0"),
        ("lanes", "101"),
        ("lanes", "CANARY"),
        ("max_attempts", "0"),
        ("max_attempts", "101"),
        ("lease_seconds", "0.4"),
        ("lease_seconds", "601"),
        ("lease_seconds", "nan"),
        ("memory_high", "0"),
        ("accept_risks", "persistence,"),
        ("accept_risks", "all"),
        ("memory_high", "1.01"),
        ("exporter_port", "-1"),
        ("exporter_port", "65536"),
        ("metrics_port", "65536"),
        ("log_format", "CANARY"),
        ("log_level", "CANARY"),
        ("traces", "CANARY"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_and_its_value_is_not(monkeypatch, name, text):
    monkeypatch.setenv(f"MRS_{name.upper()}", text)

    with pytest.raises(SettingsRefused) as refused:
        load_settings()

    assert f"MRS_{name.upper()} cannot be used: " in str(refused.value)
    assert "CANARY" not in "".join(traceback.format_exception(refused.value))


def test_every_refused_setting_is_named_at_once(monkeypatch):
    monkeypatch.setenv("MRS_LANES", "0")
    monkeypatch.setenv("MRS_MAX_ATTEMPTS", "0")

    with pytest.raises(SettingsRefused) as refused:
        load_settings()

    assert "MRS_LANES" in str(refused.value)
    assert "MRS_MAX_ATTEMPTS" in str(refused.value)


def test_a_faulty_redis_address_is_not_held_against_the_broker_as_well(monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", "nowhere")

    with pytest.raises(SettingsRefused) as refused:
        load_settings()

    assert "MRS_REDIS_URL" in str(refused.value)
    assert "MRS_BROKER_URL" not in str(refused.value)


def test_an_empty_variable_is_as_good_as_none(monkeypatch):
    monkeypatch.setenv("MRS_LIBRARY", "")
    monkeypatch.setenv("MRS_LANES", "")

    settings = load_settings()

    assert settings.library is None
    assert 16 == settings.lanes


def test_an_address_that_is_set_and_empty_is_not_taken_for_the_default(monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", "")

    with pytest.raises(SettingsRefused, match="MRS_REDIS_URL is set, but empty"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        pytest.param("lanes", "many", "it must be a whole number from 1 up to 100.", id="a_word"),
        pytest.param("lanes", "101", "it must be a whole number from 1 up to 100.", id="too_many"),
        pytest.param("memory_high", "0", "it must be a number above 0 up to 1.", id="a_share"),
        pytest.param(
            "log_level",
            "warnig",
            "it must be 'debug', 'info', 'warning' or 'error'. Did you mean warning?",
            id="a_misspelt_choice",
        ),
        pytest.param(
            "accept_risks",
            "eviction, persistance",
            f"it must be some of {', '.join(get_args(Risk))}, with commas between. "
            "Did you mean persistence?",
            id="a_misspelt_risk",
        ),
        pytest.param("log_format", "xml", "it must be 'json' or 'console'.", id="another_choice"),
        pytest.param(
            "exporter_port",
            "tcp://10.0.0.7:9808",
            "it must be a whole number from 0 up to 65535. Kubernetes sets it for a Service of "
            "that name: write `enableServiceLinks: false` in the pod.",
            id="a_service_of_kubernetes",
        ),
    ],
)
def test_a_refusal_reads_as_a_sentence(monkeypatch, name, text, said):
    monkeypatch.setenv(f"MRS_{name.upper()}", text)

    with pytest.raises(SettingsRefused) as refused:
        load_settings()

    assert f"MRS_{name.upper()} cannot be used: {said}" == str(refused.value)
    assert {name} == refused.value.names


def test_the_broker_is_the_redis_unless_set(monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", "redis://one")
    settings_of_one = load_settings()
    monkeypatch.setenv("MRS_BROKER_URL", "redis://two")
    settings_of_two = load_settings()

    assert "redis://one" == settings_of_one.broker_url.get_secret_value()
    assert "redis://two" == settings_of_two.broker_url.get_secret_value()


def test_the_environment_comes_before_the_file_and_the_callers_word_before_both(
    monkeypatch, tmp_path
):
    (tmp_path / ".env").write_text("MRS_LANES=2\nMRS_MAX_ATTEMPTS=2\nMRS_PREFIX=file\nOTHER=1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(load_settings().model_config, "env_file", ".env")
    monkeypatch.setenv("MRS_MAX_ATTEMPTS", "4")
    monkeypatch.setenv("MRS_PREFIX", "environment")

    settings = load_settings(prefix="caller")

    assert 2 == settings.lanes
    assert 4 == settings.max_attempts
    assert "caller" == settings.prefix


def test_settings_cannot_be_changed():
    settings = load_settings()

    with pytest.raises(ValidationError):
        settings.lanes = 3


def test_secrets_are_in_no_text_of_the_settings(monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", "redis://user:CANARY@one:1/0")
    monkeypatch.setenv("MRS_BROKER_URL", "sentinel://:CANARY@two:2/main?sentinel_password=CANARY")
    settings = load_settings()

    shown = [
        repr(settings),
        str(settings),
        settings.model_dump_json(),
        str(settings.model_dump()),
        settings.masked_redis_url,
        settings.masked_broker_url,
    ]

    assert "CANARY" not in "".join(shown)
    assert "redis://user:***@one:1/0" == settings.masked_redis_url
    assert "sentinel://:***@two:2/main/0" == settings.masked_broker_url


def test_settings_reach_a_child_process_whole(monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", "redis://user:secret@one:1/0")
    settings = load_settings()

    copied = pickle.loads(pickle.dumps(settings))

    assert settings == copied


def test_the_state_folder_is_the_users_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with_runtime_folder = default_state_folder()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "missing"))
    without = default_state_folder()

    assert tmp_path / "mrs-adjudicator" == with_runtime_folder
    assert f"mrs-adjudicator-{os.getuid()}" == without.name


def test_reading_settings_imports_neither_celery_nor_redis():
    program = (
        "import sys, worker.config.settings; worker.config.settings.load_settings();"
        "print(sorted({'celery', 'kombu', 'redis'} & sys.modules.keys()))"
    )

    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "[]" == said.stdout.strip()


def test_the_risks_that_are_taken_are_a_set_of_known_ones():
    assert frozenset() == load_settings().accepted_risks
    taken = load_settings(accept_risks=" eviction,persistence ").accepted_risks
    assert {"eviction", "persistence"} == taken
