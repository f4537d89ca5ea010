"""Puts members back that Redis has lost, from an archive and the events that producers hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Final, Literal, NamedTuple

import msgspec
from redis import Redis

from rules.library_model import Library
from worker.archive.archive import Archive
from worker.archive.folder import Folder
from worker.archive.manifest import ArchiveUnfit, Manifest
from worker.archive.marker import Marker, marker_of, write_marker
from worker.archive.rebuilt_member import Entry, RebuiltMember, rebuild
from worker.determinations.parse import StreamedDetermination, read
from worker.events.decode import read_member_id
from worker.failures import ClockMoved, RetryableError
from worker.metrics.counters import Tally
from worker.processes.partitions import Partitions, frames_of
from worker.store.arguments import stamped
from worker.store.installation import installation_in
from worker.store.keys import Keys
from worker.store.member_state import encode_member
from worker.store.scripts import Argument, Scripts
from worker.terminal.counts import counted

_FIRST_STAMP: Final = 1
_CLOCK_TRIES: Final = 3

FrameKind = Literal["event", "entry"]


class WorkersReady(RetryableError):
    """Workers would decide while members are still missing."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{counted(count, 'worker is', 'workers are')} ready: stop all of them until members "
            "are put back."
        )


class Restored(NamedTuple):
    """What a run did."""

    members: int = 0
    events: int = 0
    known: int = 0
    """Determinations that are in the archive."""
    published: int = 0
    """Determinations that were published, for the first time or again."""
    restated: int = 0
    """Members whose events lead to something else than was archived."""
    refused: int = 0
    """Events that cannot be read."""
    there: int = 0
    """Members that have a record already, and stay as they are."""

    def plus(self, rebuilt: RebuiltMember) -> Restored:
        """With one more member."""
        known = sum(isinstance(each, str) for each in rebuilt.determinations)
        return self._replace(
            members=self.members + 1,
            events=self.events + len(rebuilt.received),
            known=self.known + known,
            published=self.published + len(rebuilt.determinations) - known,
            restated=self.restated + rebuilt.restated,
            refused=self.refused + rebuilt.refused,
        )


