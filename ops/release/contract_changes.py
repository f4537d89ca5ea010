"""
Holds the contract's schemas against those of the last release, and keeps them at a release.

`python -m ops.release.contract_changes` says what breaks a producer or a consumer; with `keep` it
puts the present schemas in the place of the last release's, which is a step of each release
(docs/releasing.md). Of an event in, everything that was accepted must still be; of what is written,
everything that may be written now must have been possible before.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ops.release.restrictions import Kind, Restriction, property_paths, restrictions
from worker.contract.catalog import SCHEMAS, file_name, packaged
from worker.events.types import EVENT_TYPES

KEPT: Final = Path(__file__).parent / "contract"
"""The schemas of the last release."""

Schemas = Mapping[str, Mapping[str, Any]]

_TO_PRODUCERS: Final[Mapping[Kind, str]] = {
    "type": "{path}: {what} is no longer accepted; producers that send it are refused",
    "value": "{path}: {what} is no longer accepted; producers that send it are refused",
    "required": "{path} is required now; producers that leave it out are refused",
    "bound": "{path}: {what} is narrower now; producers that go beyond it are refused",
    "form": "{path}: `{what}` is another; nothing shows that what was accepted still is",
    "gone": "{path} is no longer read; what producers say in it is lost",
}
_TO_CONSUMERS: Final[Mapping[Kind, str]] = {
    "type": "{path} may be {what} now; consumers do not expect it",
    "value": "{path} may be {what} now; consumers know only the values before it",
    "required": "{path} may be missing now; consumers rely on it",
    "bound": "{path}: {what} is wider now; consumers may not hold more",
    "form": "{path}: `{what}` is another; nothing shows that consumers can read what is written",
    "gone": "{path} is no longer written; consumers may read it",
}


_SERVICES = "may be any other value now; consumers know only the values before it."
DECLARED: Mapping[str, str] = {
    **dict.fromkeys(
        (
            f"output.library-diff: classes[].before.service {_SERVICES}",
            f"output.library-diff: classes[].after.service {_SERVICES}",
            f"output.pends: service {_SERVICES}",
            f"output.whatif: sweep[].by_outcome[].service {_SERVICES}",
            f"output.whatif: sweep[].by_reason[].service {_SERVICES}",
            f"output.whatif: sweep[].balance[].service {_SERVICES}",
            f"output.whatif: sweep[].examples[].service {_SERVICES}",
        ),
        "policies name their own services; of 6.01.03 they are mrs, pet and other as before",
    ),
    **dict.fromkeys(
        (
            f"output.whatif: {trial}lines.{service} is no longer written; consumers may read it."
            for trial in ("", "sweep[].")
            for service in ("mrs", "pet", "other")
        ),
        "a key for each service of the policies; of 6.01.03 alone they are these as before",
    ),
    "output.whatif: sweep may be missing now; consumers rely on it.": (
        "nothing else changed: the comparison no longer pairs the two forms of the output"
    ),
}
"""Breaks since the last release that were meant, each with why; `CHANGELOG.md` tells them too."""


def undeclared(before: Schemas, now: Schemas) -> list[str]:
    """The breaks that nobody has declared."""
    return [each for each in breaks(before, now) if each not in DECLARED]


def breaks(before: Schemas, now: Schemas) -> Iterator[str]:
    """Each change that breaks a producer or a consumer, in one sentence."""
    for name, was in before.items():
        if name not in now:
            yield f"{name}: the schema is gone; whoever uses it has nothing in its place."
            continue
        is_input = name in EVENT_TYPES
        wider, narrower = (was, now[name]) if is_input else (now[name], was)
        gone = sorted(property_paths(was) - property_paths(now[name]))
        found = [*restrictions(wider, narrower), *(Restriction("gone", path, "") for path in gone)]
        sentences = _TO_PRODUCERS if is_input else _TO_CONSUMERS
        for each in dict.fromkeys(found):
            if each.kind != "required" or each.path not in gone:
                yield f"{name}: {sentences[each.kind].format(**each._asdict())}."


def present() -> Schemas:
    """The schemas as they are packaged."""
    return {name: json.loads(packaged(name)) for name in SCHEMAS}


def kept(folder: Path = KEPT) -> Schemas:
    """The schemas of the last release."""
    return {
        path.stem: json.loads(path.read_text("ascii")) for path in sorted(folder.glob("*.json"))
    }


def keep(folder: Path = KEPT) -> None:
    """Puts the present schemas in the place of the last release's."""
    for path in folder.glob("*.json"):
        path.unlink()
    for name in SCHEMAS:
        (folder / file_name(name)).write_text(packaged(name), encoding="ascii")


if __name__ == "__main__":
    if sys.argv[1:] == ["keep"]:
        keep()
    elif said := list(breaks(kept(), present())):
        sys.exit("\n".join(said))
