"""Prints the version of the project, once the changelog agrees that it is the latest."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def version_of_project(root: Path = ROOT) -> str:
    """The version in `pyproject.toml`; raises `ValueError` if the changelog's is another."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    version = str(project["version"])
    latest = re.search(r"^## \[(\d\S*)\]", (root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if latest is None or latest[1] != version:
        named = "none" if latest is None else latest[1]
        raise ValueError(
            f"pyproject.toml says version {version}, the latest in CHANGELOG.md is {named}. "
            "Run `python -m ops.release.notes VERSION DATE`, then set the version."
        )
    return version


if __name__ == "__main__":
    sys.stdout.write(version_of_project() + "\n")
