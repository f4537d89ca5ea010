"""The project's own files, for tests that read code and documents instead of running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def modules_of(*packages: str) -> list[Path]:
    """Every Python file of the packages, relative to the project."""
    return sorted(
        path.relative_to(ROOT) for package in packages for path in (ROOT / package).rglob("*.py")
    )


def text_of(path: str | Path) -> str:
    """What a file of the project says."""
    return (ROOT / path).read_text("utf-8")


def tree_of(path: str | Path) -> ast.Module:
    """A Python file of the project, parsed."""
    return ast.parse(text_of(path))


def imports_of(path: str | Path) -> Iterator[str]:
    """The names of all modules that a file imports, in full."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
