"""Shows dead letters on a terminal: as a list, or one with everything known about it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from worker.dead_letters.inspect import TO_DO, DeadLetterView
from worker.determinations.publish import instant
from worker.events.decode import EVENT_BYTES_MAX
from worker.store.protocol import KeptDeadLetter
from worker.store.stream_ids import milliseconds_of
from worker.terminal.console import printable
from worker.terminal.counts import counted
from worker.terminal.indent import Indented
from worker.terminal.table import FittingTable

_EVENT_CHARACTERS_MAX = 8_000
_FAULTS_MAX = 50


def dead_letter_table(shown: Sequence[DeadLetterView]) -> FittingTable:
    """One row per dead letter."""
    headings = ("id", "since", "reason", "type", "source", "event id", "first fault")
    table = FittingTable(*headings, later=("source", "event id", "first fault", "type"))
    for letter in shown:
        fault = letter.faults[0].path if letter.faults else ""
        more = f" and {len(letter.faults) - 1} more" if len(letter.faults) > 1 else ""
        _add_row(
            table,
            letter.id,
            letter.text(b"last_at")[:16].replace("T", " "),
            letter.reason,
            letter.event_type,
            letter.text(b"source"),
            letter.text(b"event_id"),
            fault + more,
        )
    return table


def discard_table(notes: Iterable[KeptDeadLetter]) -> FittingTable:
    """One row per discarded dead letter."""
    names = ("letter", "reason", "source", "event_id", "because")
    headings = [name.replace("_", " ") for name in ("discarded", *names)]
    table = FittingTable(*headings, prose=("because",))
    for note in notes:
        discarded_at = instant(milliseconds_of(note.id))
        said = (note.fields.get(name.encode(), b"").decode() for name in names)
        _add_row(table, discarded_at[:19], *said)
    return table


def totals(counts: Counter[str]) -> str:
    """How many there are, by reason."""
    if not counts:
        return "No dead letters."
    by_reason = ", ".join(f"{printable(reason)} {n}" for reason, n in counts.most_common())
    return f"{counted(counts.total(), 'dead letter')}: {by_reason}."


def dead_letter_parts(letter: DeadLetterView) -> Iterator[RenderableType]:
    """Everything known about a dead letter."""
    yield Text(f"Dead letter {letter.id}: {printable(letter.reason)}", style="bold")
    for name, value in _known(letter):
        yield Text(f"{name}: {printable(value)}")
    yield Text("\nWhat is wrong")
    yield Indented(_faults(letter))
    for to_do in (words for reason, words in TO_DO.items() if reason == letter.reason):
        yield Text(f"\nWhat to do: {to_do}")
    if letter.event is not None:
        yield Text(f"\nThe event, {len(letter.event)} bytes (--raw writes them as they came)")
        yield Indented(Text(shown_event(letter.event)))
    for name, value in letter.entry.items():
        yield Text(f"\nField {printable(name)}: {printable(value[:_EVENT_CHARACTERS_MAX])}")


def shown_event(raw: bytes) -> str:
    """An event for a terminal: indented if it is JSON, otherwise as received."""
    try:
        text = json.dumps(json.loads(raw[:EVENT_BYTES_MAX]), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        text = raw[: 4 * _EVENT_CHARACTERS_MAX].decode("utf-8", "backslashreplace")
    cut = text[:_EVENT_CHARACTERS_MAX]
    more = "" if cut == text else "\n... and more"
    return "\n".join(map(printable, cut.split("\n"))) + more


def _known(letter: DeadLetterView) -> Iterator[tuple[str, str]]:
    """Which event it is and its times, as far as they are known."""
    yield "type", letter.event_type
    yield "source", letter.text(b"source") or "not known"
    yield "event id", letter.text(b"event_id") or "not known"
    yield "member", letter.member_id or "not known"
    yield "arrived in the queue", letter.text(b"first_at")
    yield "dead letter since", letter.text(b"last_at")
    yield "times tried alone", letter.text(b"attempts")


def _faults(letter: DeadLetterView) -> FittingTable:
    table = FittingTable("path", "expected", "found", prose=("expected", "found"))
    for fault in letter.faults[:_FAULTS_MAX]:
        _add_row(table, *fault)
    if len(letter.faults) > _FAULTS_MAX:
        _add_row(table, f"{len(letter.faults) - _FAULTS_MAX} more: see --json", "", "")
    return table


def _add_row(table: FittingTable, *cells: str) -> None:
    table.add_row(*(Text(printable(cell)) for cell in cells))
