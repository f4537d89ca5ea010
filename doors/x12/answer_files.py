"""Writes the acknowledgements of a file into a folder."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from doors.answer_folder import write_whole
from doors.x12.acknowledgements import acknowledgements
from doors.x12.reading import FileReading


def write_answers(reading: FileReading, source: IO[bytes], encoding: str, folder: Path) -> None:
    """
    Writes `<name>.ta1`, `<name>.999` and `<name>.277ca`, and `<name>.txt` where there is no answer.

    `source` is the file that was read. Its answers are dated with its last change, so that a file
    that is answered again has the same answers. Each is there whole or not at all.
    Raises `OSError`.
    """
    changed = datetime.fromtimestamp(int(os.fstat(source.fileno()).st_mtime), UTC)
    source.seek(0)
    answers = dict(acknowledgements(reading, source, encoding, changed))
    if reading.fault is not None:
        answers["txt"] = [f"{reading.fault}\n".encode()]
    for ending, pieces in answers.items():
        write_whole(folder / f"{reading.name}.{ending}", pieces)
