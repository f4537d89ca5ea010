"""Small changes of a module, one at a time, such as a slip of the pen would make."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from tests.support.sources import ROOT

CRITERIA = sorted(
    str(path.relative_to(ROOT))
    for path in (
        *(ROOT / "rules/criteria").glob("*.py"),
        ROOT / "rules/exclusivity/rivals.py",
        ROOT / "rules/exclusivity/same_question.py",
        ROOT / "rules/exclusivity/strength.py",
        ROOT / "rules/history/reviews.py",
        ROOT / "rules/history/treatments.py",
        ROOT / "rules/hindsight.py",
    )
)
"""The modules with the criteria, and with what the criteria and the reviews lean on."""

_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_SWAPPED = {"any": "all", "all": "any", "min": "max", "max": "min", "sorted": "list"}


class Mutant(NamedTuple):
    """One change of one place."""

    file: str
    """Path inside the project."""
    function: str
    """Where it is; empty: outside of any function."""
    old: str
    new: str
    source: str
    """The whole module with the change."""

    @property
    def name(self) -> str:
        """What names it, however many lines stand above it."""
        return f"{Path(self.file).stem}.{self.function}: {self.old} -> {self.new}"


class _Text:
    """The text of a module, in which the places of nodes are found: they count bytes of lines."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._starts = [0, *accumulate(map(len, raw.splitlines(keepends=True)))]

    def of(self, node: ast.expr) -> str:
        """The node's own text."""
        start, end = self._span(node)
        return self.raw[start:end].decode()

    def with_other(self, node: ast.expr, new: str) -> str:
        """The module with the node's own text replaced."""
        start, end = self._span(node)
        return (self.raw[:start] + f"({new})".encode() + self.raw[end:]).decode()

    def _span(self, node: ast.expr) -> tuple[int, int]:
        assert node.end_lineno is not None  # the parser sets it
        assert node.end_col_offset is not None
        return (
            self._starts[node.lineno - 1] + node.col_offset,
            self._starts[node.end_lineno - 1] + node.end_col_offset,
        )


def mutants_of(root: Path, file: str) -> Iterator[Mutant]:
    """Every change of a module, in the order of its places."""
    text = _Text((root / file).read_bytes())
    tree = ast.parse(text.raw)
    left_alone = set(_words_and_types(tree))
    conditions = set(_conditions(tree))
    for function, node in _places(tree, ""):
        if node in left_alone:
            continue
        old = text.of(node)
        turned = [ast.UnaryOp(ast.Not(), node)] if node in conditions else []
        for changed in (*turned, *_changes(node)):
            new = ast.unparse(ast.fix_missing_locations(changed))
            if new != old:
                yield Mutant(file, function, _on_one_line(old), new, text.with_other(node, new))


def _places(node: ast.AST, function: str) -> Iterator[tuple[str, ast.expr]]:
    for child in ast.iter_child_nodes(node):
        inner = function
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inner = f"{function}.{child.name}" if function else child.name
        if isinstance(child, ast.expr):
            yield function, child
        yield from _places(child, inner)


def _words_and_types(tree: ast.AST) -> Iterator[ast.AST]:
    """What no rule depends on: docstrings, the words of an f-string, and annotations."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        for field in ("annotation", "returns"):
            annotation = getattr(node, field, None)
            if annotation is not None:
                yield from ast.walk(annotation)
        if isinstance(node, ast.JoinedStr):
            yield from ast.walk(node)


def _conditions(tree: ast.AST) -> Iterator[ast.expr]:
    """What is asked by a name or a call alone, so that nothing in it can be turned."""
    for node in ast.walk(tree):
        tests = [node.test] if isinstance(node, ast.If | ast.IfExp) else []
        tests += node.ifs if isinstance(node, ast.comprehension) else []
        yield from (test for test in tests if isinstance(test, ast.Name | ast.Attribute | ast.Call))


def _changes(node: ast.expr) -> Iterator[ast.expr]:
    """What can be done to an expression itself."""
    if isinstance(node, ast.Compare):
        yield from _turned(node)
    elif isinstance(node, ast.BoolOp):
        yield from _other_words(node)
    elif isinstance(node, ast.Constant):
        yield from _other_constants(node)
    else:
        yield from _other_operations(node)


def _turned(node: ast.Compare) -> Iterator[ast.expr]:
    for at, operator in enumerate(node.ops):
        turned = [*node.ops[:at], _TURNED[type(operator)](), *node.ops[at + 1 :]]
        yield ast.Compare(node.left, turned, node.comparators)


def _other_words(node: ast.BoolOp) -> Iterator[ast.expr]:
    """And for or, or one of the conditions left out."""
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for at in range(len(node.values)):
        others = [*node.values[:at], *node.values[at + 1 :]]
        yield others[0] if len(others) == 1 else ast.BoolOp(node.op, others)


def _other_constants(node: ast.Constant) -> Iterator[ast.expr]:
    match node.value:
        case bool() as value:
            yield ast.Constant(not value)
        case int() as value:
            yield ast.Constant(value + 1)
        case str() as value if value and " " not in value:
            yield ast.Constant(f"not_{value}")


def _other_operations(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield ast.BinOp(left, ast.Sub(), right)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            yield ast.BinOp(left, ast.Add(), right)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in _SWAPPED:
            swapped = _SWAPPED[name]
            yield ast.Call(ast.Name(swapped), args, [] if swapped == "list" else keywords)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
