"""The folder of an archive on disk: each change is complete and durable, or did not happen."""

from __future__ import annotations

import fcntl
import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from worker.archive.lines import NotALine, read_line
from worker.archive.manifest import (
    NAME,
    ArchivedFile,
    ArchiveUnfit,
    Manifest,
    form_of,
    is_file_name,
    manifest_bytes,
    read_manifest,
)
from worker.archive.parquet import NotParquet, parquet_entries
from worker.failures import RetryableError

_PART: Final = ".part"
_LOCK: Final = ".lock"
_ONLY_MINE: Final = 0o600
_CHUNK: Final = 1024 * 1024


class ArchiveInUse(RetryableError):
    """Another run is writing the archive, or an audit is reading it."""

    def __init__(self) -> None:
        super().__init__("Another command is using this archive; try again when it is done.")


class Folder:
    """An archive's folder. It holds members' data, so only its owner can read what is created."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Creates the folder if it does not exist."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        fsync_folder(self.path.parent)

    @contextmanager
    def locked(self, *, shared: bool = False) -> Iterator[None]:
        """Keeps other writers out, and other readers too unless `shared`; raises `ArchiveInUse`."""
        flags = os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT
        try:
            lock = os.open(self.path / _LOCK, flags, _ONLY_MINE)
        except FileNotFoundError:  # a copy, which nobody writes to
            yield
            return
        try:
            try:
                how = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
                fcntl.flock(lock, how | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ArchiveInUse from None
            yield
        finally:
            os.close(lock)

    def manifest(self) -> Manifest | None:
        """Returns the manifest; None: there is none yet. Raises `ArchiveUnfit`."""
        try:
            return read_manifest((self.path / NAME).read_bytes())
        except FileNotFoundError:
            return None

    def write_manifest(self, manifest: Manifest) -> None:
        """Replaces the manifest."""
        with self.replacing(NAME) as file:
            file.write(manifest_bytes(manifest))

    @contextmanager
    def replacing(
        self, name: str, check: Callable[[Path], None] = lambda _: None
    ) -> Iterator[IO[bytes]]:
        """
        Opens a file to write; it is durable under its name once the block ends without an error.

        `check` inspects the written file before it gets its name.
        """
        part = self.path / f"{name}{_PART}"
        self._make_place_for(part)
        try:
            with open(part, "wb", opener=_opened_for_me) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            check(part)
            os.replace(part, self.path / name)  # noqa: PTH105  # one system call, atomic
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        fsync_folder(part.parent)

    def _make_place_for(self, part: Path) -> None:
        """Creates the folder of a month, durably."""
        if part.parent != self.path:
            part.parent.mkdir(mode=0o700, exist_ok=True)
            fsync_folder(self.path)

    def remove_parts(self) -> None:
        """Removes unfinished files of an interrupted run; nothing depends on them."""
        for part in self.path.rglob(f"*{_PART}"):
            part.unlink()

    def strangers(self, manifest: Manifest) -> list[str]:
        """Returns the names of determination files that are not in the manifest."""
        known = {file.name for file in manifest.files}
        names = (str(path.relative_to(self.path)) for path in self.path.rglob("*"))
        return sorted(name for name in names if is_file_name(name) and name not in known)

    def remove(self, name: str) -> None:
        """Deletes a file, durably."""
        (self.path / name).unlink()
        fsync_folder((self.path / name).parent)

    def entries(self, file: ArchivedFile) -> Iterator[tuple[str, bytes]]:
        """Returns the entries of a file after checking its digest; raises `ArchiveUnfit`."""
        path = self.path / file.name
        with _faults_named(file.name):
            if digest_of_file(path) != file.sha256:
                raise ArchiveUnfit(f"{file.name} is not the file that was written: bytes differ.")
            count, first, last = 0, "", ""
            for entry_id, event in entries_in(path):
                count, first, last = count + 1, first or entry_id, entry_id
                yield entry_id, event
            if (count, first, last) != (file.entries, file.first, file.last):
                raise ArchiveUnfit(f"{NAME} does not match {file.name}: the numbers differ.")

    def entries_of_stranger(self, name: str) -> Iterator[tuple[str, bytes]]:
        """Returns the entries of a file that is not in the manifest; raises `ArchiveUnfit`."""
        with _faults_named(name):
            yield from entries_in(self.path / name)


def entries_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """Returns the determinations of a file, unchecked."""
    if form_of(path.name.removesuffix(_PART)) == "parquet":
        yield from parquet_entries(path)
        return
    with gzip.open(path) as lines:
        for line in lines:
            yield read_line(line.rstrip(b"\n"))


def digest_of_file(path: Path) -> str:
    """Returns the SHA-256 of a file in the form used in the manifest."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def fsync_folder(path: Path) -> None:
    """Makes the file names in a folder durable."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _faults_named(name: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ArchiveUnfit(f"{name} is missing.") from None
    except (NotALine, NotParquet, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ArchiveUnfit(f"{name} cannot be read ({type(error).__name__}).") from None


def _opened_for_me(path: str, flags: int) -> int:
    with suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108  # so that the file gets the permissions of a new one
    return os.open(path, flags | os.O_EXCL, _ONLY_MINE)
