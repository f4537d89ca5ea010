"""`make simulate`: many seeds, or one of them step by step."""

from __future__ import annotations

import gc
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import monotonic

from rules.loading.files import SHIPPED, load_library
from tests.model.simulation import Result, simulated

TOLD_EVERY = 100
COUNTED = {
    "steps": "steps",
    "crashes": "deaths",
    "cuts": "restarts",
    "refused": "refused as Redis was full",
    "memory": "times out of memory",
    "set_aside": "set aside",
}
"""What is added up of all seeds, in words."""


def main() -> int:
    """Seeds from the first number up to the second; a single one is told turn by turn."""
    first, last = int(sys.argv[1]), int(sys.argv[-1])
    library = load_library(SHIPPED)
    gc.freeze()
    wrong: list[Result] = []
    seen: Counter[str] = Counter()
    began_at = monotonic()
    with tempfile.TemporaryDirectory(prefix="mrs-simulation-") as folder:
        for seed in range(first, last + 1):
            tell = print if first == last else (lambda _: None)
            result = simulated(seed, library, Path(folder), tell)
            seen.update({name: getattr(result, name) for name in COUNTED})
            if result.wrong:
                wrong.append(result)
                print(f"seed {seed}: {result.wrong}")
            if (seed - first) % TOLD_EVERY == TOLD_EVERY - 1 or seed == last:
                counts = ", ".join(f"{seen[name]:,} {words}" for name, words in COUNTED.items())
                took = f"{monotonic() - began_at:.0f} s"
                print(
                    f"{seed - first + 1:,} seeds, {counts}, {len(wrong)} wrong, {took}", flush=True
                )
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
