"""How many seeds each fault is tried with: few in CI, more on demand."""

from __future__ import annotations

import os
from typing import Final

TIMES: Final = "MRS_TESTS_FAULTS"
"""Environment variable: so many times the runs of the short form."""


def seeds(runs: int) -> range:
    """The seeds of a fault of which the short form has so many runs."""
    return range(runs * int(os.environ.get(TIMES, "1")))
