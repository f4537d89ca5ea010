"""Sees that the packages beside this one are the ones that Python finds under their names."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).resolve().parents[1]


def must_be_ours(*packages: str) -> None:
    """
    Checks which packages would be imported.

    Raises `ImportError` where another of the same name is found first, as in a program that has a
    package `worker` of its own.
    """
    for package in packages:
        spec = find_spec(package)
        found = None if spec is None or spec.origin is None else Path(spec.origin).resolve()
        if found != _HERE / package / "__init__.py":
            raise ImportError(
                f"mrs-adjudicator needs its package {package} in {_HERE}, and Python finds "
                f"{found or 'none'} first. Rename yours, or start the program from another folder.",
                name=package,
            )
