"""Reads a file of claims from its first byte to its last, in memory that does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from doors.x12.claims import PlanFinder
from doors.x12.interchanges import FileTerms, InterchangeReader
from doors.x12.reading import FileReading, InterchangeReading
from doors.x12.segments import SegmentStream, Unreadable
from doors.x12.separators import NotAnInterchange
from doors.x12.sets import SetSpools
from doors.x12.spool import Spool
from doors.x12.terms import SALT_BYTES_MAX, UNSALTED, ReadingTerms

INTERCHANGES_MAX: Final = 10_000

_NO_SALT: Final = (
    "MRS_MEMBER_SALT is not set: the ids of dependents without their own are made without a "
    "secret, and whoever knows name and birth date can tell them."
)
_AS_A_TEST: Final = "The interchange is marked as a test (ISA15 T)."


@contextmanager
def read_file(source: IO[bytes], name: str, terms: ReadingTerms) -> Iterator[FileReading]:
    """
    All that is in a file of claims, sent nowhere yet.

    What cannot be read is told in the reading; nothing of the file raises. Claims and events can be
    gone through until the block ends.
    """
    spools = SetSpools(Spool(), Spool(), Spool())
    try:
        yield _read(source, name, terms, spools)
    finally:
        for spool in spools:
            spool.close()


def _read(source: IO[bytes], name: str, terms: ReadingTerms, spools: SetSpools) -> FileReading:
    salt = (terms.salt or UNSALTED)[:SALT_BYTES_MAX]
    plans = PlanFinder(terms.payers, terms.plan)
    stream = SegmentStream(source, terms.encoding)
    reader = InterchangeReader(stream, spools, FileTerms(terms.received, salt, plans))
    interchanges: list[InterchangeReading] = []
    fault = None
    try:
        interchanges.extend(_interchanges(stream, reader))
    except (NotAnInterchange, Unreadable) as unreadable:
        fault = str(unreadable)
        if interchanges:
            fault = f"What follows the last interchange that was read: {fault}"
    notes = _notes(plans, interchanges)
    if reader.has_made_ids and not terms.salt:
        notes.append(_NO_SALT)
    return FileReading(name, tuple(interchanges), fault, tuple(notes), spools)


def _interchanges(stream: SegmentStream, reader: InterchangeReader) -> Iterator[InterchangeReading]:
    for _ in range(INTERCHANGES_MAX):
        found = stream.next_interchange()
        if found is None:
            return
        yield reader.read(*found)
        if reader.broken_off is not None:
            raise reader.broken_off
    raise Unreadable(f"It has more than {INTERCHANGES_MAX:,} interchanges.")


def _notes(plans: PlanFinder, interchanges: list[InterchangeReading]) -> list[str]:
    notes = [
        f"payers.csv names no plan for {payer or 'a payer without an id'}: lines of "
        f"{count} of its claims are pended until it does."
        for payer, count in plans.unmapped.items()
    ]
    if any(each.elements[14] == "T" for each in interchanges):
        notes.append(_AS_A_TEST)
    return notes
