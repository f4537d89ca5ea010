"""Identifies the program that decides, so that a later derivation can tell if it is the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from worker.determinations.rules_form import rules_form

WITHOUT_SOURCES: Final = "unknown"
"""Used as the digest where the code of `rules/` is installed without its sources."""

_DISTRIBUTION: Final = "mrs-adjudicator"
_COMPILED: Final = ".compiled"


@cache
def program() -> str:
    """
    Version of the program and digest of the code of `rules/` (`policy.program`).

    It ends in `.compiled` where a compiled form of that code runs.
    """
    try:
        number = version(_DISTRIBUTION)
    except PackageNotFoundError:
        number = "0"  # run from source, never installed
    form = _COMPILED if rules_form() == "compiled" else ""
    return f"{number}+{digest_of_code(files('rules'))}{form}"


def is_same_code(one: str | None, other: str | None) -> bool:
    """Whether two programs decide by the same code, compiled or not."""
    return _code(one) == _code(other)


def digest_of_code(folder: Traversable) -> str:
    """
    A digest of the name and bytes of every source file under a folder, in the order of the names.

    Names are relative to the folder, so the place of the installation makes no difference.
    """
    sources = sorted(_sources(folder, ""), key=lambda source: source[0])
    if not sources:
        return WITHOUT_SOURCES
    digest = sha256()
    for name, content in sources:
        for part in (name.encode(), content):
            digest.update(len(part).to_bytes(8))
            digest.update(part)
    return f"sha256:{digest.hexdigest()}"


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for each in folder.iterdir():
        if each.is_dir():
            yield from _sources(each, f"{path}{each.name}/")
        elif each.name.endswith(".py"):
            yield f"{path}{each.name}", each.read_bytes()


def _code(program: str | None) -> str | None:
    return None if program is None else program.removesuffix(_COMPILED)
