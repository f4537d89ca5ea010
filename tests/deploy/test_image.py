"""deploy/Dockerfile: what is installed, as whom it runs, and that a build is given all it needs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.deploy.compose_file import OURS, SERVICES
from tests.deploy.dockerfile import copy_given, first_stage, instructions, is_given, of_kind
from tests.support.sources import ROOT, text_of

VERSION = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]


def test_the_base_is_pinned_to_a_patch_release_that_the_project_runs_on():
    (tag,) = re.findall(r"^PYTHON=(\S+)", "\n".join(of_kind("ARG")), re.MULTILINE)
    release = re.fullmatch(r"3\.(\d+)\.\d+-slim-\w+", tag)

    assert release
    assert int(release[1]) >= 11
    assert ["python:${BUILDER} AS build", "python:${PYTHON}"] == of_kind("FROM")


def test_what_is_compiled_is_compiled_for_the_python_that_runs_it():
    arguments = dict(each.split("=", 1) for each in of_kind("ARG"))

    assert arguments["PYTHON"] == arguments["BUILDER"].replace("-", "-slim-")
    assert any(each.startswith("COMPILE_RULES=1 ") for each in of_kind("RUN"))


def test_it_runs_as_a_numbered_user_who_is_not_root():
    (user,) = of_kind("USER")

    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    after = [each.word for each in instructions()]
    assert "RUN" not in after[after.index("USER") :]


def test_everything_from_elsewhere_is_named_by_its_hash():
    commands = " && ".join(each.rest for each in first_stage() if each.word == "RUN")

    installs = [each for each in commands.split(" && ") if "-m pip " in each]

    assert 4 == len(installs)
    assert [] == [
        each for each in installs if "--require-hashes" not in each and "--no-index" not in each
    ]


def test_nothing_is_installed_in_the_last_stage():
    last = [each.word for each in instructions()][len(first_stage()) :]

    assert "RUN" not in last


def test_its_command_is_one_that_there_is_and_its_health_is_for_each_role_to_say():
    (check,) = of_kind("HEALTHCHECK")

    assert "NONE" == check
    assert ['["adjudicator"]'] == of_kind("ENTRYPOINT")
    assert ['["worker"]'] == of_kind("CMD")


def test_its_label_and_its_tag_are_the_version_of_the_project():
    (labels,) = of_kind("LABEL")

    assert f'image.version="{VERSION}"' in labels
    assert {f"mrs-adjudicator:{VERSION}"} == {SERVICES[name]["image"] for name in OURS}


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("rules/adjudicate.py", True),
        ("worker/store/commit.lua", True),
        ("worker/samples/day.jsonl", True),
        ("locks/runtime.txt", True),
        ("locks/compile.txt", True),
        ("deploy/wheel/compile_rules.py", True),
        ("locks/dev.txt", False),
        ("deploy/compose/secrets/worker.env", False),
        (".env", False),
        (".git/config", False),
        ("tests/conftest.py", False),
        ("worker/__pycache__/app.cpython-311.pyc", False),
    ],
)
def test_a_build_is_given_what_is_installed_and_no_secret(path, given):
    assert given is is_given(path)


def test_what_a_build_is_given_is_enough_for_the_whole_wheel(tmp_path):
    source = tmp_path / "src"
    for step in first_stage():
        if step.word == "COPY":
            *origins, target = step.rest.split()
            for origin in origins:
                copy_given(origin, source / target)

    built = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"),
            *("--no-build-isolation", "--wheel-dir", "dist", "."),
        ],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == built.returncode, built.stderr
    assert [f"mrs_adjudicator-{VERSION}-py3-none-any.whl"] == [
        file.name for file in (source / "dist").iterdir()
    ]


def test_the_linter_finds_what_it_is_meant_to_find(tmp_path):
    file = tmp_path / "Dockerfile"
    file.write_text(text_of("deploy/Dockerfile").replace("python:${PYTHON}\n", "python:latest\n"))
    linter = [Path(sys.executable).parent / "hadolint", "--config", ROOT / "deploy/hadolint.yaml"]

    found = [
        subprocess.run([*linter, each], capture_output=True, text=True, check=False)
        for each in (file, ROOT / "deploy/Dockerfile")
    ]

    assert [1, 0] == [each.returncode for each in found]
    assert "DL3007" in found[0].stdout
