"""
Moves the fragments of `changelog.d/` into the changelog, as the notes of a release.

`python -m ops.release.notes 0.3.0 2027-01-15` does it; `changelog.d/README.md` has the convention.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[2]
KINDS: Final = ("added", "changed", "fixed", "removed", "security")
"""In the order in which they stand in the notes."""

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.(?P<kind>[a-z]+)\.md")


class FragmentRefused(ValueError):
    """A file in `changelog.d/` is no fragment; the message names it and says what is expected."""


class Fragment(NamedTuple):
    """One change, in the words of those whom it concerns."""

    path: Path
    kind: str
    text: str


def fragments_in(folder: Path) -> list[Fragment]:
    """All of them, sorted by name; raises `FragmentRefused`."""
    return [_fragment(path) for path in sorted(folder.glob("*.md")) if path.name != "README.md"]


def with_release(changelog: str, fragments: list[Fragment], version: str, day: str) -> str:
    """The changelog with the notes of a release above those of the one before."""
    before, mark, after = changelog.partition("\n## [")
    notes = "\n".join([f"\n## [{version}] - {day}", *_sections(fragments)])
    return f"{before}{notes}\n{mark}{after}"


def release(root: Path, version: str, day: str) -> None:
    """Writes the notes and removes the fragments; raises `FragmentRefused`."""
    fragments = fragments_in(root / "changelog.d")
    if not fragments:
        raise FragmentRefused("changelog.d/ has no fragment: there is nothing to release.")
    changelog = root / "CHANGELOG.md"
    text = with_release(changelog.read_text("utf-8"), fragments, version, day)
    changelog.write_text(text, encoding="utf-8")
    for fragment in fragments:
        fragment.path.unlink()


def _fragment(path: Path) -> Fragment:
    named = _NAME.fullmatch(path.name)
    if named is None or named["kind"] not in KINDS:
        raise FragmentRefused(
            f"changelog.d/{path.name}: a fragment is called <what-changed>.<kind>.md, "
            f"where the kind is one of {', '.join(KINDS)}."
        )
    text = path.read_text("utf-8").strip()
    if not text or "\n\n" in text or text[0] in "-*#":
        raise FragmentRefused(
            f"changelog.d/{path.name}: write one paragraph, without a heading or a bullet."
        )
    return Fragment(path, named["kind"], text)


def _sections(fragments: list[Fragment]) -> Iterator[str]:
    for kind in KINDS:
        texts = [fragment.text for fragment in fragments if fragment.kind == kind]
        if texts:
            yield f"\n### {kind.capitalize()}\n"
            yield from ("- " + text.replace("\n", "\n  ") for text in texts)


if __name__ == "__main__":
    try:
        release(ROOT, *sys.argv[1:])
    except FragmentRefused as refused:
        sys.exit(str(refused))
