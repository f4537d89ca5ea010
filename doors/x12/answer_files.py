"""Writes the acknowledgements of a file into a folder."""

from __future__ import annotations

import io
import os
from datetime import datetime
from pathlib import Path
from typing import IO

from doors.x12.acknowledgements import acknowledgements
from doors.x12.reading import FileReading

_WITHOUT_MARK = {"utf-8": "utf-8-sig"}


def write_answers(
    reading: FileReading, source: IO[bytes], encoding: str, at: datetime, folder: Path
) -> None:
    """
    Writes `<name>.ta1`, `<name>.999` and `<name>.277ca`, and `<name>.txt` where there is no answer.

    `source` is the file that was read, from its beginning. Each file is there whole or not at all.
    Raises `OSError`.
    """
    text = io.TextIOWrapper(
        source, encoding=_WITHOUT_MARK.get(encoding, encoding), errors="replace", newline=""
    )
    try:
        answers = dict(acknowledgements(reading, text, at))
    finally:
        text.detach()
    if reading.fault is not None:
        answers["txt"] = f"{reading.fault}\n".encode()
    for ending, content in answers.items():
        _write_whole(folder / f"{reading.name}.{ending}", content)


def _write_whole(path: Path, content: bytes) -> None:
    waiting = path.with_name(f".{path.name}.part")
    with waiting.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    waiting.replace(path)
