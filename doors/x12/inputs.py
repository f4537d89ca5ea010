"""The files that a command was given: single ones, all of a folder, standard input."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

STANDARD_INPUT: Final = "-"


def files_in(paths: Iterable[str]) -> Iterator[str]:
    """Each file, and of a folder each file in the order of their names but hidden ones."""
    for path in paths:
        if path != STANDARD_INPUT and Path(path).is_dir():
            yield from (
                str(each)
                for each in sorted(Path(path).iterdir())
                if each.is_file() and not each.name.startswith(".")
            )
        else:
            yield path


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """A file that can be read twice; standard input is copied for that. Raises `OSError`."""
    if path != STANDARD_INPUT:
        with Path(path).open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.seek(0)
        yield copy
