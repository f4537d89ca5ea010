"""Modules and functions stay small enough to be read at one go, and are named for what they do."""

from __future__ import annotations

import ast

from tests.support.sources import modules_of, text_of, tree_of

MODULE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}

MODULES = modules_of("console", "doors", "mrs_adjudicator", "rules", "worker", "ops", "docs")


def test_every_module_has_fewer_than_300_lines():
    lengths = {path: len(text_of(path).splitlines()) for path in MODULES}

    assert {} == {str(path): n for path, n in lengths.items() if n >= MODULE_LINES_MAX}


def test_every_function_has_fewer_than_40_lines():
    assert [] == [
        f"{path}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in MODULES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 >= FUNCTION_LINES_MAX
    ]


def test_every_module_opens_with_one_sentence_on_what_it_is_for():
    openings = {
        path: (ast.get_docstring(tree_of(path)) or "").split("\n\n")[0]
        for path in MODULES
        if text_of(path)
    }

    assert [] == [str(path) for path, said in openings.items() if said[-1:] not in {".", ":"}]


def test_no_module_has_a_name_that_says_nothing():
    modules = modules_of("console", "doors", "rules", "worker", "ops", "tests")

    assert [] == [str(path) for path in modules if path.stem in EMPTY_NAMES]
