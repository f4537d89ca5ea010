"""Libraries that differ from the shipped one in what a test says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rules.library_model import Library
from rules.loading.files import SHIPPED, derive_library
from rules.policy_version import PolicyVersion


def with_versions(library: Library, versions: Iterable[PolicyVersion], **fields: Any) -> Library:
    """A library of one policy with other versions, and fields set otherwise."""
    (policy,) = library.policies
    return replace(library, policies=(replace(policy, versions=tuple(versions)),), **fields)


def other_library(folder: Path, parameters: Mapping[str, object], *, generation: int = 1) -> Path:
    """The shipped library with other parameters, as the generation of that number."""
    derive_library(SHIPPED, folder, parameters, [])
    (folder / "library.toml").write_text(f"generation = {generation}\n")
    return folder
