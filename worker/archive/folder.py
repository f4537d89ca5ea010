"""The folder of an archive on the disk: each change is whole and lasting, or did not happen."""

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
    is_file_name,
    manifest_bytes,
    read_manifest,
)
from worker.failures import RetryableError

_PART: Final = ".part"
_LOCK: Final = ".lock"
_ONLY_MINE: Final = 0o600
_CHUNK: Final = 1024 * 1024


class ArchiveInUse(RetryableError):
    """Another run is writing the archive, or an audit is reading it."""

    def __init__(self) -> None:
        super().__init__("Another command works on this archive; try again when it is done.")


class Folder:
    """An archive's folder; members' data, so only its owner may look into what is made here."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def create(self) -> None:
        """Makes the folder, if it is not there."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        fsync_folder(self.path.parent)

    @contextmanager
    def locked(self, *, shared: bool = False) -> Iterator[None]:
        """Nobody else writes meanwhile, nor reads unless it is shared; raises `ArchiveInUse`."""
        flags = os.O_RDONLY if shared else os.O_RDWR | os.O_CREAT
        try:
            lock = os.open(self.path / _LOCK, flags, _ONLY_MINE)
        except FileNotFoundError:  # a copy, which nobody writes
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
        """What the archive says that it has; None: there is none yet. Raises `ArchiveUnfit`."""
        try:
            return read_manifest((self.path / NAME).read_bytes())
        except FileNotFoundError:
            return None

    def write_manifest(self, manifest: Manifest) -> None:
        """Puts a manifest in the place of the one before."""
        with self.replacing(NAME) as file:
            file.write(manifest_bytes(manifest))

    @contextmanager
    def replacing(
        self, name: str, check: Callable[[Path], None] = lambda _: None
    ) -> Iterator[IO[bytes]]:
        """
        A file to write, which is there under its name when the block ends well, and lasts.

        `check` looks at what was written before it gets its name.
        """
        part = self.path / f"{name}{_PART}"
        try:
            with open(part, "wb", opener=_opened_for_me) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            check(part)
            os.replace(part, self.path / name)  # noqa: PTH105  # one call of the kernel, as named
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        fsync_folder(self.path)

    def remove_parts(self) -> None:
        """Takes away what an interrupted run did not finish writing; nothing rests on it."""
        for part in self.path.glob(f"*{_PART}"):
            part.unlink()

    def strangers(self, manifest: Manifest) -> list[str]:
        """Files of determinations that the manifest does not name."""
        known = {file.name for file in manifest.files}
        names = (path.name for path in self.path.iterdir())
        return sorted(name for name in names if is_file_name(name) and name not in known)

    def remove(self, name: str) -> None:
        """Takes a file away, for good."""
        (self.path / name).unlink()
        fsync_folder(self.path)

    def entries(self, file: ArchivedFile) -> Iterator[tuple[str, bytes]]:
        """What a file holds, as long as it is the one that was written; raises `ArchiveUnfit`."""
        path = self.path / file.name
        with _faults_named(file.name):
            if digest_of_file(path) != file.sha256:
                raise ArchiveUnfit(f"{file.name} is not the file that was written: other bytes.")
            count, first, last = 0, "", ""
            for entry_id, event in entries_in(path):
                count, first, last = count + 1, first or entry_id, entry_id
                yield entry_id, event
            if (count, first, last) != (file.entries, file.first, file.last):
                raise ArchiveUnfit(f"{NAME} does not fit {file.name}: it says other numbers.")

    def entries_of_stranger(self, name: str) -> Iterator[tuple[str, bytes]]:
        """What a file holds that the manifest does not name; raises `ArchiveUnfit`."""
        with _faults_named(name):
            yield from entries_in(self.path / name)


def entries_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """The determinations of a file, unchecked."""
    with gzip.open(path) as lines:
        for line in lines:
            yield read_line(line.rstrip(b"\n"))


def digest_of_file(path: Path) -> str:
    """Its SHA-256, as the manifest has it."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def fsync_folder(path: Path) -> None:
    """Makes names in a folder last."""
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
    except (NotALine, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ArchiveUnfit(f"{name} cannot be read ({type(error).__name__}).") from None


def _opened_for_me(path: str, flags: int) -> int:
    with suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108  # so that the rights are those of a new file
    return os.open(path, flags | os.O_EXCL, _ONLY_MINE)
