"""`make simulate`: many seeds, or one of them step by step."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import monotonic

from rules.loading.files import SHIPPED, load_library
from tests.model.simulation import Result, simulated

TOLD_EVERY = 100


def main() -> int:
    """Seeds from the first number up to the second; a single one is told turn by turn."""
    first, last = int(sys.argv[1]), int(sys.argv[-1])
    library = load_library(SHIPPED)
    wrong: list[Result] = []
    steps = crashes = cuts = 0
    began_at = monotonic()
    with tempfile.TemporaryDirectory(prefix="mrs-simulation-") as folder:
        for seed in range(first, last + 1):
            tell = print if first == last else (lambda _: None)
            result = simulated(seed, library, Path(folder), tell)
            steps += result.steps
            crashes += result.crashes
            cuts += result.cuts
            if result.wrong:
                wrong.append(result)
                print(f"seed {seed}: {result.wrong}")
            if (seed - first) % TOLD_EVERY == TOLD_EVERY - 1 or seed == last:
                seen = f"{seed - first + 1:,} seeds, {steps:,} steps, {crashes:,} deaths"
                took = f"{monotonic() - began_at:.0f} s"
                print(f"{seen}, {cuts:,} restarts, {len(wrong)} wrong, {took}", flush=True)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
