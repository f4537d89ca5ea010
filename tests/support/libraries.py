"""Libraries that differ from the shipped one in what a test says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rules.loading.files import SHIPPED, derive_library


def other_library(folder: Path, parameters: Mapping[str, object], *, generation: int = 1) -> Path:
    """The shipped library with other parameters, as the generation of that number."""
    derive_library(SHIPPED, folder, parameters, [])
    (folder / "library.toml").write_text(f"generation = {generation}\n")
    return folder
