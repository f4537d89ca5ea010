"""Writes the acknowledgements of a file into a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO

from doors.x12.acknowledgements import acknowledgements
from doors.x12.reading import FileReading


def write_answers(
    reading: FileReading, source: IO[bytes], encoding: str, at: datetime, folder: Path
) -> None:
    """
    Writes `<name>.ta1`, `<name>.999` and `<name>.277ca`, and `<name>.txt` where there is no answer.

    `source` is the file that was read, from its beginning. Each file is there whole or not at all.
    Raises `OSError`.
    """
    answers = dict(acknowledgements(reading, source, encoding, at))
    if reading.fault is not None:
        answers["txt"] = [f"{reading.fault}\n".encode()]
    for ending, pieces in answers.items():
        _write_whole(folder / f"{reading.name}.{ending}", pieces)


def _write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    waiting = path.with_name(f".{path.name}.part")
    with waiting.open("wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)
