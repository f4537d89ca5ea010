"""One word, one thing: a class name is found in one place, and exceptions form one tree."""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from importlib import import_module

from tests.support.sources import modules_of, tree_of
from worker import failures
from worker.failures import AdjudicatorError

MODULES = modules_of("console", "doors", "mrs_adjudicator", "rules", "worker")


def public_classes() -> dict[str, list[str]]:
    """Each public class or type alias with the modules that define it."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in MODULES:
        for node in tree_of(path).body:
            names = [node.name] if isinstance(node, ast.ClassDef) else []
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                is_type_variable = "TypeVar(" in ast.unparse(node.value)
                names = [] if name.upper() == name or is_type_variable else [name]
            for name in names:
                if name[0].isupper():
                    places[name].append(str(path))
    return places


def test_no_public_class_name_is_defined_twice():
    assert {} == {name: at for name, at in public_classes().items() if len(at) > 1}


def test_no_module_is_named_for_an_activity():
    nouns = {"coding", "imaging", "loading", "reading", "routing", "setting", "wording"}

    gerunds = [str(path) for path in MODULES if re.search(r"ing$", path.stem)]

    assert [] == [
        path for path in gerunds if not any(noun in path.split("/")[-1] for noun in nouns)
    ]


def test_the_tree_of_exceptions_is_whole():
    raised = {
        member
        for path in modules_of("worker")
        for member in vars(import_module(".".join(path.with_suffix("").parts))).values()
        if inspect.isclass(member)
        and issubclass(member, Exception)
        and member.__module__.startswith("worker.")
        and not member.__name__.startswith("_")
        # click's own way to end a command
        and member.__name__ not in {"CommandFailed", "CommandStopped"}
    }

    drawn = set(re.findall(r"\b[A-Z]\w+", str(failures.__doc__).split("\n\nA retryable")[0]))

    assert [] == sorted(each.__name__ for each in raised if not issubclass(each, AdjudicatorError))
    assert set() == {each.__name__ for each in raised} - drawn
