"""Whatever the tally can count is counted somewhere."""

from __future__ import annotations

import ast

from tests.support.sources import modules_of, tree_of
from worker.metrics.counters import Tally

COUNTERS = "worker/metrics/counters.py"


def test_each_method_of_the_tally_is_called():
    called = {
        node.func.attr
        for path in modules_of("worker")
        if str(path) != COUNTERS
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }

    assert set() == {name for name in vars(Tally) if not name.startswith("_")} - called
