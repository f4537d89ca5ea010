"""
Fails unless the tests reached what is promised: all of `rules/`, nine tenths of the others.

Counted are lines and branches together, as exact fractions: nothing is rounded up.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from coverage import Coverage

PROMISED = {
    "rules": Fraction(1),
    "worker": Fraction(9, 10),
    "doors": Fraction(9, 10),
    "console": Fraction(9, 10),
}


def reached(report: Mapping[str, Any], package: str) -> Fraction:
    """The share of a package's lines and branches that ran; of a package without any, none."""
    ran = there = 0
    for path, file in report["files"].items():
        if Path(path).parts[0] == package:
            counts = file["summary"]
            ran += counts["covered_lines"] + counts["covered_branches"]
            there += counts["num_statements"] + counts["num_branches"]
    return Fraction(ran, there) if there else Fraction(0)


def missed(report: Mapping[str, Any], package: str) -> list[str]:
    """Where lines and branches did not run, a line a file."""
    lines = []
    for path, file in report["files"].items():
        places = [str(line) for line in file["missing_lines"]]
        places += [f"{start}->{end}" for start, end in file["missing_branches"]]
        if places and Path(path).parts[0] == package:
            lines.append(f"  {path}: {', '.join(places)}")
    return lines


def main() -> int:
    """Reads what `coverage run` left behind."""
    report = _report()
    failed = False
    for package, promised in PROMISED.items():
        share = reached(report, package)
        kept = share >= promised
        failed |= not kept
        print(
            f"{package}: {float(share):.2%} of lines and branches ran, "
            f"{float(promised):.0%} are promised{'' if kept else ': FAILED'}"
        )
        if not kept:
            print("\n".join(missed(report, package)))
    return int(failed)


def _report() -> Mapping[str, Any]:
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(file))
        report: Mapping[str, Any] = json.loads(file.read_text())
    return report


if __name__ == "__main__":
    sys.exit(main())
