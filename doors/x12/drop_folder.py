"""A folder into which others put files: which of them are complete, and where they go."""

from __future__ import annotations

import fcntl
import hashlib
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from worker.failures import RetryableError

DONE: Final = "done"
REJECTED: Final = "rejected"
_LOCK: Final = ".adjudicator-watch.lock"
_UNFINISHED: Final = (".part", ".partial", ".filepart", ".tmp", ".temp", ".writing")
"""How uploading programs end the names of files that they have not finished."""


class FolderWatched(RetryableError):
    """Another process watches the folder."""

    def __init__(self) -> None:
        super().__init__("Another process watches this folder: one is enough, and two would race.")


class FileState(NamedTuple):
    """What changes when a file does."""

    inode: int
    size: int
    changed: int
    """In nanoseconds, by the clock of the file system."""


class DropFolder:
    """
    The files of a folder that nobody writes any more.

    A file counts once it has looked the same for some seconds. Its name says whether an upload goes
    on too: hidden files and those that end in `.part`, `.tmp` and the like are passed over.
    """

    def __init__(self, folder: Path, settle_seconds: float) -> None:
        self._folder = folder
        self._settle_seconds = settle_seconds
        self._seen: dict[str, tuple[FileState, float]] = {}

    @contextmanager
    def held(self) -> Iterator[None]:
        """
        Holds the folder for this process, and makes what is missing in it.

        Raises `FolderWatched`, and `OSError` where it cannot be written.
        """
        for name in (DONE, REJECTED):
            (self._folder / name).mkdir(exist_ok=True)
        with (self._folder / _LOCK).open("ab") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise FolderWatched from None
            yield

    def complete(self) -> list[Path]:
        """The complete files, in the order of their names."""
        now = time.monotonic()
        seen = {}
        for path in sorted(self._folder.iterdir()):
            state = None if _is_passed_over(path.name) else _state_of(path)
            if state is not None:
                known = self._seen.get(path.name)
                same = known is not None and known[0] == state
                seen[path.name] = known if known is not None and same else (state, now)
        self._seen = seen
        return [
            self._folder / name
            for name, (_, since) in seen.items()
            if now - since >= self._settle_seconds
        ]

    def is_unchanged(self, path: Path) -> bool:
        """Whether a complete file is still what it was when it was found complete."""
        known = self._seen.get(path.name)
        return known is not None and known[0] == _state_of(path)

    def place_for(self, path: Path, *, is_rejected: bool) -> Path:
        """
        Where a file goes: under its own name, or with its digest where another has the name.

        The same file has the same place whenever it is asked for.
        """
        folder = self._folder / (REJECTED if is_rejected else DONE)
        place = folder / path.name
        if not place.exists():
            return place
        digest = _digest_of(path)
        if _digest_of(place) == digest:
            return place
        return folder / f"{path.stem}.{digest[:16]}{path.suffix}"

    def forget(self, path: Path) -> None:
        """Looks at a file anew that could not be dealt with."""
        self._seen.pop(path.name, None)


def move(path: Path, place: Path) -> None:
    """Moves a file, so that it is in one of the two places whatever happens."""
    path.replace(place)


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_passed_over(name: str) -> bool:
    return name.startswith(".") or name.lower().endswith(_UNFINISHED)


def _state_of(path: Path) -> FileState | None:
    """None: it is no file, or has gone."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return FileState(found.st_ino, found.st_size, found.st_mtime_ns)
