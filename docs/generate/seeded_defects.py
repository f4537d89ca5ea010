"""The list of seeded defects that an evidence pack shows, from `tests/defects/`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.defects.defect import Defect

_FOLDER: Final = Path(__file__).parents[2] / "tests" / "defects"
_LISTS: Final = ("rules_data.py", "denials.py", "example_*.py", "*_code.py")
"""The modules that are lists of defects; the others are tools."""


def seeded_defects() -> str:
    """Each defect with its place and with what must catch it."""
    listed = [
        {"name": one.name, "file": one.file, "by": one.by, "caught": one.caught}
        for pattern in _LISTS
        for file in sorted(_FOLDER.glob(pattern))
        for one in _defects_in(file)
    ]
    return json.dumps(listed, indent=1) + "\n"


def _defects_in(file: Path) -> Iterator[Defect]:
    for value in vars(import_module(f"tests.defects.{file.stem}")).values():
        if isinstance(value, tuple):
            yield from (one for one in value if isinstance(one, Defect))
