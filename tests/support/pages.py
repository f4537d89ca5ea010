"""The project's Markdown pages, and what their links name."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator

from tests.support.sources import ROOT, text_of

_TRACKED = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]

SPECIFICATION = frozenset({"docs/contract.md", "docs/rules.md"})
"""Word for word what was agreed with others; we do not set their lines."""

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def _pages() -> list[str]:
    try:
        listed = subprocess.run(_TRACKED, cwd=ROOT, check=True, capture_output=True, text=True)
        names = listed.stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):  # not a clone: an archive, or a copy
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*.md")]
    return sorted(
        name for name in set(names) if not name.startswith(".venv") and (ROOT / name).exists()
    )


PAGES = _pages()


def prose_of(page: str) -> str:
    """A page without its examples."""
    return _FENCE.sub("", text_of(page))


def links_of(page: str) -> Iterator[str]:
    """The places that a page links to."""
    yield from _LINK.findall(prose_of(page))


def anchors_of(page: str) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose_of(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
