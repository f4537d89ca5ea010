"""
The claims that files submitted, kept for the answers to them.

It holds names and ids of members, so its file is for its owner alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from doors.x12.claim_origin import ClaimOrigin
from worker.failures import RetryableError

_FOR_ME: Final = 0o600
_WAIT_SECONDS: Final = 30.0
_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS claims (
        member_id TEXT NOT NULL,
        claim_id TEXT NOT NULL,
        origin BLOB NOT NULL,
        PRIMARY KEY (member_id, claim_id)
    ) WITHOUT ROWID
"""

_encode: Final = msgspec.msgpack.Encoder(decimal_format="string").encode
_decode: Final = msgspec.msgpack.Decoder(ClaimOrigin).decode


class SubmittedClaim(NamedTuple):
    """A claim of a member, as its file has it."""

    member_id: str
    origin: ClaimOrigin


class SubmittedClaims:
    """The claims in a file; of a claim that comes again the first holds, as in the queue."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def remember(self, claims: Iterable[SubmittedClaim]) -> None:
        """Adds claims, all or none of them."""
        rows = ((each.member_id, each.origin.claim_id, _encode(each.origin)) for each in claims)
        with self._connection:
            self._connection.executemany("INSERT OR IGNORE INTO claims VALUES (?, ?, ?)", rows)

    def origin_of(self, member_id: str, claim_id: str) -> ClaimOrigin | None:
        """The claim as its file has it; None where no file brought it."""
        found = self._connection.execute(
            "SELECT origin FROM claims WHERE member_id = ? AND claim_id = ?", (member_id, claim_id)
        ).fetchone()
        return _decode(found[0]) if found else None


class UnusableDatabase(RetryableError):
    """A file is none of ours, or another program keeps it."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} cannot be used: {why}.")


@contextmanager
def submitted_claims(path: Path) -> Iterator[SubmittedClaims]:
    """Opens the file, which is made where there is none. Raises `UnusableDatabase`, `OSError`."""
    with private_database(path) as connection:
        connection.execute(_TABLE)
        yield SubmittedClaims(connection)


@contextmanager
def private_database(path: Path) -> Iterator[sqlite3.Connection]:
    """
    A database in a file that only its owner may read; what was written last is durable.

    Raises `UnusableDatabase` for whatever goes wrong with it in the block, and `OSError`.
    """
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, _FOR_ME))
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS)
    try:
        connection.execute("PRAGMA synchronous = FULL")
        yield connection
    except sqlite3.DatabaseError as error:
        raise UnusableDatabase(path.name, str(error)) from error
    finally:
        connection.close()
