"""Faults of a rule library: collected while it is read, then refused all at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

FAULTS_MAX: Final = 100
"""Where so much is wrong, the rest follows from it or is of the same kind."""

FAULTS_SHOWN: Final = 20
_TEXT_MAX: Final = 200


class LibraryFault(NamedTuple):
    """One thing that is wrong, and how to fix it."""

    file: str
    """Path inside the library folder."""
    where: str
    """The row or key; empty for the file as a whole."""
    wrong: str
    to_do: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: {self.wrong}. {self.to_do}"


class LibraryRefused(Exception):
    """
    The library is not used, not even in part.

    `faults` has everything wrong with it, up to `FAULTS_MAX`; the message shows `FAULTS_SHOWN`.
    """

    def __init__(self, folder: Path, faults: Sequence[LibraryFault]) -> None:
        self.folder = folder
        self.faults = tuple(faults)
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        if len(faults) >= FAULTS_MAX:
            count = f"{FAULTS_MAX} faults or more"
        shown = [*map(str, faults[:FAULTS_SHOWN])]
        if len(faults) > FAULTS_SHOWN:
            shown.append(f"and {len(faults) - FAULTS_SHOWN} more: correct these first.")
        lines = "".join(f"\n- {each}" for each in shown)
        super().__init__(f"The rule library in {folder} is refused, {count}:{lines}")


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self.found: list[LibraryFault] = []

    def add(self, file: str, where: str, wrong: str, to_do: str) -> None:
        """Records a fault, unless there are enough already; reading continues."""
        if len(self.found) < FAULTS_MAX:
            self.found.append(LibraryFault(file, _cut(where), _cut(wrong), to_do))

    def refuse_if_any(self, folder: Path) -> None:
        """Raises `LibraryRefused` if there are any faults."""
        if self.found:
            raise LibraryRefused(folder, self.found)


def _cut(text: str) -> str:
    """The text, without the middle of a long one: what was found may be a whole file."""
    if len(text) <= _TEXT_MAX:
        return text
    return f"{text[: _TEXT_MAX // 2]} ... {text[-_TEXT_MAX // 2 :]}"
