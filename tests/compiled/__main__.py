"""Runs the tests of the rules on the compiled wheel, and compares it with pure Python.

    python -m tests.compiled dist

The wheel is unpacked before the sources on the path. Generated plans are decided by both, and what
comes out must be the same bytes but for the form that `policy.program` names.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from tests.support.sources import ROOT

SEEDS = ("1", "7", "31")
EVENTS = 4_000
TESTS = (
    *("tests/rules/criteria", "tests/rules/exclusivity", "tests/rules/history"),
    *("tests/rules/member", "tests/scenarios/test_decide.py", "tests/scenarios/test_day.py"),
    *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/rules/test_*.py")),
)
"""What decides. Loading, the proof and the policy's text are not compiled."""


def main() -> int:
    """Says what differs; 1 if anything does, or if the wheel is not compiled."""
    (wheel,) = Path(sys.argv[1]).glob("*.whl")
    with tempfile.TemporaryDirectory(prefix="compiled-") as folder:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder)
        if "compiled" not in _run(Path(folder), "--version").decode():
            print(f"The rules in {wheel.name} are not compiled.")
            return 1
        failed = [seed for seed in SEEDS if not _is_same(seed, Path(folder))]
        return 1 if failed else _tests(Path(folder))


def _is_same(seed: str, compiled: Path) -> bool:
    plan = compiled / f"plan-{seed}.jsonl"
    words = ("-m", "worker.bench.plan", "--seed", seed, "--events", str(EVENTS))
    with plan.open("wb") as file:
        subprocess.run([sys.executable, *words], cwd=ROOT, stdout=file, check=True)
    one, other = (_run(form, "decide", str(plan)) for form in (ROOT, compiled))
    same = one == other.replace(b'.compiled"', b'"')
    lines = len(one.splitlines())
    print(f"plan {seed}: {lines} lines, {'the same' if same else 'NOT THE SAME'}", flush=True)
    return same and lines > EVENTS // 10


def _run(code: Path, *words: str) -> bytes:
    """What the command prints, with the code of a folder."""
    environment = {**os.environ, "PYTHONPATH": str(code)}
    done = subprocess.run(
        [sys.executable, "-m", "worker.cli", *words],
        cwd=code,
        env=environment,
        capture_output=True,
        check=False,
    )
    return done.stdout


def _tests(compiled: Path) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-o", f"pythonpath={compiled}", *TESTS],
        cwd=ROOT,
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
