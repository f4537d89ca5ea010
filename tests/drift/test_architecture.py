"""ARCHITECTURE.md names every folder of code and tests, and no file that is not there."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.sources import ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
FOLDERS = sorted(
    str(folder.relative_to(ROOT))
    for top in ("console", "doors", "rules", "worker")
    for folder in (ROOT / top).rglob("*")
    if folder.is_dir() and any(folder.glob("*.py"))
)
KINDS = sorted(
    folder.name for folder in (ROOT / "tests").iterdir() if any(folder.glob("test_*.py"))
)


def test_each_folder_of_the_code_is_named() -> None:
    assert [] == [folder for folder in FOLDERS if f"{Path(folder).name}/" not in PAGE]


def test_each_kind_of_tests_is_named() -> None:
    assert [] == [kind for kind in KINDS if f"`{kind}`" not in PAGE]


def test_each_module_that_is_named_exists() -> None:
    tops = [ROOT / top for top in ("console", "doors", "rules", "worker", "tests")]
    there = {path.name for top in tops for path in top.rglob("*.py")}

    named = {Path(name).name for name in re.findall(r"`([\w/]+\.py)`", PAGE)}

    assert named
    assert set() == named - there
