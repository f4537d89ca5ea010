"""Passwords of a compose installation: each container its own, hashes only for the servers."""

from __future__ import annotations

import re
import subprocess
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from tests.deploy.compose_file import COMPOSE, SECRETS, SERVICES
from tests.support.sources import ROOT, text_of
from worker.config.console_settings import CONSOLE_LOGINS

WHO = {"worker": "mrs-worker", "exporter": "mrs-exporter", "producer": "mrs-producer"} | {
    "operator": "mrs-operator",
    "archivist": "mrs-archivist",
}
"""Each file of addresses with the user of the main server in it."""
CONSOLE = yaml.safe_load(text_of("deploy/compose/console.yml"))
HASH = re.compile(r"#[0-9a-f]{64} ")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _make(tmp_path_factory.mktemp("made") / "secrets")


def test_it_makes_every_file_that_the_compose_file_wants_and_no_other(made):
    wanted = {each["file"] for each in COMPOSE["secrets"].values()}
    every = [*SERVICES.values(), *CONSOLE["services"].values()]
    wanted |= {each["env_file"] for each in every if "env_file" in each}

    assert {str(SECRETS / file.name) for file in made.iterdir()} == wanted


def test_only_its_owner_looks_into_the_folder_and_only_servers_files_are_readable_inside(made):
    modes = {file.name: file.stat().st_mode & 0o777 for file in made.iterdir()}

    assert 0o700 == made.stat().st_mode & 0o777
    assert {"users.acl", "broker.acl"} == {name for name, mode in modes.items() if mode == 0o644}
    assert {0o644, 0o600} == set(modes.values())


@pytest.mark.parametrize(("file", "user"), WHO.items(), ids=WHO)
def test_a_user_logs_in_with_the_password_of_its_own_file(made, file, user):
    address = urlsplit(_environment(made / f"{file}.env")["MRS_REDIS_URL"])

    assert (user, "redis", 6379) == (address.username, address.hostname, address.port)
    assert _has(made / "users.acl", user, address.password)


@pytest.mark.parametrize("login", CONSOLE_LOGINS)
def test_the_console_logs_in_with_a_password_for_each_of_its_logins(made, login):
    found = _environment(made / "console.env")[f"MRS_CONSOLE_{login.upper()}_URL"]
    address = urlsplit(found)

    assert (f"mrs-console-{login}", "redis") == (address.username, address.hostname)
    assert _has(made / "users.acl", f"mrs-console-{login}", address.password)


def test_the_console_and_its_login_proxy_share_a_secret(made):
    proxy = _environment(made / "login.env")

    assert (
        proxy["OAUTH2_PROXY_BASIC_AUTH_PASSWORD"]
        == (_environment(made / "console.env")["MRS_CONSOLE_PROXY_SECRET"])
    )
    assert 32 == len(proxy["OAUTH2_PROXY_COOKIE_SECRET"])


@pytest.mark.parametrize("file", ["worker", "operator"])
def test_orders_go_by_a_login_that_only_the_broker_knows(made, file):
    address = urlsplit(_environment(made / f"{file}.env")["MRS_BROKER_URL"])

    assert ("mrs-celery", "broker") == (address.username, address.hostname)
    assert _has(made / "broker.acl", "mrs-celery", address.password)
    assert not _has(made / "users.acl", "mrs-celery", address.password)


@pytest.mark.parametrize(
    ("file", "acl", "user"),
    [("redis.env", "users.acl", "mrs-exporter"), ("broker.env", "broker.acl", "mrs-celery")],
    ids=["redis", "broker"],
)
def test_a_server_checks_its_own_health_as_the_user_of_its_health_check(made, file, acl, user):
    password = _environment(made / file)["REDISCLI_AUTH"]
    check = SERVICES[file.removesuffix(".env")]["healthcheck"]["test"][-1]

    assert _has(made / acl, user, password)
    assert f"--user {user} " in check


def test_the_backup_logs_in_with_a_password_of_its_own(made):
    password = _environment(made / "backup.env")["REDISCLI_AUTH"]

    assert _has(made / "users.acl", "mrs-backup", password)


def test_users_are_granted_what_is_shipped_and_not_more(made):
    assert text_of("deploy/users.acl") == HASH.sub("", (made / "users.acl").read_text())
    assert ["default off", "mrs-celery on"] == re.findall(
        r"^user (\S+ \S+)", (made / "broker.acl").read_text(), re.MULTILINE
    )


def test_no_password_is_used_twice_stands_in_clear_for_a_server_or_is_short(made):
    found = {
        file.name: re.findall(r"[0-9a-f]{64}", file.read_text()) for file in made.glob("*.env")
    }
    servers = (made / "users.acl").read_text() + (made / "broker.acl").read_text()

    # Eleven logins, Grafana's and the one of the login proxy, which the console knows too; the
    # broker's and the exporter's also serve the health checks.
    assert 13 == len({password for each in found.values() for password in each})
    assert [] == [one for each in found.values() for one in each if one in servers]


def test_a_second_run_leaves_everything_as_it_is_and_another_folder_gets_others(made, tmp_path):
    before = (made / "worker.env").read_text()

    _make(made)
    others = _make(tmp_path / "others")

    assert before == (made / "worker.env").read_text()
    assert before != (others / "worker.env").read_text()


def test_what_a_broken_run_left_is_made_anew(tmp_path):
    left = tmp_path / "secrets.unfinished"
    left.mkdir()
    (left / "worker.env").write_text("half")

    made = _make(tmp_path / "secrets")

    assert not left.exists()
    assert (made / "broker.acl").exists()


def test_the_folder_is_kept_out_of_the_repository():
    assert f"/{SECRETS}" in {line.rstrip("/") for line in text_of(".gitignore").splitlines()}


def _make(folder: Path) -> Path:
    subprocess.run([ROOT / "deploy/compose/passwords", folder], check=True)
    return folder


def _environment(file: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


def _has(acl: Path, user: str, password: str | None) -> bool:
    assert password
    return f"user {user} on #{sha256(password.encode()).hexdigest()} " in acl.read_text()
