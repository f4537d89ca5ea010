"""Remembers outside Redis which installation this address held."""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Final, NamedTuple, Self, cast

from redis import Redis

from worker.config.settings import Settings
from worker.store.keys import Keys
from worker.store.scripts import Scripts, failures_in_our_words, wrong_type_named

_ID_BYTES: Final = 16


def new_installation_id() -> str:
    """A random id."""
    return token_hex(_ID_BYTES)


class KnownInstallation:
    """
    The id of the installation, as a process and the children that it forks later know it.

    A file keeps it for the next process on this machine. Where that file cannot be read or written,
    the memory alone has it, and a new process believes what Redis says.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._shared = mmap.mmap(-1, 2 * _ID_BYTES)
        self._write(_read(file))

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What is remembered of the installation that these settings name."""
        name = f"{settings.masked_redis_url} {settings.prefix}"
        return cls(settings.state_dir / f"installation-{sha256(name.encode()).hexdigest()[:16]}")

    @property
    def id(self) -> str:
        """The id; empty: none is known yet."""
        return self._shared[:].rstrip(b"\0").decode()

    def learn(self, found: str) -> None:
        """Remembers an id that Redis has and that agrees with what was known."""
        if found != self.id:
            self._write(found)
            _keep(self._file, found)

    def _write(self, known: str) -> None:
        self._shared[:] = known.encode().ljust(2 * _ID_BYTES, b"\0")


def _read(file: Path) -> str:
    try:
        seen = file.lstat()
        found = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    is_ours = os.getuid() in {0, seen.st_uid} and not file.is_symlink()
    is_id = len(found) == 2 * _ID_BYTES and set(found) <= set("0123456789abcdef")
    return found if is_ours and is_id else ""


def _keep(file: Path, known: str) -> None:
    """Replaces the file as a whole; without it, the memory of the process has to do."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        with os.fdopen(handle, "w") as out:
            out.write(f"{known}\n")
        Path(part).replace(file)
    except OSError:
        return


def accept_installation(client: Redis, keys: Keys, remembered: Sequence[str]) -> str:
    """
    Accepts what Redis holds as the installation, in place of those that are remembered.

    Returns its id; raises `RetryableError`.
    """
    found: bytes = Scripts(client).run(
        "accept", [keys.meta], new_installation_id(), *filter(None, remembered)
    )
    return found.decode()


class InstallationInRedis(NamedTuple):
    """What Redis says of its installation."""

    id: str
    """Empty: it has none."""
    lost: bool
    """Whether a worker remembers another, which nobody has given up."""
    accepted: frozenset[str]
    """Earlier ones in whose place an operator has accepted this one."""
    by_operator: bool
    """Whether an operator has accepted this one."""

    def stands_for(self, remembered: str) -> bool:
        """Whether it is the one that is remembered (empty: none), or was accepted as it."""
        is_known = remembered in {"", self.id} or remembered in self.accepted
        return is_known and not self.lost


def installation_in(client: Redis, keys: Keys) -> InstallationInRedis:
    """What the meta key holds; raises `RetryableError`."""
    with failures_in_our_words(client), wrong_type_named("meta"):
        meta = cast("dict[bytes, bytes]", client.hgetall(keys.meta))
    earlier = (name.decode() for name in meta if name.startswith(b"was:"))
    found = meta.get(b"installation", b"").decode()
    return InstallationInRedis(
        found,
        b"lost" in meta,
        frozenset(name.removeprefix("was:") for name in earlier),
        bool(found) and meta.get(b"accepted", b"").decode() == found,
    )
