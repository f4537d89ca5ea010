"""
The modules of the tests that failed, to be run once more with nothing beside them.

A busy machine can make a test fail that waits for real processes. Such a test is a fault to be
found, and its name is printed; if its module passes alone, it stops nobody else's change. This is
for a few modules, and never for tests that start no process: those give the same answer each time.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

LAST_FAILED = Path(".pytest_cache/v/cache/lastfailed")
MODULES_MAX = 4
ALWAYS_THE_SAME = ("tests/docs/", "tests/drift/", "tests/rules/", "tests/scenarios/")


class NoSecondRun(Exception):
    """These failures stand; the message says why."""


def modules_again(failed: Iterable[str]) -> list[str]:
    """
    The modules to run again, in order; `failed` are ids of tests.

    `NoSecondRun`: nothing failed, too much did, or something that is the same each time.
    """
    modules = sorted({test.partition("::")[0] for test in failed})
    if not modules:
        raise NoSecondRun("No test failed, so there is none to run again.")
    if len(modules) > MODULES_MAX:
        raise NoSecondRun(f"Tests of {len(modules)} modules failed: that is no busy machine.")
    if same := [module for module in modules if module.startswith(ALWAYS_THE_SAME)]:
        raise NoSecondRun(f"Tests that start no process failed: {', '.join(same)}.")
    return modules


def main() -> int:
    """Prints the modules, and to standard error what failed; 1 if there is to be no second run."""
    failed = json.loads(LAST_FAILED.read_text()) if LAST_FAILED.exists() else {}
    try:
        print(*modules_again(failed))
    except NoSecondRun as refused:
        print(refused, file=sys.stderr)
        return 1
    print("Failed once, and to be looked at:", *failed, sep="\n  ", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
