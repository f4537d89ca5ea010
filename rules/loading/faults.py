"""What is wrong with a rule library: gathered while it is read, refused all at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class LibraryFault(NamedTuple):
    """One thing that is wrong, and how to mend it."""

    file: str
    """Path inside the library folder."""
    where: str
    """The row or key; empty where it is the file as a whole."""
    wrong: str
    to_do: str

    def __str__(self) -> str:
        place = f"{self.file}, {self.where}" if self.where else self.file
        return f"{place}: {self.wrong}. {self.to_do}"


class LibraryRefused(Exception):
    """A library that is not used, not even in part; `faults` holds all that is wrong with it."""

    def __init__(self, folder: Path, faults: Sequence[LibraryFault]) -> None:
        self.folder = folder
        self.faults = tuple(faults)
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        lines = "".join(f"\n- {fault}" for fault in faults)
        super().__init__(f"The rule library in {folder} is refused, {count}:{lines}")


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self.found: list[LibraryFault] = []

    def add(self, file: str, where: str, wrong: str, to_do: str) -> None:
        """Notes one, and reading goes on."""
        self.found.append(LibraryFault(file, where, wrong, to_do))

    def refuse_if_any(self, folder: Path) -> None:
        """Raises `LibraryRefused` if anything was found."""
        if self.found:
            raise LibraryRefused(folder, self.found)
