"""An address may stand in a file that a setting names; of a bad one nothing is repeated."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

from worker.config.secret_files import BYTES_MAX
from worker.config.settings import SettingsRefused, load_settings

SECRET = "redis://mrs-worker:CANARY@one:6379/0"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "worker-url"
    file.write_text(SECRET + "\n")
    return file


@pytest.fixture(autouse=True)
def without_addresses(monkeypatch) -> None:
    for name in ("MRS_REDIS_URL", "MRS_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)


def refusal() -> str:
    """What is said, and that nothing of a secret is in the whole chain of it."""
    with pytest.raises(SettingsRefused) as refused:
        load_settings()
    told = "".join(traceback.format_exception(refused.value))
    assert "CANARY" not in told
    return str(refused.value)


@pytest.mark.parametrize("name", ["redis_url", "broker_url"])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(SECRET, id="as_it_is"),
        pytest.param(SECRET + "\n", id="with_a_line_end"),
        pytest.param(SECRET + "\r\n", id="with_a_line_end_of_windows"),
        pytest.param(f"  {SECRET}  \n\n", id="with_blanks_around_it"),
    ],
)
def test_an_address_is_read_from_the_file_that_is_named(monkeypatch, file, name, content):
    file.write_bytes(content.encode())
    monkeypatch.setenv(f"MRS_{name.upper()}_FILE", str(file))

    settings = load_settings()

    assert SECRET == getattr(settings, name).get_secret_value()
    assert "CANARY" not in repr(settings)


def test_the_broker_is_the_redis_of_the_file_unless_it_has_its_own(monkeypatch, file):
    monkeypatch.setenv("MRS_REDIS_URL_FILE", str(file))

    assert SECRET == load_settings().broker_url.get_secret_value()


def test_a_file_is_named_in_the_file_of_settings_as_well(monkeypatch, file, tmp_path):
    (tmp_path / ".env").write_text(f"MRS_REDIS_URL_FILE={file}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(load_settings().model_config, "env_file", ".env")

    assert SECRET == load_settings().redis_url.get_secret_value()


def test_an_empty_variable_names_no_file(monkeypatch):
    monkeypatch.setenv("MRS_REDIS_URL_FILE", "")

    assert "redis://localhost:6379/0" == load_settings().redis_url.get_secret_value()


def test_the_callers_address_stands_instead_of_the_file(monkeypatch, file):
    monkeypatch.setenv("MRS_REDIS_URL_FILE", str(file))

    assert "redis://two" == load_settings(redis_url="redis://two").redis_url.get_secret_value()


def test_an_address_and_its_file_are_not_both_taken(monkeypatch, file):
    monkeypatch.setenv("MRS_REDIS_URL_FILE", str(file))
    monkeypatch.setenv("MRS_REDIS_URL", SECRET)

    assert "MRS_REDIS_URL and MRS_REDIS_URL_FILE are both set: leave one of them out." == refusal()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", "its file is empty", id="empty"),
        pytest.param(b" \n\n", "its file is empty", id="blank"),
        pytest.param(SECRET.encode("utf-16"), "its file is not UTF-8", id="utf_16"),
        pytest.param(f"{SECRET}\n{SECRET}\n".encode(), "more than one line", id="two_lines"),
        pytest.param(
            b"CANARY" + b"x" * BYTES_MAX, "longer than 65,536 bytes", id="longer_than_any_address"
        ),
    ],
)
def test_a_file_that_holds_no_address_is_refused(monkeypatch, file, content, expected):
    file.write_bytes(content)
    monkeypatch.setenv("MRS_BROKER_URL_FILE", str(file))

    said = refusal()

    assert said.startswith("MRS_BROKER_URL_FILE cannot be used: ")
    assert expected in said


def test_a_file_that_holds_something_else_is_refused_as_the_address_is(monkeypatch, file):
    file.write_text("CANARY")
    monkeypatch.setenv("MRS_REDIS_URL_FILE", str(file))

    assert "MRS_REDIS_URL cannot be used: it must begin with redis://" in refusal()


@pytest.mark.parametrize(
    "named",
    [
        pytest.param("{folder}/CANARY", id="nothing_there"),
        pytest.param("{folder}", id="a_folder"),
        pytest.param(SECRET, id="the_address_itself"),
        pytest.param("{folder}/" + "CANARY" * 100, id="a_name_too_long"),
    ],
)
def test_what_is_no_file_is_refused_and_not_repeated(monkeypatch, tmp_path, named):
    monkeypatch.setenv("MRS_REDIS_URL_FILE", named.format(folder=tmp_path))

    assert "MRS_REDIS_URL_FILE cannot be used: its file cannot be read (" in refusal()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_that_may_not_be_read_is_refused(monkeypatch, file):
    file.chmod(0)
    monkeypatch.setenv("MRS_REDIS_URL_FILE", str(file))

    assert "its file cannot be read (Permission denied)" in refusal()


def test_a_command_ends_with_one_sentence_where_its_file_is_missing(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MRS_")}

    ended = subprocess.run(
        [sys.executable, "-m", "worker.cli", "pends"],
        env=kept | {"MRS_REDIS_URL_FILE": str(tmp_path / "nothing")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 != ended.returncode
    assert "Traceback" not in ended.stderr
    assert (
        "MRS_REDIS_URL_FILE cannot be used: its file cannot be read (No such file" in ended.stderr
    )


def test_a_command_works_by_the_address_in_a_file(redis_server, tmp_path):
    (tmp_path / "url").write_text(redis_server.url + "\n")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MRS_")}

    ended = subprocess.run(
        [sys.executable, "-m", "worker.cli", "pends"],
        env=kept | {"MRS_REDIS_URL_FILE": str(tmp_path / "url")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == ended.returncode, ended.stderr
