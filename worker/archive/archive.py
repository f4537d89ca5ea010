"""An archive to read from: determinations by their ids in the stream, or all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from worker.archive.folder import Folder
from worker.archive.manifest import NAME, ArchivedFile, ArchiveUnfit, Manifest
from worker.archive.stream_ids import is_before


class Archive:
    """The manifest is read each time anew: what left the stream just now is found too."""

    def __init__(self, path: Path) -> None:
        self._folder = Folder(path)

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing is archived meanwhile; raises `ArchiveInUse`."""
        with self._folder.locked(shared=True):
            yield

    def manifest(self) -> Manifest:
        """What it says that it has; raises `ArchiveUnfit`."""
        manifest = self._folder.manifest()
        if manifest is None:
            raise ArchiveUnfit(f"{NAME} is missing: the folder is no archive, or not all of one.")
        return manifest

    def find(self, entry_ids: Collection[str]) -> Mapping[str, bytes]:
        """Those of some determinations that it has; raises `ArchiveUnfit`."""
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
        """All of a file, in the order of the stream; raises `ArchiveUnfit`."""
        return self._folder.entries(file)


def _may_hold(file: ArchivedFile, entry_id: str) -> bool:
    return not is_before(entry_id, file.first) and not is_before(file.last, entry_id)
