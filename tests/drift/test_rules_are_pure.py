"""
`rules/` is a function of its arguments.

The import contracts list what it may not import, and that list is long; here is the short one.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tests.support.sources import imports_of, modules_of, tree_of

PURE = {
    "__future__",
    "bisect",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "functools",
    "hashlib",
    "heapq",
    "itertools",
    "json",
    "math",
    "operator",
    "pydantic",
    "pydantic_core",
    "re",
    "types",
    "typing",
    "unicodedata",
}
FOR_READING_THE_LIBRARY = {"csv", "io", "pathlib", "shutil", "tomllib"}
IMPURE_BUILTINS = {"__import__", "breakpoint", "eval", "exec", "globals", "input", "print"}

READS_THE_LIBRARY = {Path("rules/loading"), Path("rules/proof/library_check.py")}
"""A folder and a file: what is there opens files, or names them."""


def test_modules_of_rules_import_only_what_is_pure():
    assert [] == [
        f"{path} imports {name}"
        for path in modules_of("rules")
        for name in sorted(set(imports_of(path)))
        if name.partition(".")[0] != "rules" and name not in _allowed(path)
    ]


def test_modules_of_rules_call_nothing_that_reaches_outside():
    assert [] == [
        f"{path}:{node.lineno} calls {node.func.id}"
        for path in modules_of("rules")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in IMPURE_BUILTINS or (node.func.id == "open" and not _reads(path))
    ]


def _allowed(path: Path) -> set[str]:
    return PURE | FOR_READING_THE_LIBRARY if _reads(path) else PURE


def _reads(path: Path) -> bool:
    return not READS_THE_LIBRARY.isdisjoint((path, *path.parents))
