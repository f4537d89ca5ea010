"""
What is compiled asks for identity only of what keeps it.

The compiler unboxes tuples and numbers and boxes them anew, so that `is` between two of them is
false where pure Python says that it is true.
"""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

from tests.support.sources import ROOT, text_of, tree_of

KEEPS_IT = {
    "finding.answer is answer",  # a member of an enumeration
    "kept.exclusivity is not exclusivity",  # a finding or None: a named tuple stays an object
    "last is not claim",  # a claim
    "line.claim is not but",  # an object of a class
    "opened.member is not member",  # a named tuple
    # a policy and a walk are objects of classes
    "groups[-1][0] is not own",
    "line.policy is not policy",
    "line.policy is self._policy",
    "policy is known.library.policies[0]",
    "self.lines[0].policy is diagnoses.policy",
    "view.policy is not line.policy",
}


def test_only_none_members_of_enumerations_and_objects_are_compared_by_identity() -> None:
    actual = {
        f"{path}: {asked}"
        for path in _compiled()
        for asked in _identities(tree_of(path))
        if asked not in KEEPS_IT
    }

    assert set() == actual


def test_each_exception_is_still_asked_for() -> None:
    asked = {asked for path in _compiled() for asked in _identities(tree_of(path))}

    assert KEEPS_IT == asked


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("needs is MOOT", ["needs is MOOT"], id="a constant"),
        pytest.param("a is not b.moot", ["a is not b.moot"], id="an attribute"),
        pytest.param("a == b", [], id="equality"),
        pytest.param("a is not None", [], id="None"),
        pytest.param("a.answer is Truth.NOT_MET", [], id="a member of an enumeration"),
    ],
)
def test_an_identity_is_found(code: str, expected: list[str]) -> None:
    assert expected == list(_identities(ast.parse(code)))


def _compiled() -> list[Path]:
    """The modules that `make wheel` compiles."""
    build = tomllib.loads(text_of("pyproject.toml"))["tool"]["hatch"]["build"]
    hook = build["targets"]["wheel"]["hooks"]["custom"]
    found = {path.relative_to(ROOT) for each in hook["compiled"] for path in ROOT.glob(each)}
    return sorted(found - {Path(path) for path in hook["interpreted"]})


def _identities(tree: ast.Module) -> list[str]:
    """Comparisons by identity with anything but None and a member of an enumeration."""
    return [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and isinstance(node.ops[0], ast.Is | ast.IsNot)
        and not _keeps_identity(node.comparators[-1])
    ]


def _keeps_identity(compared: ast.expr) -> bool:
    if isinstance(compared, ast.Attribute):
        return isinstance(compared.value, ast.Name) and compared.attr.isupper()
    return isinstance(compared, ast.Constant) and compared.value is None
