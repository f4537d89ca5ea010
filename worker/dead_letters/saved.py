"""Saves dead letters in a file, in full, before they are removed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from worker.dead_letters.inspect import DeadLetterView
from worker.terminal.json_lines import json_line


def save_dead_letters(file: Path, letters: Iterable[DeadLetterView]) -> int:
    """
    Writes each as one JSON object with its event, and returns how many.

    The file is new, only its owner can read it, and it is on disk when this returns. Raises
    `OSError`, also where the file exists.
    """
    count = 0
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="ascii") as saved:
        for letter in letters:
            saved.write(f"{json_line(letter.as_json(whole=True))}\n")
            count += 1
        saved.flush()
        os.fsync(saved.fileno())
    return count