class Restoring:
    """One run. The caller must hold the folder's exclusive lock."""

    def __init__(self, redis: Redis, keys: Keys, folder: Folder, library: Library) -> None:
        self._redis = redis
        self._keys = keys
        self._folder = folder
        self._library = library
        self._scripts = Scripts(redis)
        self._archive = Archive(folder.path)

    def run(self, events: Iterable[bytes], done: Callable[[int], None]) -> Restored:
        """
        Puts back every member of the archive and of the events, and then the archive itself.

        Raises `ArchiveUnfit` and `WorkersReady`. A run that was interrupted can be repeated.
        """
        manifest = self._must_be_possible()
        with ExitStack() as stack:
            partitions = stack.enter_context(Partitions())
            restored = Restored(refused=self._gather(partitions, manifest, events))
            for part in partitions.parts():
                for member_id, (received, archived) in _members_of(part).items():
                    rebuilt = self._restore(member_id, received, archived)
                    if rebuilt is not None:
                        restored = restored.plus(rebuilt)
                    else:
                        restored = restored._replace(there=restored.there + 1)
                    done(1)
        self._adopt(manifest)
        return restored

    def _restore(
        self, member_id: str, received: Sequence[bytes], archived: Sequence[Entry]
    ) -> RebuiltMember | None:
        """The member as it was put back; None if it is there."""
        time, tries_left = self._milliseconds(), _CLOCK_TRIES
        while True:
            began_at = monotonic()
            rebuilt = rebuild(member_id, received, archived, self._library, time)
            milliseconds = round((monotonic() - began_at) * 1000)
            try:
                return rebuilt if self._put_back(member_id, rebuilt, time) else None
            except ClockMoved as moved:
                tries_left -= 1
                if not tries_left:
                    raise
                # If it was late because it is large, the next try will take as long.
                time = moved.now + milliseconds

    def _must_be_possible(self) -> Manifest:
        manifest = self._archive.manifest()
        if manifest.prefix != self._keys.prefix:
            raise ArchiveUnfit("The archive is another installation's: its MRS_PREFIX differs.")
        found = installation_in(self._redis, self._keys)
        if found.lost or not found.by_operator:
            raise ArchiveUnfit(
                "No operator has accepted what Redis holds as the installation: `adjudicator "
                "doctor --accept-new-installation`."
            )
        marker = marker_of(self._redis, self._keys)
        if marker is not None and marker.archive != manifest.archive:
            raise ArchiveUnfit("This installation has another archive.")
        ready = self._redis.zcount(self._keys.workers, self._milliseconds(), "+inf")
        if ready:
            raise WorkersReady(int(str(ready)))
        return manifest

    def _gather(self, partitions: Partitions, manifest: Manifest, events: Iterable[bytes]) -> int:
        """Sorts all by member; returns how many events name none that can be read."""
        unread = 0
        for raw in events:
            member_id = read_member_id(raw)
            if member_id is None:
                unread += 1
            else:
                partitions.add(member_id, _frame(member_id, "event", "", raw))
        for file in manifest.files:
            for entry_id, event in self._archive.entries(file):
                told = read(StreamedDetermination(entry_id, event))
                if told is not None:
                    frame = _frame(told.member_id, "entry", entry_id, event)
                    partitions.add(told.member_id, frame)
        return unread

    def _put_back(self, member_id: str, rebuilt: RebuiltMember, time: int) -> bool:
        keys, member = self._keys, rebuilt.member
        tally = Tally()
        for line in member.published:
            tally.line(line)
        counters = tally.fields()
        claims = sorted({line.claim_id for line in member.published})
        waiting = [
            (keys.pends(line.service, line.reason, line.policy), line.due_on.toordinal(), line)
            for line in member.published
            if line.outcome == "pended" and line.due_on is not None
        ]
        arguments: list[Argument] = [
            stamped(_FIRST_STAMP, encode_member(member)),
            *(member_id, time),
            *(len(rebuilt.received), len(rebuilt.determinations), len(claims), len(waiting)),
            len(counters),
            *rebuilt.received,
        ]
        for each in rebuilt.determinations:
            arguments += ("id" if isinstance(each, str) else "event", each)
        for _, due_on, line in waiting:
            arguments += (due_on, msgspec.json.encode([member_id, line.claim_id, line.line]))
        arguments += [argument for counter in counters.items() for argument in counter]
        names = [keys.record(member_id), keys.index(member_id), keys.received(member_id)]
        names += [keys.determinations, keys.counters, *map(keys.claim, claims)]
        names += [key for key, _, _ in waiting]
        return bool(self._scripts.run("restore", names, *arguments))

    def _adopt(self, manifest: Manifest) -> None:
        """From now on the archive is this installation's, and its files are out of the stream."""
        installation = installation_in(self._redis, self._keys).id
        self._folder.write_manifest(msgspec.structs.replace(manifest, installation=installation))
        write_marker(self._redis, self._keys, Marker(manifest.archive, len(manifest.files)))

    def _milliseconds(self) -> int:
        seconds, microseconds = self._redis.time()
        return seconds * 1000 + microseconds // 1000


def _frame(member_id: str, kind: FrameKind, entry_id: str, content: bytes) -> bytes:
    return msgspec.msgpack.encode([member_id, kind, entry_id, content])


def _members_of(part: Path) -> dict[str, tuple[list[bytes], list[Entry]]]:
    """The events and the archived determinations of each member of a part, in their order."""
    members: dict[str, tuple[list[bytes], list[Entry]]] = {}
    for member_id, kind, entry_id, content in _decoded(part):
        received, archived = members.setdefault(member_id, ([], []))
        if kind == "event":
            received.append(content)
        else:
            archived.append((entry_id, content))
    return members


def _decoded(part: Path) -> Iterator[tuple[str, FrameKind, str, bytes]]:
    for frame in frames_of(part):
        member_id, kind, entry_id, content = msgspec.msgpack.decode(frame)
        yield member_id, kind, entry_id, content
