"""Which form of the deciding code runs: compiled, as in the image, or pure Python."""

from __future__ import annotations

from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from typing import Final, Literal

RulesForm = Literal["compiled", "pure Python"]

_ONE_OF_THE_COMPILED: Final = "rules.judge"


@cache
def rules_form() -> RulesForm:
    """Which form of `rules/` a wheel of this installation brought; they decide the same."""
    spec = find_spec(_ONE_OF_THE_COMPILED)
    origin = spec.origin if spec is not None else None
    is_compiled = origin is not None and origin.endswith(tuple(EXTENSION_SUFFIXES))
    return "compiled" if is_compiled else "pure Python"
