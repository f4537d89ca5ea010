"""
The README's pictures of the console, taken of the pages as they are.

With `MRS_TESTS_PICTURES` they replace those in `docs/pictures/`; without it they are only compared
in size, since a font of another machine draws other pixels.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.browsers import OpenConsole
from tests.support.sources import ROOT, text_of

pytestmark = [pytest.mark.timeout(400), pytest.mark.uncounted]

WINDOW: Any = {"width": 1200, "height": 860}
CLAIM: Final = "member=M-003&claim=CLM-2025-0403&line=1"
PICTURES: Final = {
    "console-worklist.png": "/worklist",
    "console-claim.png": f"/claim?{CLAIM}",
    "console-letter.png": f"/letter?{CLAIM}&to=member",
}


def size_of(picture: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_of_the_readme_is_drawn(console: OpenConsole, name: str):
    kept = ROOT / "docs" / "pictures" / name
    with console.page("reviewer", PICTURES[name], viewport=WINDOW) as page:
        assert page.get_by_role("heading", level=1).is_visible()
        drawn = page.screenshot()

    if os.environ.get("MRS_TESTS_PICTURES"):
        Path(kept).write_bytes(drawn)

    assert (WINDOW["width"], WINDOW["height"]) == size_of(drawn) == size_of(kept.read_bytes())
    assert f"docs/pictures/{name}" in text_of("README.md")
