"""Tokens that let somebody in once: printed where the console is started, and gone after use."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest
from threading import Lock
from time import monotonic
from typing import Final, NamedTuple

from console.access.viewers import Viewer

GOOD_FOR_SECONDS: Final = 12 * 3600.0
_BYTES: Final = 32


class _Issued(NamedTuple):
    digest: bytes
    viewer: Viewer
    until: float


class OneTimeTokens:
    """Each token names one viewer and can be used once; only digests of them are kept."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._issued: list[_Issued] = []
        self._lock = Lock()

    def issue(self, viewer: Viewer) -> str:
        """A new token for a viewer: 256 random bits, in letters that a URL may hold."""
        token = secrets.token_urlsafe(_BYTES)
        until = self._clock() + GOOD_FOR_SECONDS
        with self._lock:
            self._issued.append(_Issued(_digest(token), viewer, until))
        return token

    def find(self, token: str) -> Viewer | None:
        """The viewer of a token, which stays good; None of a wrong, used or old one."""
        with self._lock:
            found = self._found(token)
        return found.viewer if found else None

    def redeem(self, token: str) -> Viewer | None:
        """The same, and the token is used up by this."""
        with self._lock:
            found = self._found(token)
            self._issued = [each for each in self._issued if each is not found]
        return found.viewer if found else None

    def _found(self, token: str) -> _Issued | None:
        """
        Compares digests, each in constant time, and all of them.

        So how long it takes says nothing about any token.
        """
        digest, now = _digest(token), self._clock()
        found = [each for each in self._issued if compare_digest(each.digest, digest)]
        return found[0] if found and found[0].until > now else None


def _digest(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
