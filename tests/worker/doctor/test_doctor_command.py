"""`adjudicator doctor`: the settings it looks at first, its exit codes, and what it never shows."""

from __future__ import annotations

import json
import shutil

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from rules.loading.files import SHIPPED
from tests.support.patients import in_short
from tests.support.worlds import RedisWorld
from worker.cli import adjudicator
from worker.config.settings import load_settings
from worker.doctor import rounds
from worker.doctor.settings_checks import examine_settings

SECRET = "correct-horse-battery"


EVERYTHING = {
    "settings", "Redis", "login", "clock", "queue", "lanes", "workers", "library",
}  # fmt: skip
"""What it looks at where there is one Redis and everything can be read."""


def topics(seen: list[dict[str, str]]) -> set[str]:
    return {finding["about"] for finding in seen}


def doctor(*words: str) -> Result:
    return CliRunner().invoke(adjudicator, ["doctor", *words])


def findings(result: Result) -> list[dict[str, str]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def redis(redis_client, shared_redis, monkeypatch) -> RedisWorld:
    monkeypatch.setenv("MRS_REDIS_URL", shared_redis.url)
    return RedisWorld(redis_client)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({}, [], id="this_machine"),
        pytest.param({"redis_url": "redis://127.0.0.2:6379"}, [], id="a_loopback_address"),
        pytest.param({"redis_url": "unix:///run/redis.sock"}, [], id="a_socket"),
        pytest.param(
            {"redis_url": "redis://far.example"},
            [
                "MRS_REDIS_URL has no password, and Redis is on another machine.",
                "MRS_REDIS_URL connects to another machine without TLS.",
            ],
            id="another_machine_in_the_clear",
        ),
        pytest.param(
            {"redis_url": f"rediss://worker:{SECRET}@far.example"}, [], id="another_machine"
        ),
        pytest.param(
            {"broker_url": f"redis://:{SECRET}@far.example"},
            ["MRS_BROKER_URL connects to another machine without TLS."],
            id="a_broker_in_the_clear",
        ),
    ],
)
def test_addresses_that_are_not_wise(settings, said):
    seen = in_short(examine_settings(load_settings(**settings)))

    assert said == [words for level, words in seen if level == "warning"]
    assert SECRET not in str(seen)


def test_a_name_that_is_no_setting_is_a_fault_and_everything_else_is_asked(redis, monkeypatch):
    monkeypatch.setenv("MRS_LANE", "3")

    seen = findings(doctor("--json"))

    assert (
        "MRS_LANE in the environment is not a setting. Did you mean MRS_LANES?" == (seen[0]["said"])
    )
    assert ("fault", "settings") == (seen[0]["level"], seen[0]["about"])
    assert EVERYTHING <= topics(seen)


def test_a_state_folder_that_cannot_be_written(tmp_path):
    file = tmp_path / "a file"
    file.write_text("")

    seen = in_short(examine_settings(load_settings(state_dir=file / "state")))

    assert ("fault", f"MRS_STATE_DIR ({file}/state) cannot be written.") in seen


