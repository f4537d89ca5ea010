"""
Asks a service for known faults of what lock files name; exits 1 unless each was looked up and fine.

    python -m tests.security.advisories PIP_AUDIT SERVICE locks/runtime.txt locks/build.txt

PIP_AUDIT is that program, in an environment of its own; this runs in the one that is asked about.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from tests.security.licences import PINNED

_WORDS_MAX = 160
_NAMES_MAX = 3


def wanted(locks: Sequence[str]) -> set[str]:
    """Packages of lock files, but for those that are for another system or another Python."""
    named = (name for lock in locks for name in PINNED.findall(Path(lock).read_text("utf-8")))
    return {_plain(name) for name in named if _is_installed(name)}


def main(program: str, service: str, locks: Sequence[str]) -> int:
    """Prints what was found, or in one line what could not be looked up."""
    files = [word for lock in locks for word in ("--requirement", lock)]
    said = subprocess.run(
        [
            *(program, "--vulnerability-service", service, "--strict", "--format", "json"),
            *("--progress-spinner", "off", "--disable-pip", "--require-hashes", *files),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    answers = _answers(said.stdout)
    missing = sorted(wanted(locks) - set(answers))
    faults = [(name, fault) for name, each in answers.items() for fault in each["vulns"]]
    for name, fault in faults:
        fixed = ", ".join(fault["fix_versions"]) or "no version"
        print(f"FAULTY {name} {answers[name]['version']}: {fault['id']}, mended in {fixed}")
    if missing:
        why = (said.stderr.strip().splitlines() or ["no reason given"])[-1]
        named = ", ".join(missing[:_NAMES_MAX]) + (", ..." if missing[_NAMES_MAX:] else "")
        print(
            f"NOT LOOKED UP at {service}: known faults of {len(missing)} packages "
            f"({named}): {why[:_WORDS_MAX]}"
        )
    elif not faults and not said.returncode:
        print(f"ok      {len(answers)} packages looked up at {service}: no known fault")
        return 0
    return 1


def _answers(text: str) -> dict[str, Any]:
    """Package -> what the service says of it; those that were left out are not in it."""
    try:
        found = json.loads(text)["dependencies"]
    except (ValueError, LookupError, TypeError):
        return {}
    return {_plain(each["name"]): each for each in found if "vulns" in each}


def _plain(name: str) -> str:
    """A package's name in the one spelling that stands for all."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_installed(name: str) -> bool:
    try:
        return distribution(name) is not None
    except PackageNotFoundError:
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
