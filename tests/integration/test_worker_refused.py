"""A worker that cannot start says so in one line of its log, however it was started."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from worker.config.settings import Settings

BY_CELERY = ("celery", "-A", "worker.app", "worker", "--concurrency=1")
BY_OURS = ("worker", "worker", "--concurrency", "1")


def refused(words: tuple[str, ...], name: str, value: str) -> tuple[int, dict[str, str]]:
    """The exit code, and the one line that is said."""
    ours = {f"MRS_{each.upper()}" for each in Settings.model_fields}
    kept = {key: each for key, each in os.environ.items() if key not in ours}
    ended = subprocess.run(
        [sys.executable, "-m", *words],
        env=kept | {name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    (line,) = ended.stderr.splitlines()
    said = json.loads(line)
    del said["timestamp"]
    assert "" == ended.stdout
    return ended.returncode, said


@pytest.mark.parametrize(
    ("name", "value", "code", "why"),
    [
        ("MRS_LANES", "many", 2, "MRS_LANES cannot be used"),
        ("MRS_LANESS", "4", 2, "Did you mean MRS_LANES?"),
        ("MRS_LIBRARY", "/etc", 3, "library.toml: is missing"),
    ],
    ids=["a value", "a misspelt name", "a folder that is no library"],
)
def test_celerys_command_ends_with_the_sentence_and_the_code_of_ours(name, value, code, why):
    by_celery = refused(BY_CELERY, name, value)
    by_ours = refused(BY_OURS, name, value)

    assert code == by_celery[0] == by_ours[0]
    assert why in f"{by_celery[1]}"
    assert by_celery[1] | {"logger": ""} == by_ours[1] | {"logger": ""}


def test_help_is_there_to_mend_a_setting_by():
    words = [sys.executable, "-m", "worker", "worker", "--help"]
    ended = subprocess.run(
        words, env=os.environ | {"MRS_LANES": "many"}, capture_output=True, text=True, check=False
    )

    assert (0, "") == (ended.returncode, ended.stderr)
    assert "--concurrency" in ended.stdout
