"""Reads an archive: determinations by their stream ids, or all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from worker.archive.folder import Folder
from worker.archive.manifest import NAME, ArchivedFile, ArchiveUnfit, Manifest
from worker.store.stream_ids import is_before


class Archive:
    """Reads the manifest afresh each time, so that it finds what has just left the stream."""

    def __init__(self, path: Path) -> None:
        self._folder = Folder(path)

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Prevents archiving while the block runs; raises `ArchiveInUse`."""
        with self._folder.locked(shared=True):
            yield

    def manifest(self) -> Manifest:
        """Returns the manifest; raises `ArchiveUnfit`."""
        manifest = self._folder.manifest()
        if manifest is None:
            raise ArchiveUnfit(f"{NAME} is missing: the folder is not a complete archive.")
        return manifest

    def find(self, entry_ids: Collection[str]) -> Mapping[str, bytes]:
        """Returns those of the given determinations that are archived; raises `ArchiveUnfit`."""
        if not entry_ids:
            return {}
        found: dict[str, bytes] = {}
        for file in self.manifest().files:
            wanted = {each for each in entry_ids if _may_hold(file, each)} - found.keys()
            if wanted:
                entries = self._folder.entries(file)
                found |= {entry_id: event for entry_id, event in entries if entry_id in wanted}
        return found

    def entries(self, file: ArchivedFile) -> Iterator[tuple[str, bytes]]:
        """Returns all entries of a file, in stream order; raises `ArchiveUnfit`."""
        return self._folder.entries(file)


def _may_hold(file: ArchivedFile, entry_id: str) -> bool:
    return not is_before(entry_id, file.first) and not is_before(file.last, entry_id)
