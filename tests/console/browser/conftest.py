"""One console and one browser for each module of these tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.browsers import OpenConsole, open_console


@pytest.fixture(scope="module")
def console() -> Iterator[OpenConsole]:
    with open_console() as found:
        yield found
