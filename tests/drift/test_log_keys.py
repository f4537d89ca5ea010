"""A line that is logged with a key that may not be written would say `[redacted]` for ever."""

from __future__ import annotations

import ast

import pytest

from tests.support.sources import modules_of, tree_of
from worker.logs.redaction import ALLOWED

CALLS = {"debug", "info", "warning", "error", "critical", "exception", "bind", "bind_contextvars"}
NOT_KEYS = {"exc_info"}


@pytest.mark.parametrize("path", modules_of("worker"), ids=str)
def test_every_key_that_is_logged_may_be_written(path):
    keys = {
        keyword.arg
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CALLS
        for keyword in node.keywords
    }

    assert set() == keys - ALLOWED - NOT_KEYS - {None}


@pytest.mark.parametrize("path", modules_of("worker"), ids=str)
def test_no_value_is_put_into_what_is_logged_but_stands_under_a_key(path):
    put_together = [
        ast.unparse(node)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CALLS
        and "log" in ast.unparse(node.func.value)
        and any(_is_put_together(argument) for argument in node.args)
    ]

    assert [] == put_together


def _is_put_together(argument):
    return isinstance(argument, ast.JoinedStr | ast.BinOp) or ".format(" in ast.unparse(argument)
