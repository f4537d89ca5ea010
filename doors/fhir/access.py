"""Who may send: whoever has the token, and nobody who guesses at it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from hmac import compare_digest
from time import monotonic
from typing import Final, Literal

WRONG_MAX: Final = 10
"""So many wrong tokens of one address are answered; then nothing of it is, for a while."""
FORGOTTEN_AFTER_SECONDS: Final = 60.0
ADDRESSES_MAX: Final = 10_000

Admission = Literal["granted", "refused", "throttled"]


class TokenAccess:
    """Compares tokens in constant time, and counts wrong ones by address."""

    def __init__(self, token: str | None, clock: Callable[[], float] = monotonic) -> None:
        """`token`: None where certificates alone say who may send."""
        self._token = None if token is None else token.encode()
        self._clock = clock
        self._wrong: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def admit(self, address: str, header: str | None) -> Admission:
        """Whether a request with such an `Authorization` may go on."""
        if self._token is None:
            return "granted"
        count, since = self._wrong.get(address, (0, self._clock()))
        if self._clock() - since >= FORGOTTEN_AFTER_SECONDS:
            count, since = 0, self._clock()
        if count >= WRONG_MAX:
            return "throttled"
        if compare_digest(_token_in(header), self._token):
            self._wrong.pop(address, None)
            return "granted"
        self._wrong[address] = (count + 1, since)
        self._wrong.move_to_end(address)
        if len(self._wrong) > ADDRESSES_MAX:
            self._wrong.popitem(last=False)
        return "refused"


def _token_in(header: str | None) -> bytes:
    scheme, _, token = (header or "").partition(" ")
    return token.strip().encode("utf-8", "replace") if scheme.lower() == "bearer" else b""
