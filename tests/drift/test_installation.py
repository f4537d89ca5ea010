"""What is installed is what is declared, from files that are named by their hashes."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile

import pytest

from tests.support.sources import ROOT, text_of

PROJECT = tomllib.loads(text_of("pyproject.toml"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
LOCKS = {
    "runtime.txt": PROJECT["project"]["dependencies"],
    "build.txt": PROJECT["dependency-groups"]["build"],
    "dev.txt": PROJECT["dependency-groups"]["dev"],
    "servers.txt": PROJECT["dependency-groups"]["servers"],
    # The extra for spans has no lock of its own: nothing here is installed from one.
    **{f"{extra}.txt": EXTRAS[extra] for extra in EXTRAS if extra != "otel"},
}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_declared_dependency_is_locked(lock):
    declared = {re.split(r"[\[<>=]", each)[0].lower() for each in LOCKS[lock]}

    locked = set(re.findall(r"^([a-z0-9-]+)==", text_of(f"locks/{lock}"), re.MULTILINE))

    assert set() == declared - locked


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_versions_and_hashes_and_no_place_to_get_them_from(lock):
    lines = [line.strip() for line in text_of(f"locks/{lock}").splitlines() if line[:1] != "#"]

    others = [
        line
        for line in lines
        if not re.fullmatch(
            r"[a-z0-9-]+==[\w.!]+( ; [^\\]+)? \\|--hash=sha256:[0-9a-f]{64}( \\)?", line
        )
    ]

    assert [] == others


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_version_has_a_hash(lock):
    text = text_of(f"locks/{lock}")

    without = re.findall(r"^(\S+==\S+).*(?<!\\)\n", text, re.MULTILINE)

    assert [] == without


def test_a_wheel_has_every_file_of_the_packages(tmp_path):
    build = ["-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run(
        [sys.executable, *build, "--wheel-dir", tmp_path, ROOT], check=True, capture_output=True
    )
    (wheel,) = tmp_path.glob("*.whl")
    expected = {
        str(path.relative_to(ROOT))
        for package in ("console", "doors", "mrs_adjudicator", "rules", "worker")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and not any(part.startswith((".", "__py")) for part in path.parts)
    }

    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert expected == packed
