"""
The login by a proxy that has asked an OpenID Connect provider who somebody is.

The proxy says it in headers, as oauth2-proxy does with `--pass-basic-auth` and
`--pass-user-headers`. A header proves nothing by itself: the request must come over a Unix socket
that only the proxy can open, or bear the secret that the proxy shares with the console.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from hmac import compare_digest
from typing import Final, NamedTuple

from starlette.requests import Request

from console.access.admittance import NotTheProxy, TooManyGuesses
from console.access.viewers import AUDITOR, REVIEWER, SENIOR, Role, Viewer
from worker.config.guesses import WrongGuesses

USER: Final = "x-forwarded-user"
GROUPS: Final = "x-forwarded-groups"
_HIGHEST_FIRST: Final[tuple[Role, ...]] = (SENIOR, REVIEWER, AUDITOR)
_CREDENTIAL: Final = "credential-"
_ID_CHARACTERS_MAX: Final = 256


class _Basic(NamedTuple):
    user: str
    password: bytes


class ProxyLogin:
    """Takes the word of the proxy, and of nobody else."""

    def __init__(
        self, groups: str, secret: str | None, guesses: WrongGuesses | None = None
    ) -> None:
        """
        `groups` begins the names of the groups that count.

        `secret` is None only where the console listens on a socket that nobody but the proxy opens.
        """
        self._groups = groups
        self._secret = None if secret is None else secret.encode()
        self._guesses = guesses or WrongGuesses()

    speaks_for_each_request: Final = True
    goodbye: Final = "/oauth2/sign_out"
    """Where oauth2-proxy ends its own session."""

    def viewer_of(self, request: Request) -> Viewer | None:
        """
        Who the proxy says that it is; None where it names nobody with a role here.

        Raises `NotTheProxy` and `TooManyGuesses`. The right secret is taken at any time, so that
        nobody can lock the proxy out by guessing.
        """
        basic = _basic_in(request.headers.get("authorization", ""))
        self._must_be_the_proxy(request, basic.password)
        user = request.headers.get(USER, "").strip()
        if self._secret is not None and user != basic.user:
            return None
        role = self._role_in(request)
        if role is None or not 0 < len(user) <= _ID_CHARACTERS_MAX:
            return None
        return Viewer(user, role, self._credential_in(request))

    def _must_be_the_proxy(self, request: Request, password: bytes) -> None:
        if self._secret is None or compare_digest(password, self._secret):
            return
        address = request.client.host if request.client else ""
        if self._guesses.are_too_many(address):
            raise TooManyGuesses("Too many wrong secrets came from here. Wait a minute.")
        self._guesses.add(address)
        raise NotTheProxy("Open the console by your organisation's address.")

    def _role_in(self, request: Request) -> Role | None:
        groups = set(self._named(request))
        return next((role for role in _HIGHEST_FIRST if role in groups), None)

    def _credential_in(self, request: Request) -> str | None:
        named = self._named(request)
        found = [each.removeprefix(_CREDENTIAL) for each in named if each.startswith(_CREDENTIAL)]
        return ", ".join(sorted(filter(None, found))) or None

    def _named(self, request: Request) -> list[str]:
        """What the groups that count are called after their common beginning."""
        groups = ",".join(request.headers.getlist(GROUPS)).split(",")
        return [
            group.strip().removeprefix(self._groups)
            for group in groups
            if group.strip().startswith(self._groups)
        ]


def _basic_in(header: str) -> _Basic:
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return _Basic("", b"")
    try:
        user, _, password = b64decode(coded.strip(), validate=True).partition(b":")
    except (Error, ValueError):
        return _Basic("", b"")
    return _Basic(user.decode("utf-8", "replace"), password)
