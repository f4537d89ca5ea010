"""Reads the tables of letters: what a notice holds, plain words, protected codes, senders."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple, TypeVar, cast

from console.letters.block_reading import ADDRESSEES, KINDS, LINES_OF_BUSINESS, WHENS
from console.letters.model import EVERY, NeedWords, NoticeItem, ReasonWords, Sender, SensitiveCode
from console.letters.slots import LISTS, SLOTS
from rules.library_model import Library
from rules.loading.folder import LibraryFiles
from rules.loading.states import STATES
from rules.loading.tables import PROCEDURE, Row, read_table
from rules.loading.words import one_of

WordT = TypeVar("WordT", bound=str)

_PREFIX: Final = re.compile(r"[A-Z]([0-9][0-9A-Z]?(\.[0-9A-Z]{1,4})?)?")
_SENDER: Final = Sender._fields


def read_contents(files: LibraryFiles, order: Sequence[str]) -> tuple[NoticeItem, ...]:
    """Reads what a notice must hold."""
    columns = NoticeItem._fields
    key = ("item", "letters", "when", "states", "lines_of_business")
    return tuple(_item(row, order) for row in read_table(files, "contents.csv", columns, *key))


def _item(row: Row, order: Sequence[str]) -> NoticeItem:
    slots = row.codes("slots")
    for name in slots:
        if name not in (*SLOTS, *LISTS):
            row.fault(f"slots has {name!r}, which is not a slot", one_of(name, (*SLOTS, *LISTS)))
    block = row.text("block")
    if order and block not in order:
        row.fault(f"block is {block!r}, which is not in the order", one_of(block, order))
    return NoticeItem(
        item=row.text("item"),
        letters=_words(row, "letters", KINDS),
        to=_words(row, "to", ADDRESSEES),
        when=row.choice("when", WHENS),
        states=_words(row, "states", (EVERY, *sorted(STATES))),
        lines_of_business=_words(row, "lines_of_business", (EVERY, *LINES_OF_BUSINESS)),
        block=block,
        slots=slots,
        law=row.text("law"),
    )


def read_sensitive(files: LibraryFiles) -> tuple[SensitiveCode, ...]:
    """Reads the diagnoses that laws keep out of letters."""
    columns = SensitiveCode._fields
    rows = read_table(files, "sensitive.csv", columns, "prefix", "states", "to")
    return tuple(
        SensitiveCode(
            prefix=row.code("prefix", _PREFIX),
            kind=row.text("kind"),
            states=_words(row, "states", (EVERY, *sorted(STATES))),
            to=_words(row, "to", ADDRESSEES),
            words=row.codes("words"),
            law=row.text("law"),
        )
        for row in rows
    )


class WordsAsked(NamedTuple):
    """What a table of words may name, and what it has to name."""

    known: Collection[str]
    wanted: Collection[str]


def read_reasons(files: LibraryFiles, file: str, told: WordsAsked) -> dict[str, ReasonWords]:
    """Reads plain words for reasons by which a line is approved, denied or pended."""
    columns = ("code", "member", "provider", "judgement")
    rows = read_table(files, file, columns, "code")
    _check_all(files, file, rows, "code", told)
    return {
        row.text("code"): ReasonWords(
            row.text("member"), row.text("provider"), row.optional("judgement") or ""
        )
        for row in rows
    }


NEVER_WRITTEN: Final = ("NO_CONFLICT", "OUT_OF_SCOPE", "SUPERSEDED", "VOIDED", "VOID_PROCESSED")
"""Reasons of lines that are not decided, of which there is no letter."""


def read_needs(files: LibraryFiles, file: str, told: WordsAsked) -> dict[str, NeedWords]:
    """Reads what is missing in plain words; a review is no document, and nobody is asked for it."""
    rows = read_table(files, file, ("code", "member", "why"), "code")
    _check_all(files, file, rows, "code", told)
    return {row.text("code"): NeedWords(row.text("member"), row.text("why")) for row in rows}


def read_criteria(files: LibraryFiles, file: str, told: WordsAsked) -> dict[str, str]:
    """Reads each criterion as a question."""
    rows = read_table(files, file, ("criterion", "question"), "criterion")
    _check_all(files, file, rows, "criterion", told)
    return {row.text("criterion"): row.text("question") for row in rows}


def read_services(
    files: LibraryFiles, file: str, wanted: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Reads our labels of procedures that are decided."""
    rows = read_table(files, file, ("procedure", "member", "provider"), "procedure")
    found = {
        row.code("procedure", PROCEDURE): (row.text("member"), row.text("provider")) for row in rows
    }
    for procedure in sorted(set(wanted) - found.keys()) if rows else ():
        files.faults.add(file, procedure, "is missing", "Add its row.")
    return found


def read_senders(files: LibraryFiles, library: Library) -> dict[str, Sender]:
    """Reads who sends the letters of each plan; plans of a folder of their own may be without."""
    rows = read_table(files, "senders.csv", ("plan_id", *_SENDER), "plan_id")
    senders = {row.text("plan_id"): Sender(*map(row.text, _SENDER)) for row in rows}
    return {plan: sender for plan, sender in senders.items() if plan in library.plans}


def _words(row: Row, column: str, allowed: Sequence[WordT]) -> frozenset[WordT]:
    found = row.codes(column)
    if not found:
        row.fault(f"{column} is empty", one_of("", allowed))
    for word in found:
        if word not in allowed:
            row.fault(f"{column} has {word!r}, which is not allowed", one_of(word, allowed))
    return frozenset(cast("tuple[WordT, ...]", found))


def _check_all(
    files: LibraryFiles,
    file: str,
    rows: Sequence[Row],
    column: str,
    told: WordsAsked,
) -> None:
    """Every code is known, and each that is wanted has its row."""
    codes = [row.text(column) for row in rows]
    for row, code in zip(rows, codes, strict=True):
        if code not in told.known:
            row.fault(
                f"{column} is {code!r}, which the library does not have",
                one_of(code, sorted(told.known)),
            )
    for code in sorted(set(told.wanted) - set(codes)) if rows else ():
        files.faults.add(file, code, "is missing", "Add its row in plain words.")
