"""Moves acknowledged determinations from the stream to files; safe to interrupt at any point."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

import msgspec
from redis import Redis

from worker.archive.clearance import all_there, clear
from worker.archive.file_writer import FILE_BYTES_MAX, NewFile
from worker.archive.folder import Folder
from worker.archive.lines import archivable
from worker.archive.manifest import (
    FORMAT,
    ArchivedFile,
    ArchiveUnfit,
    FileForm,
    Manifest,
    form_of,
)
from worker.archive.marker import Marker, marker_of, write_marker
from worker.archive.open_lines import that_wait
from worker.archive.parquet_rows import month_of
from worker.determinations.parse import PublishedDetermination, StreamedDetermination, read
from worker.store.installation import installation_in
from worker.store.keys import Keys
from worker.store.stream_ids import is_before

_PAGE: Final = 500


class Limits(NamedTuple):
    """The maximum size of one file, and its form."""

    entries: int
    bytes: int = FILE_BYTES_MAX
    form: FileForm | None = None
    """None: that of the archive's last file, and JSON lines for the first."""


class Moved(NamedTuple):
    """What a run did."""

    files: tuple[ArchivedFile, ...] = ()
    finished: int = 0
    """Files of earlier runs that this run finished clearing from the stream."""
    waiting: int = 0
    """Left in the stream: their lines are still pended."""
    foreign: int = 0
    """Left in the stream: not written by this system."""


class Moving:
    """One run. The caller must hold the folder's exclusive lock."""

    def __init__(self, redis: Redis, keys: Keys, folder: Folder, limits: Limits) -> None:
        self._redis = redis
        self._keys = keys
        self._folder = folder
        self._limits = limits
        self._moved = Moved()
        self._manifest = self._fitting()
        self._form = limits.form or _form_so_far(self._manifest)
        self._last = self._manifest.last
        """The latest id moved by earlier runs."""

    def run(self, until: str, done: Callable[[int], None]) -> Moved:
        """Moves everything up to an id and reports progress; raises `ArchiveUnfit`."""
        new: NewFile | None = None
        try:
            for told in self._archivable(until):
                if new is not None and self._is_full(new, told):
                    self._finish(new, done)
                    new = None
                new = new or NewFile(self._folder, self._manifest, self._month_of(told))
                new.add(told)
            if new is not None:
                self._finish(new, done)
                new = None
        finally:
            if new is not None:
                new.discard()
        return self._moved

    def go_on(self) -> None:
        """Finishes what an interrupted run began."""
        self._folder.remove_parts()
        for name in self._folder.strangers(self._manifest):
            self._remove_unfinished(name)
        marker = marker_of(self._redis, self._keys)
        cleared = 0 if marker is None else marker.cleared
        for number, file in enumerate(self._manifest.files[cleared:], cleared + 1):
            self._clear(file, number)
            self._moved = self._moved._replace(finished=self._moved.finished + 1)

    def _fitting(self) -> Manifest:
        """Returns the folder's manifest, or a new one; raises `ArchiveUnfit` if it is not ours."""
        manifest = self._folder.manifest()
        marker = marker_of(self._redis, self._keys)
        must_fit(manifest, marker, self._keys.prefix)
        installation = installation_for(self._redis, self._keys, manifest)
        if manifest is None:
            archive = uuid.uuid4().hex
            return Manifest(FORMAT, archive, self._keys.prefix, installation=installation)
        if marker is None and manifest.files and not self._is_known(manifest.files[0]):
            raise ArchiveUnfit(
                "The archive is another installation's: its members are unknown here."
            )
        return msgspec.structs.replace(manifest, installation=installation)

    def _is_known(self, file: ArchivedFile) -> bool:
        """Whether the file's first determination is about a member of this installation."""
        told = next(
            (read(StreamedDetermination(*entry)) for entry in self._folder.entries(file)), None
        )
        if told is None:
            return False
        index: Any = self._redis.lrange(self._keys.index(told.member_id), 0, -1)
        return told.found.entry_id.encode() in index

    def _remove_unfinished(self, name: str) -> None:
        """Removes a file that is not yet in the manifest: its entries are still in the stream."""
        entries = self._folder.entries_of_stranger(name)
        if not all_there(self._redis, self._keys.determinations, entries):
            raise ArchiveUnfit(
                f"{name} is not in the manifest, and holds determinations no longer in Redis: "
                "put the latest manifest.json back."
            )
        self._folder.remove(name)

    def _archivable(self, until: str) -> Iterator[PublishedDetermination]:
        """Returns determinations in stream order; counts those that have to stay."""
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
        Whether the next determination goes into a new file.

        Late determinations, whose lines were pended, get files of their own. So the ids of most
        files do not overlap, and a lookup reads only one of them.
        """
        return (
            new.entries >= self._limits.entries
            or new.size >= self._limits.bytes
            or new.month != self._month_of(told)
            or (
                self._last is not None
                and is_before(new.last, self._last)
                and is_before(self._last, told.found.entry_id)
            )
        )

    def _month_of(self, told: PublishedDetermination) -> str | None:
        """The folder in which a determination belongs; None: files are JSON lines."""
        return month_of(told.time) if self._form == "parquet" else None

    def _finish(self, new: NewFile, done: Callable[[int], None]) -> None:
        """Writes the file, then its manifest entry, and only then clears the stream."""
        file = new.finish()
        self._manifest = self._manifest.with_file(file)
        self._folder.write_manifest(self._manifest)
        self._clear(file, len(self._manifest.files))
        self._moved = self._moved._replace(files=(*self._moved.files, file))
        done(file.entries)

    def _clear(self, file: ArchivedFile, number: int) -> None:
        """Writes the marker first, so that a reader who misses an entry knows where to look."""
        self._mark(number - 1)
        entries = self._folder.entries(file)
        clear(self._redis, self._keys.determinations, file.name, entries)
        self._mark(number)

    def _mark(self, cleared: int) -> None:
        write_marker(self._redis, self._keys, Marker(self._manifest.archive, cleared))


def _form_so_far(manifest: Manifest) -> FileForm:
    return form_of(manifest.files[-1].name) if manifest.files else "jsonl"


def installation_for(redis: Redis, keys: Keys, manifest: Manifest | None) -> str | None:
    """
    The installation that Redis holds; None: it has no id yet.

    Raises `ArchiveUnfit` if the archive remembers another one that nobody has given up.
    """
    remembered = (manifest.installation if manifest is not None else None) or ""
    found = installation_in(redis, keys)
    if not found.stands_for(remembered):
        raise ArchiveUnfit(
            f"Redis does not hold the installation that is remembered (archive: "
            f"{remembered or 'none'}, Redis: {found.id or 'none'}): its data was lost, or it is "
            "another Redis. See ops/runbooks/MrsInstallationLost.md."
        )
    return found.id or None


def must_fit(manifest: Manifest | None, marker: Marker | None, prefix: str) -> None:
    """Raises `ArchiveUnfit` unless the folder is this installation's complete archive."""
    if manifest is not None and manifest.prefix != prefix:
        raise ArchiveUnfit("The archive is another installation's: its MRS_PREFIX differs.")
    if marker is None:
        return
    if manifest is None:
        raise ArchiveUnfit("manifest.json is missing: this installation has an archive elsewhere.")
    if manifest.archive != marker.archive:
        raise ArchiveUnfit("The archive is not the one that this installation started.")
    if len(manifest.files) < marker.cleared:
        raise ArchiveUnfit(
            f"manifest.json names {len(manifest.files)} files, but {marker.cleared} were written: "
            "it is an older copy, or entries are missing."
        )
