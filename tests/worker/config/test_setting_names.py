"""What is no setting is refused: misspelt names, and lines of `.env` that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.worker.commands.test_exit_codes import every_command
from worker.cli import adjudicator
from worker.config.settings import Settings, SettingsRefused, load_settings, settings_read

SECRET = "correct-horse-battery"
LISTED = "docs/settings.md lists them."
OF_KUBERNETES = (
    "Kubernetes sets it for a Service of that name: write `enableServiceLinks: false` in the pod."
)


@pytest.fixture
def env_file(monkeypatch, tmp_path) -> Path:
    """The file of settings in the folder in which one works."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(Settings.model_config, "env_file", ".env")
    return tmp_path / ".env"


def refusal() -> str:
    with pytest.raises(SettingsRefused) as refused:
        load_settings()
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("MRS_REDIS_ULR", "Did you mean MRS_REDIS_URL?", id="letters_swapped"),
        pytest.param("MRS_REDISURL", "Did you mean MRS_REDIS_URL?", id="a_letter_missing"),
        pytest.param("mrs_lane", "Did you mean MRS_LANES?", id="small_letters"),
        pytest.param("MSR_LANES", "Did you mean MRS_LANES?", id="letters_swapped_in_front"),
        pytest.param("MRS_Q", LISTED, id="near_to_nothing"),
        pytest.param("MRS_", LISTED, id="nothing_but_the_beginning"),
        pytest.param("MRS_EXPORTER_SERVICE_HOST", OF_KUBERNETES, id="of_kubernetes"),
        pytest.param("MRS_EXPORTER_PORT_9808_TCP", OF_KUBERNETES, id="a_port_of_kubernetes"),
    ],
)
def test_a_name_that_is_no_setting_is_refused_with_the_nearest_one(monkeypatch, name, hint):
    monkeypatch.setenv(name, SECRET)

    assert f"{name} in the environment is not a setting. {hint}" == refusal()


@pytest.mark.parametrize(
    "name", ["REDIS_URL", "MRSA_LANES", "MSR_FOO", "MRS", "mrs_lanes", "MRS_TESTS_ANY"]
)
def test_a_name_of_somebody_else_or_in_small_letters_is_let_alone(monkeypatch, name):
    monkeypatch.setenv(name, "16")

    assert 16 == load_settings().lanes


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            f"MRS_LANES=2\n\n# a word\nMRS_REDIS_ULR=redis://:{SECRET}@a\n",
            "line 4: MRS_REDIS_ULR is not a setting. Did you mean MRS_REDIS_URL?",
            id="a_misspelt_name",
        ),
        pytest.param(
            f"export MRS_BROKER=redis://:{SECRET}@a\n",
            "line 1: MRS_BROKER is not a setting. Did you mean MRS_BROKER_URL?",
            id="a_misspelt_name_that_is_exported",
        ),
        pytest.param(
            f"MRS_LANES=2\nMRS_REDIS_URL redis://:{SECRET}@a\n",
            "line 2: it cannot be read. Write NAME=value, and close each quote.",
            id="no_sign_between",
        ),
        pytest.param(
            f"MRS_REDIS_URL:redis://:{SECRET}@a?b=c\n",
            "line 1: it cannot be read. Write MRS_REDIS_URL=value.",
            id="another_sign_between",
        ),
        pytest.param(
            "MRS_LANES\n", "line 1: it cannot be read. Write MRS_LANES=value.", id="no_value"
        ),
        pytest.param(
            f'OTHER=1\nMRS_REDIS_URL="redis://:{SECRET}@a\n',
            "line 2: it cannot be read. Write NAME=value, and close each quote.",
            id="an_open_quote",
        ),
    ],
)
def test_a_line_of_the_file_is_named_and_never_repeated(env_file, content, said):
    env_file.write_text(content)

    assert f"{env_file}, {said}" == refusal()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"A=1\nMRS_PREFIX=caf\xe9\n", "line 2: the file is not UTF-8.", id="latin"),
        pytest.param("MRS_LANES=2".encode("utf-16"), "line 1: the file is UTF-16.", id="utf_16"),
    ],
)
def test_a_file_in_another_encoding_is_named_with_what_to_do(env_file, content, said):
    env_file.write_bytes(content)

    assert f"{env_file}, {said} Save it as UTF-8." == refusal()


def test_every_fault_is_named_at_once(env_file, monkeypatch):
    env_file.write_text("MRS_A=1\nMRS_LANES\n")
    monkeypatch.setenv("MRS_B", "1")

    lines = refusal().splitlines()

    assert [True] * 3 == [
        part in line
        for part, line in zip(("MRS_B in", "line 1: MRS_A", "line 2: it"), lines, strict=True)
    ]


def test_the_library_that_reads_the_file_adds_nothing_of_its_own(env_file, caplog):
    env_file.write_text("MRS_LANES 3\n")

    refusal()
    settings_read()

    assert "" == caplog.text


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xef\xbb\xbfMRS_LANES=2\r\n", id="saved_by_windows"),
        pytest.param(b"# MRS_FOO=1\nOTHER\nNODE.ENV=x\nMRS_LANES='2'  # two\n", id="of_others_too"),
        pytest.param(b"export MRS_LANES = 2\n", id="exported_with_blanks"),
    ],
)
def test_what_can_be_read_is_read(env_file, content):
    env_file.write_bytes(content)

    assert (2 if content else 16) == load_settings().lanes


def test_a_folder_of_that_name_is_no_file(env_file):
    env_file.mkdir()

    assert 16 == load_settings().lanes


def test_every_command_but_the_doctor_refuses_it_at_the_start(monkeypatch):
    commands = [words for words in every_command() if words != ("doctor",)]
    monkeypatch.setenv("MRS_REDIS_ULR", f"redis://:{SECRET}@elsewhere")
    said = {words: CliRunner().invoke(adjudicator, words) for words in commands}

    start = "MRS_REDIS_ULR in the environment is not a setting."  # a worker logs it as JSON
    assert len(said) > 20
    assert {} == {
        words: result.output
        for words, result in said.items()
        if result.exit_code != 2 or start not in result.stderr or SECRET in result.output
    }


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["submit", "-h"]], ids=" ".join)
def test_help_is_there_all_the_same(words, monkeypatch):
    monkeypatch.setenv("MRS_REDIS_ULR", "x")

    assert 0 == CliRunner().invoke(adjudicator, words).exit_code
