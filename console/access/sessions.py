"""Sessions: from the login to the logout, at most a working day, and no longer than it is used."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from time import monotonic
from typing import Final

from console.access.viewers import Viewer

SESSIONS_MAX: Final = 1000
"""Beyond this the one that was unused the longest ends."""


@dataclass(frozen=True, slots=True)
class Session:
    """One person at one browser."""

    viewer: Viewer
    csrf: str
    """What each of its forms carries, and no other site knows."""
    key: str
    """A digest of the cookie, by which what belongs to the session is kept."""


@dataclass(slots=True)
class _Kept:
    session: Session
    begun: float
    used: float


class Sessions:
    """All sessions of this process; they end with it."""

    def __init__(
        self,
        idle_seconds: float,
        whole_seconds: float,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`idle_seconds` without a request end a session, and so do `whole_seconds` in all."""
        self._idle = idle_seconds
        self._whole = whole_seconds
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = Lock()

    def begin(self, viewer: Viewer) -> tuple[str, Session]:
        """A new session, with the cookie that stands for it: no old one is ever taken over."""
        cookie, now = secrets.token_urlsafe(32), self._clock()
        session = Session(viewer, secrets.token_urlsafe(32), _key(cookie))
        with self._lock:
            self._kept[session.key] = _Kept(session, now, now)
            if len(self._kept) > SESSIONS_MAX:
                self._kept.popitem(last=False)
        return cookie, session

    def find(self, cookie: str) -> Session | None:
        """The session of a cookie, used by this; None where there is none or it is over."""
        key, now = _key(cookie), self._clock()
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if now - kept.used >= self._idle or now - kept.begun >= self._whole:
                del self._kept[key]
                return None
            kept.used = now
            self._kept.move_to_end(key)
            return kept.session

    def end(self, session: Session) -> None:
        """The person has logged out."""
        with self._lock:
            self._kept.pop(session.key, None)


def _key(cookie: str) -> str:
    """Looked up by a digest: how long that takes says nothing about the cookie."""
    return sha256(cookie.encode("utf-8", "surrogatepass")).hexdigest()
