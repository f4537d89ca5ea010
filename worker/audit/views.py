"""Who saw what in the console: a log in Redis that only grows, each entry chained to the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.resources import files
from threading import Lock
from typing import Any, Final, Literal

import msgspec
from redis import Redis

from worker.failures import RetryableError
from worker.store.keys import Keys
from worker.store.scripts import failures_in_our_words

ViewKind = Literal["view", "search", "export", "letter", "form", "login", "refused"]
_TRIALS_MAX: Final = 50
_AT_ONCE: Final = 500


class ViewNotNoted(RetryableError):
    """A view could not be recorded, so nothing may be shown."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the log."""

    number: int
    """The first has 1, and each has one more than the one before."""
    time: str
    """RFC 3339, by the clock of the console; the id of the entry is by that of Redis."""
    viewer: str
    role: str
    kind: ViewKind
    page: str
    subjects: Mapping[str, str]
    """What was looked at, such as `claim` and `member`, or for what it was searched."""


@dataclass(frozen=True, slots=True)
class NotedView:
    """An entry as it stands in Redis."""

    entry_id: str
    raw: bytes
    digest: str

    @property
    def view(self) -> View:
        """What it says; raises `msgspec.MsgspecError` where it was not written by us."""
        return msgspec.json.decode(self.raw, type=View)


class ViewLog:
    """The log of one installation. Its login may add to it and read it, and nothing else."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = client
        self._key = keys.views
        self._script = client.register_script(
            files(__package__).joinpath("note_view.lua").read_text(encoding="utf-8")
        )
        self._lock = Lock()  # the threads of one process need not race each other

    def note(
        self,
        now: datetime,
        viewer: tuple[str, str],
        kind: ViewKind,
        page: str,
        subjects: Mapping[str, str],
    ) -> None:
        """
        Adds one view; `viewer` is id and role.

        When it returns, Redis has acknowledged it. Raises `RetryableError` where it has not: then
        nothing may be shown.
        """
        with self._lock, failures_in_our_words(self._client):
            for _ in range(_TRIALS_MAX):
                last = self._last()
                view = View(
                    number=last.view.number + 1 if last else 1,
                    time=_text_of(now),
                    viewer=viewer[0],
                    role=viewer[1],
                    kind=kind,
                    page=page,
                    subjects=subjects,
                )
                raw = msgspec.json.encode(view)
                before = last.entry_id if last else ""
                digest = digest_of(last.digest if last else "", raw)
                if self._script(keys=[self._key], args=[before, raw, digest]):
                    return
        raise ViewNotNoted("Too many others write to the log of views at once: try again.")

    def entries(self, after: str = "-") -> Iterator[NotedView]:
        """All entries in their order; raises `RetryableError`."""
        while True:
            with failures_in_our_words(self._client):
                found: Any = self._client.xrange(self._key, after, "+", count=_AT_ONCE)
            yield from (_noted(each) for each in found)
            if len(found) < _AT_ONCE:
                return
            after = f"({found[-1][0].decode()}"

    def added(self) -> int | None:
        """
        How many entries were ever added, as Redis counts; None before Redis 7, which does not.

        Raises `RetryableError`.
        """
        with failures_in_our_words(self._client):
            if not self._client.exists(self._key):
                return 0
            told: Any = self._client.xinfo_stream(self._key)
        added: int | None = told.get("entries-added")
        return added

    def _last(self) -> NotedView | None:
        found: Any = self._client.xrevrange(self._key, count=1)
        return _noted(found[0]) if found else None


def digest_of(previous: str, raw: bytes) -> str:
    """What chains an entry to the one before, whose digest is `previous`: empty for the first."""
    return sha256(previous.encode() + b"\n" + raw).hexdigest()


def _text_of(now: datetime) -> str:
    utc = now.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def _noted(found: tuple[bytes, Mapping[bytes, bytes]]) -> NotedView:
    entry_id, fields = found
    return NotedView(
        entry_id.decode(), fields.get(b"view", b""), fields.get(b"digest", b"").decode()
    )
