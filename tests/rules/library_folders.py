"""Copies of the shipped library for tests to damage; the one big table is linked, not copied."""

from __future__ import annotations

import shutil
from pathlib import Path

from rules.library_files import SHIPPED

POLICY = "policies/6.01.03/2025-03-17/policy.toml"
BIG = "code_sets/icd10cm.csv"


def copy_library(target: Path) -> Path:
    """A whole copy of the shipped library."""
    shutil.copytree(SHIPPED, target, ignore=shutil.ignore_patterns("icd10cm.csv"))
    (target / BIG).symlink_to(SHIPPED / BIG)
    return target


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replaces what stands once in a file; the big table becomes the test's own."""
    path = folder / file
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.unlink()
    path.write_text(text.replace(old, new))
