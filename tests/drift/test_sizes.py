"""Modules and functions stay small enough to be read at one go, and are named for what they do."""

from __future__ import annotations

import ast

import pytest

from tests.support.sources import modules_of, text_of, tree_of

MODULE_LINES_MAX = 300
FUNCTION_LINES_MAX = 40
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}

MODULES = modules_of("rules", "worker", "ops", "docs")


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_has_fewer_than_300_lines(path):
    lines = len(text_of(path).splitlines())

    assert lines < MODULE_LINES_MAX


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_function_has_fewer_than_40_lines(path):
    too_long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 >= FUNCTION_LINES_MAX
    ]

    assert [] == too_long


@pytest.mark.parametrize("path", [path for path in MODULES if text_of(path)], ids=str)
def test_a_module_opens_with_one_sentence_on_what_it_is_for(path):
    said = (ast.get_docstring(tree_of(path)) or "").split("\n\n")[0]

    assert said
    assert said[-1] in ".:"


@pytest.mark.parametrize("path", modules_of("rules", "worker", "ops", "tests"), ids=str)
def test_no_module_has_a_name_that_says_nothing(path):
    assert path.stem not in EMPTY_NAMES
