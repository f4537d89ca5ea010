"""The project's own files, for tests that read code and documents instead of running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


def modules_of(*packages: str) -> list[Path]:
    """Every Python file of the packages, relative to the project."""
    return sorted(path for package in packages for path in _modules_below(package))


@cache
def _modules_below(package: str) -> tuple[Path, ...]:
    return tuple(path.relative_to(ROOT) for path in (ROOT / package).rglob("*.py"))


def text_of(path: str | Path) -> str:
    """What a file of the project says."""
    return (ROOT / path).read_text("utf-8")


@cache
def tree_of(path: str | Path) -> ast.Module:
    """A Python file of the project, parsed once for all who only look at it."""
    return ast.parse(text_of(path))


def imports_of(path: str | Path) -> Iterator[str]:
    """The names of all modules that a file imports, in full."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
