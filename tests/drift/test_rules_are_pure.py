"""
`rules/` is a function of its arguments.

The import contracts list what it may not import, and that list is long; here is the short one.
"""

from __future__ import annotations

import ast

import pytest

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

MODULES = modules_of("rules")


def _reads_the_library(path):
    return path.parent.name == "loading" or path.stem == "library_check"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_of_rules_imports_only_what_is_pure(path):
    allowed = PURE | (FOR_READING_THE_LIBRARY if _reads_the_library(path) else set())

    others = {name for name in imports_of(path) if name.partition(".")[0] != "rules"}

    assert set() == others - allowed


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_of_rules_calls_nothing_that_reaches_outside(path):
    forbidden = IMPURE_BUILTINS | (set() if _reads_the_library(path) else {"open"})

    called = {
        node.func.id
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }

    assert set() == called & forbidden
