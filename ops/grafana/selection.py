"""Narrows an expression to the installation that is chosen at the head of a page."""

from __future__ import annotations

import re
from typing import Final

INSTALLATION: Final = 'installation="$installation"'
JOB: Final = 'job="$job"'
POLICY: Final = 'policy=~"$policy"'
SERVICE: Final = 'service="$service"'
"""Where a metric has them: these are chosen on the page of what is decided alone."""

_METRIC: Final = re.compile(r"\b(mrs[_:][a-z0-9_:]+)(\{(?=\w)|\{\}|)")
_OF_EVERY_PROGRAM: Final = ("mrs_worker_", "mrs_build_info")
"""Workers are scraped by a job of their own, so only the installation narrows these."""


def of_one_installation(expr: str) -> str:
    """
    The expression with both labels in each selector of a metric of ours.

    A series without one of the labels belongs to the installation whose label is empty.
    """
    return _METRIC.sub(_narrowed, expr)


def _narrowed(found: re.Match[str]) -> str:
    name, opening = found[1], found[2]
    chosen = INSTALLATION if name.startswith(_OF_EVERY_PROGRAM) else f"{JOB}, {INSTALLATION}"
    return f"{name}{{{chosen}, " if opening == "{" else f"{name}{{{chosen}}}"
