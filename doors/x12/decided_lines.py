"""
What was decided of each line, in the order in which it came: for what needs a whole claim.

A determination that comes again sees what it saw at first, so its answers do not change.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from doors.x12.submitted_claims import private_database
from worker.contract.determination import DeterminedEvent

_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS decided (
        place INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        member_id TEXT NOT NULL,
        claim_id TEXT NOT NULL,
        line INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        decided BLOB NOT NULL
    );
    CREATE INDEX IF NOT EXISTS decided_by_claim ON decided (member_id, claim_id);
"""
_UP_TO_IT: Final = """
    SELECT each.line, each.decided FROM decided AS each, decided AS it
    WHERE it.id = ? AND each.member_id = it.member_id AND each.claim_id = it.claim_id
        AND each.place <= it.place
    ORDER BY each.revision
"""


class DecidedLine(NamedTuple):
    """What a determination says of a line, as far as a remittance needs it."""

    outcome: str
    group: str | None
    carc: str | None
    rarc: tuple[str, ...]


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(DecidedLine).decode


class DecidedLines:
    """The determinations that were answered, in a file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def note(self, event: DeterminedEvent) -> Mapping[int, DecidedLine]:
        """Notes a determination once, and returns its claim's lines as they stood with it."""
        data = event.data
        line = DecidedLine(data.outcome, data.group, data.carc, data.rarc)
        row = (event.id, data.member_id, data.claim_id, data.line, data.revision, _encode(line))
        with self._connection:
            self._connection.execute(
                "INSERT OR IGNORE INTO decided (id, member_id, claim_id, line, revision, decided) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                row,
            )
        found = self._connection.execute(_UP_TO_IT, (event.id,))
        return {number: _decode(decided) for number, decided in found}


@contextmanager
def decided_lines(path: Path) -> Iterator[DecidedLines]:
    """Opens the file, which is made where there is none. Raises `UnusableDatabase`, `OSError`."""
    with private_database(path) as connection:
        # One wait for the disk a determination instead of three; the folder is a local one.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_TABLE)
        yield DecidedLines(connection)
