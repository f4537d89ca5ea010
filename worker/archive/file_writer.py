"""Writes one file of an archive."""

from __future__ import annotations

import gzip
from collections import Counter
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import IO, Final, Protocol

from worker.archive.folder import Folder, digest_of_file, entries_in
from worker.archive.lines import line_of
from worker.archive.manifest import ArchivedFile, ArchiveUnfit, Manifest, file_name
from worker.archive.parquet import ParquetLines
from worker.determinations.parse import PublishedDetermination, StreamedDetermination

FILE_BYTES_MAX: Final = 128 * 1024 * 1024
"""Size of the determinations before compression."""

_LEVEL: Final = 6


class NewFile:
    """The next file of an archive. It is complete and durable when `finish` returns."""

    def __init__(self, folder: Folder, manifest: Manifest, month: str | None = None) -> None:
        """`month`: as Parquet, for the determinations of that month; None: as JSON lines."""
        self.month = month
        self.name = file_name(len(manifest.files) + 1, month)
        self.entries = 0
        self.size = 0
        self.last = ""
        """The id of the last determination."""
        self._first = ""
        self._previous = manifest.files[-1].sha256 if manifest.files else None
        self._libraries: Counter[str] = Counter()
        self._content = sha256()
        self._sha256, self._bytes = "", 0
        self._stack = ExitStack()
        raw = self._stack.enter_context(folder.replacing(self.name, self._check))
        self._lines: _Lines = JsonLines(raw) if month is None else ParquetLines(raw)

    def add(self, told: PublishedDetermination) -> None:
        """Adds a determination; they must come in the order of their ids."""
        line = line_of(*told.found)
        self._lines.add(told.found)
        self._content.update(line)
        self._first, self.last = self._first or told.found.entry_id, told.found.entry_id
        self._libraries[told.library] += 1
        self.entries += 1
        self.size += len(line)

    def finish(self) -> ArchivedFile:
        """Writes the file and returns its entry for the manifest."""
        try:
            self._lines.close()
        except BaseException:
            self.discard()
            raise
        self._stack.close()
        return ArchivedFile(
            name=self.name,
            sha256=self._sha256,
            bytes=self._bytes,
            entries=self.entries,
            first=self._first,
            last=self.last,
            libraries=dict(sorted(self._libraries.items())),
            previous=self._previous,
        )

    def discard(self) -> None:
        """Removes the unfinished file."""
        self._stack.__exit__(_Discarded, _Discarded(), None)

    def _check(self, written: Path) -> None:
        """Reads the file back and checks that it holds what was added."""
        content, count = sha256(), 0
        for entry in entries_in(written):
            content.update(line_of(*entry))
            count += 1
        if (count, content.digest()) != (self.entries, self._content.digest()):
            raise ArchiveUnfit(f"{self.name} does not read back as it was written.")
        self._sha256, self._bytes = digest_of_file(written), written.stat().st_size


class JsonLines:
    """Writes determinations to an open file as compressed JSON lines."""

    def __init__(self, file: IO[bytes]) -> None:
        # No name and no time, so that the same determinations make the same file.
        self._lines = gzip.GzipFile("", "wb", _LEVEL, file, mtime=0)

    def add(self, found: StreamedDetermination) -> None:
        """Adds a determination."""
        self._lines.write(line_of(*found) + b"\n")

    def close(self) -> None:
        """Writes the end of the file."""
        self._lines.close()


class _Lines(Protocol):
    """What writes determinations in one form."""

    def add(self, found: StreamedDetermination) -> None: ...
    def close(self) -> None: ...


class _Discarded(Exception):
    """Aborts the writing of the file."""
