"""Reads a whole archive and names what is missing or damaged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from worker.archive.archive import Archive
from worker.archive.manifest import NAME, ArchivedFile, ArchiveUnfit
from worker.determinations.parse import StreamedDetermination, read


def faults_of(archive: Archive, done: Callable[[int], None] = lambda _: None) -> Iterator[str]:
    """Returns one line per bad file; raises `ArchiveUnfit` if the manifest itself is bad."""
    for file in archive.manifest().files:
        try:
            _read(archive, file)
        except ArchiveUnfit as unfit:
            yield str(unfit)
        done(1)


def _read(archive: Archive, file: ArchivedFile) -> None:
    libraries: Counter[str] = Counter()
    for entry in archive.entries(file):
        told = read(StreamedDetermination(*entry))
        libraries[told.library if told else ""] += 1
    if libraries != file.libraries:
        raise ArchiveUnfit(f"{NAME} does not match {file.name}: the libraries differ.")
