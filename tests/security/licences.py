"""
Says under which licence each package of a lock file is, and exits 1 if one is not on the list.

    python tests/security/licences.py locks/runtime.txt

It reads what is installed in the environment that runs it.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ALLOWED = re.compile(
    r"MIT|BSD|0BSD|Apache|PSF|Python Software Foundation|ISC|MPL|Mozilla Public|Unlicense|LGPL",
    re.IGNORECASE,
)
"""Licences under which we may pass a package on with ours (Apache-2.0), as they are named."""

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
"""A package's line in a lock file."""

_WORDS_MAX = 60


def licence_of(package: Distribution) -> str:
    """As the package itself says it: the expression, else its classifiers, else a short text."""
    said = package.metadata
    expression = said.get("License-Expression")
    if expression:
        return str(expression)
    named = [each for each in said.get_all("Classifier", []) if each.startswith("License ::")]
    if named:
        return ", ".join(each.rpartition(" :: ")[2] for each in named)
    return str(said.get("License") or "not said").partition("\n")[0][:_WORDS_MAX]


def main(locks: list[str]) -> int:
    """Prints the table."""
    refused = 0
    for lock in locks:
        for name in PINNED.findall(Path(lock).read_text("utf-8")):
            try:
                licence = licence_of(distribution(name))
            except PackageNotFoundError:
                continue  # for another system or another Python
            is_fine = ALLOWED.search(licence) is not None
            refused += not is_fine
            print(f"{'ok     ' if is_fine else 'REFUSED'} {name:24} {licence}")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
