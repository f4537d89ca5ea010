"""Moves acknowledged determinations from their stream to files, wherever it was interrupted."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from redis import Redis

from worker.archive.clearance import all_there, clear
from worker.archive.file_writer import FILE_BYTES_MAX, NewFile
from worker.archive.folder import Folder
from worker.archive.lines import archivable
from worker.archive.manifest import FORMAT, ArchivedFile, ArchiveUnfit, Manifest
from worker.archive.marker import Marker, marker_of, write_marker
from worker.archive.open_lines import that_wait
from worker.archive.stream_ids import is_before
from worker.determinations.parse import PublishedDetermination, StreamedDetermination, read
from worker.store.keys import Keys

_PAGE: Final = 500


class Limits(NamedTuple):
    """How much goes into one file, at most."""

    entries: int
    bytes: int = FILE_BYTES_MAX


class Moved(NamedTuple):
    """What a run has done."""

    files: tuple[ArchivedFile, ...] = ()
    finished: int = 0
    """Files of earlier runs that were not all cleared from the stream, and are now."""
    waiting: int = 0
    """Left in the stream: their lines still wait for someone."""
    foreign: int = 0
    """Left in the stream: not written by us."""


class Moving:
    """One run. Whoever makes it has the folder to itself."""

    def __init__(self, redis: Redis, keys: Keys, folder: Folder, limits: Limits) -> None:
        self._redis = redis
        self._keys = keys
        self._folder = folder
        self._limits = limits
        self._moved = Moved()
        self._manifest = self._fitting()
        self._last = self._manifest.last
        """The latest id of earlier runs."""

    def run(self, until: str, done: Callable[[int], None]) -> Moved:
        """Moves all up to an id, and tells how far it is; raises `ArchiveUnfit`."""
        new: NewFile | None = None
        try:
            for told in self._archivable(until):
                if new is not None and self._is_full(new, told):
                    self._finish(new, done)
                    new = None
                new = new or NewFile(self._folder, self._manifest)
                new.add(told)
            if new is not None:
                self._finish(new, done)
                new = None
        finally:
            if new is not None:
                new.discard()
        return self._moved

    def go_on(self) -> None:
        """Finishes what an interrupted run has begun."""
        self._folder.remove_parts()
        for name in self._folder.strangers(self._manifest):
            self._remove_unfinished(name)
        marker = marker_of(self._redis, self._keys)
        cleared = 0 if marker is None else marker.cleared
        for number, file in enumerate(self._manifest.files[cleared:], cleared + 1):
            self._clear(file, number)
            self._moved = self._moved._replace(finished=self._moved.finished + 1)

    def _fitting(self) -> Manifest:
        """The folder's manifest, or a new one; raises `ArchiveUnfit` where it is another's."""
        manifest = self._folder.manifest()
        marker = marker_of(self._redis, self._keys)
        must_fit(manifest, marker, self._keys.prefix)
        if manifest is None:
            return Manifest(FORMAT, uuid.uuid4().hex, self._keys.prefix)
        if marker is None and manifest.files and not self._is_known(manifest.files[0]):
            raise ArchiveUnfit("The archive is another installation's: its members are not known.")
        return manifest

    def _is_known(self, file: ArchivedFile) -> bool:
        """Whether its first determination is one of a member of this installation."""
        told = next(
            (read(StreamedDetermination(*entry)) for entry in self._folder.entries(file)), None
        )
        if told is None:
            return False
        index: Any = self._redis.lrange(self._keys.index(told.member_id), 0, -1)
        return told.found.entry_id.encode() in index

    def _remove_unfinished(self, name: str) -> None:
        """A file that got its name, and no line in the manifest: nothing of it was removed yet."""
        entries = self._folder.entries_of_stranger(name)
        if not all_there(self._redis, self._keys.determinations, entries):
            raise ArchiveUnfit(
                f"{name} is not in the manifest, and holds determinations that Redis has no more: "
                "put the latest manifest.json back."
            )
        self._folder.remove(name)

    def _archivable(self, until: str) -> Iterator[PublishedDetermination]:
        """In the order of the stream; what has to stay there is counted."""
        start = "-"
        while True:
            page: Any = self._redis.xrange(
                self._keys.determinations, min=start, max=until, count=_PAGE
            )
            if not page:
                return
            found = [archivable(entry_id.decode(), fields) for entry_id, fields in page]
            ours = [told for told in found if told is not None]
            waits = that_wait(self._redis, self._keys, ours)
            self._moved = self._moved._replace(
                waiting=self._moved.waiting + len(waits),
                foreign=self._moved.foreign + len(page) - len(ours),
            )
            yield from (told for told in ours if told.found.entry_id not in waits)
            start = f"({page[-1][0].decode()}"

    def _is_full(self, new: NewFile, told: PublishedDetermination) -> bool:
        """
        Whether the next one goes into another file.

        Late ones, which had to wait, have files of their own: so the ids of most files do not
        overlap, and one determination is found in one of them.
        """
        return (
            new.entries >= self._limits.entries
            or new.size >= self._limits.bytes
            or (
                self._last is not None
                and is_before(new.last, self._last)
                and is_before(self._last, told.found.entry_id)
            )
        )

    def _finish(self, new: NewFile, done: Callable[[int], None]) -> None:
        """The file first, then its line in the manifest, and only then out of the stream."""
        file = new.finish()
        self._manifest = self._manifest.with_file(file)
        self._folder.write_manifest(self._manifest)
        self._clear(file, len(self._manifest.files))
        self._moved = self._moved._replace(files=(*self._moved.files, file))
        done(file.entries)

    def _clear(self, file: ArchivedFile, number: int) -> None:
        """Marked before, so that whoever misses a determination knows where it may be."""
        self._mark(number - 1)
        entries = self._folder.entries(file)
        clear(self._redis, self._keys.determinations, file.name, entries)
        self._mark(number)

    def _mark(self, cleared: int) -> None:
        write_marker(self._redis, self._keys, Marker(self._manifest.archive, cleared))


def must_fit(manifest: Manifest | None, marker: Marker | None, prefix: str) -> None:
    """Raises `ArchiveUnfit` where the folder is not this installation's archive, all of it."""
    if manifest is not None and manifest.prefix != prefix:
        raise ArchiveUnfit("The archive is another installation's: it has another MRS_PREFIX.")
    if marker is None:
        return
    if manifest is None:
        raise ArchiveUnfit("manifest.json is missing: this installation has an archive elsewhere.")
    if manifest.archive != marker.archive:
        raise ArchiveUnfit("The archive is not the one that this installation has begun.")
    if len(manifest.files) < marker.cleared:
        raise ArchiveUnfit(
            f"manifest.json names {len(manifest.files)} files, and {marker.cleared} were written: "
            "it is an older copy, or lines are missing."
        )
