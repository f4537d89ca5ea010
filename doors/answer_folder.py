"""A folder that answers are written to, each under the id of its determination."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

_PART: Final = ".part"
_FOR_ME: Final = 0o600
_FOLDER_FOR_ME: Final = 0o700


class AnswerFolder:
    """
    Writes files that appear whole or not at all, and are durable once they are there.

    A file that is there is left as it is: who fetches it may have begun to read.
    """

    def __init__(self, path: Path) -> None:
        """Makes the folder, if there is none, for its owner alone. Raises `OSError`."""
        path.mkdir(mode=_FOLDER_FOR_ME, parents=True, exist_ok=True)
        self.path = path

    def put(self, name: str, files: Mapping[str, bytes]) -> None:
        """Writes files that are not there yet: `name` with each ending. Raises `OSError`."""
        is_new = False
        for ending, content in files.items():
            path = self.path / f"{name}.{ending}"
            if not path.exists():
                write_whole(path, [content])
                is_new = True
        if is_new:
            _make_durable(self.path)


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """
    Writes a file for its owner alone, which is there whole or not at all, and is then durable.

    The folder may still forget its name if the machine fails. Raises `OSError`.
    """
    part = path.with_name(f".{path.name}{_PART}")
    try:
        descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, _FOR_ME)
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
