"""Where the archive of each shard lies: of a single one the folder itself, else a folder in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from worker.archive.archive import Archive
from worker.archive.manifest import NAME
from worker.store.shards import Shard

_SHARD = "shard="
"""Before the number, as warehouses name the folders of a partition."""


def folder_of(path: Path, shard: Shard) -> Path:
    """The folder of a shard's archive; it need not be there."""
    return path / f"{_SHARD}{shard.number}" if shard.is_of_several else path


def folders_in(path: Path) -> Iterator[Path]:
    """The folders of all archives in a folder: its own, or those of its shards in order."""
    found = [each for each in path.glob(f"{_SHARD}*") if each.name.removeprefix(_SHARD).isdigit()]
    if not found or (path / NAME).exists():
        yield path
    yield from sorted(found, key=lambda each: int(each.name.removeprefix(_SHARD)))


class ShardArchives(NamedTuple):
    """The archive of an installation, as it was named."""

    path: Path

    def of(self, shard: Shard) -> Archive | None:
        """That of a shard; None: it is one of several, of which nothing was archived yet."""
        folder = folder_of(self.path, shard)
        if shard.is_of_several and not (folder / NAME).exists():
            return None
        return Archive(folder)
