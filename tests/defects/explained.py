"""Mutants that live, each with why no test can or should notice it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

SURVIVORS = Path(__file__).parent / "survivors.toml"


@cache
def explained() -> dict[str, str]:
    """Name of a mutant -> why it lives."""
    entries = tomllib.loads(SURVIVORS.read_text("utf-8")).get("survivor", [])
    return {entry["mutant"]: " ".join(entry["why"].split()) for entry in entries}