def test_settings_that_are_refused_are_a_fault_without_their_values(monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", f"http://:{SECRET}@far.example")

    result = doctor("--json")

    assert 1 == result.exit_code
    first = findings(result)[0]
    assert ("fault", "settings") == (first["level"], first["about"])
    assert "MRS_REDIS_URL cannot be used: it must begin with redis://" in first["said"]
    assert SECRET not in result.output


def test_without_a_usable_address_no_redis_is_asked_but_the_library_is(redis, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", "http://far.example")

    seen = findings(doctor("--json"))

    assert {"settings", "library"} == topics(seen)
    assert [] == [each for each in seen if "Redis: " in each["said"]]


def test_without_a_usable_number_of_lanes_everything_but_the_lanes_is_asked(redis, monkeypatch):
    monkeypatch.setenv("MRS_LANES", "many")

    seen = findings(doctor("--json"))

    assert EVERYTHING - {"lanes"} == topics(seen) & EVERYTHING
    assert "lanes" not in topics(seen)


def test_a_library_that_is_refused_is_a_fault(redis, monkeypatch, tmp_path):
    folder = tmp_path / "library"
    shutil.copytree(SHIPPED, folder)
    (folder / "authorities.csv").unlink()
    monkeypatch.setenv("MRS_LIBRARY", str(folder))

    result = doctor("--json")

    assert 1 == result.exit_code
    seen = findings(result)
    about = [(each["level"], each["about"]) for each in seen]
    assert 1 == about.count(("fault", "library"))
    assert "authorities.csv" in seen[about.index(("fault", "library"))]["said"]
    assert EVERYTHING <= topics(seen)


def test_a_redis_that_is_away_is_a_fault_and_its_password_is_not_shown(monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://worker:{SECRET}@/nowhere/redis.sock")

    result = doctor()

    assert 1 == result.exit_code
    assert "worker:***@/nowhere/redis.sock" in result.stdout.replace("\n", "")
    assert "cannot be reached: there is no such file" in " ".join(result.stdout.split())
    assert SECRET not in result.output


def test_a_redis_that_is_away_keeps_nobody_from_asking_about_library_and_broker(
    redis_url, monkeypatch
):
    monkeypatch.setenv("MRS_REDIS_URL", "unix:///nowhere/redis.sock")
    monkeypatch.setenv("MRS_BROKER_URL", redis_url)

    seen = findings(doctor("--json"))

    assert {"settings", "Redis", "library", "broker"} == topics(seen)
    assert "it answers" in {each["said"] for each in seen if each["about"] == "broker"}


def test_a_broker_that_is_away_is_a_fault_with_what_it_means(redis, monkeypatch):
    monkeypatch.setenv("MRS_BROKER_URL", f"redis://:{SECRET}@127.0.0.1:1")

    (seen,) = [each for each in findings(doctor("--json")) if each["about"] == "broker"]

    assert "fault" == seen["level"]
    assert seen["said"].endswith("nothing listens there. Workers get no orders.")
    assert seen["to_do"].startswith("Start it, or correct host and port in MRS_BROKER_URL.")
    assert SECRET not in str(seen)


def test_a_key_that_is_not_ours_is_a_fault(redis):
    redis.client.set(redis.keys.counters, "spoiled")

    result = doctor("--json")

    assert 1 == result.exit_code
    seen = findings(result)
    assert [True] == ["'counters'" in each["said"] for each in seen if each["level"] == "fault"][:1]
    assert EVERYTHING - {"queue", "clock", "workers"} <= topics(seen)


def test_warnings_alone_end_with_0(redis, monkeypatch):
    monkeypatch.setenv("MRS_ACCEPT_RISKS", "persistence")
    without_appends = (check for check in rounds.CHECKS if "persistence" not in check.__name__)
    monkeypatch.setattr(rounds, "CHECKS", tuple(without_appends))

    result = doctor()

    assert 0 == result.exit_code, result.output
    assert "Faults: 0, warnings: " in result.stdout
    assert "None is ready." in result.stdout


def test_a_fault_ends_with_1(redis):
    redis.client.hset(redis.keys.meta, "lanes", 3)

    result = doctor()

    assert 1 == result.exit_code
    assert "This installation has 3, and MRS_LANES says 16" in result.stdout


def test_what_a_login_may_not_look_at_is_said(redis_server, monkeypatch):
    socket = redis_server.socket_path
    with Redis(unix_socket_path=str(socket)) as owner:
        owner.execute_command(*f"ACL SETUSER half on >{SECRET} ~* +@all -hget".split())
    monkeypatch.setenv("MRS_REDIS_URL", f"unix://half:{SECRET}@{socket}?db=0")

    result = doctor("--json")

    said = [finding["said"] for finding in findings(result) if finding["about"] == "number"]
    assert 1 == len(said)
    assert said[0].startswith("It could not be checked. Redis at unix://half:***@")
    assert said[0].endswith(" does not let this login run HGET (NOPERM).")
    assert SECRET not in result.output


def test_it_changes_nothing(redis, library):
    redis.send({b"event": b"{"})
    before = redis.everything()

    doctor()

    assert before == redis.everything()
