"""Libraries that differ from the shipped one in what a test says."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rules.library_model import Library
from rules.loading.files import SHIPPED, derive_library
from rules.policy_version import PolicyVersion

SHIPPED_POLICY = "6.01.03"
EXAMPLES = SHIPPED.parent / "examples"
"""Policies that show how one becomes a folder; no library of its own."""
EXAMPLE_NAMES = tuple(sorted(each.name for each in (EXAMPLES / "policies").iterdir()))
_BIG = "code_sets/icd10cm.csv"


def with_versions(library: Library, versions: Iterable[PolicyVersion], **fields: Any) -> Library:
    """A library of one policy with other versions, and fields set otherwise."""
    (policy,) = library.policies
    return replace(library, policies=(replace(policy, versions=tuple(versions)),), **fields)


def other_library(folder: Path, parameters: Mapping[str, object], *, generation: int = 1) -> Path:
    """The shipped library with other parameters, as the generation of that number."""
    derive_library(SHIPPED, folder, parameters, [])
    (folder / "library.toml").write_text(f"generation = {generation}\n")
    return folder


def with_examples(folder: Path, *chosen: str) -> Path:
    """
    The shipped library with some of the example policies, and the plans that these decide alone.

    The shipped plans keep the shipped policy. The one big table is linked.
    """
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("icd10cm.csv"))
    (folder / _BIG).symlink_to(SHIPPED / _BIG)
    for plan in sorted((folder / "plans").iterdir()):
        plan.write_text(f'policies = ["{SHIPPED_POLICY}"]\n{plan.read_text()}')
    for name in chosen:
        shutil.copytree(EXAMPLES / "policies" / name, folder / "policies" / name)
    held = {SHIPPED_POLICY, *chosen}
    for plan in sorted((EXAMPLES / "plans").iterdir()):
        if held.issuperset(tomllib.loads(plan.read_text())["policies"]):
            shutil.copyfile(plan, folder / "plans" / plan.name)
            _let_write(plan.stem, folder / "letters" / "senders.csv")
    return folder


def _let_write(plan: str, senders: Path) -> None:
    """A plan that is added needs somebody who writes its letters."""
    rows = senders.read_text().splitlines()
    like = next(row for row in rows if row.startswith("sample-commercial,"))
    added = like.replace("sample-commercial", plan, 1)
    senders.write_text("\n".join([*rows, added]) + "\n")
