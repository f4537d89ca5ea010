"""A line that is logged with a key that may not be written would say `[redacted]` for ever."""

from __future__ import annotations

import ast

from tests.support.sources import modules_of, tree_of
from worker.logs.redaction import ALLOWED

CALLS = {"debug", "info", "warning", "error", "critical", "exception", "bind", "bind_contextvars"}
NOT_KEYS = {"exc_info"}


def test_every_key_that_is_logged_may_be_written():
    assert [] == [
        f"{place}: {keyword.arg}"
        for place, call in _calls()
        for keyword in call.keywords
        if keyword.arg not in ALLOWED | NOT_KEYS | {None}
    ]


def test_no_value_is_put_into_what_is_logged_but_stands_under_a_key():
    assert [] == [
        f"{place}: {ast.unparse(call)}"
        for place, call in _calls()
        if "log" in ast.unparse(call.func) and any(map(_is_put_together, call.args))
    ]


def _calls():
    """Every call that may write to a log, and where it is."""
    for path in modules_of("worker"):
        for node in ast.walk(tree_of(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in CALLS
            ):
                yield f"{path}:{node.lineno}", node


def _is_put_together(argument):
    return isinstance(argument, ast.JoinedStr | ast.BinOp) or ".format(" in ast.unparse(argument)
