"""Who may send: whoever has the token, and nobody who guesses at it."""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest
from time import monotonic
from typing import Literal

from worker.config.guesses import WrongGuesses

Admission = Literal["granted", "refused", "throttled"]


class TokenAccess:
    """Compares tokens in constant time, and counts wrong ones by address."""

    def __init__(self, token: str | None, clock: Callable[[], float] = monotonic) -> None:
        """`token`: None where certificates alone say who may send."""
        self._token = None if token is None else token.encode()
        self._guesses = WrongGuesses(clock)

    def admit(self, address: str, header: str | None) -> Admission:
        """Whether a request with such an `Authorization` may go on."""
        if self._token is None:
            return "granted"
        if self._guesses.are_too_many(address):
            return "throttled"
        if compare_digest(_token_in(header), self._token):
            self._guesses.forget(address)
            return "granted"
        self._guesses.add(address)
        return "refused"


def _token_in(header: str | None) -> bytes:
    scheme, _, token = (header or "").partition(" ")
    return token.strip().encode("utf-8", "replace") if scheme.lower() == "bearer" else b""
