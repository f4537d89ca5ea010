"""The sets of diagnoses of a policy version, each checked against the ICD-10-CM table."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, get_args

from rules.code_sets import Company, IndicationName, Indications, Purpose, Support
from rules.loading.families import DiagnosisFamily, expanded, read_entries
from rules.loading.folder import LibraryFiles
from rules.loading.icd10cm import Icd10cmTable
from rules.loading.tables import DIAGNOSIS, Row, read_table

_SUPPORTS: tuple[Support, ...] = get_args(Support)
_LETTER = re.compile(r"[A-Z]")
_PURPOSE = re.compile(r"[1-9]|[a-z][a-z_]*")
_TUMOURS = "brain_tumour"


_NAMES = ("indication", "section", "group", "label", "source")


class DiagnosisSets(NamedTuple):
    """Every set of diagnoses, and the table they are read with."""

    indications: dict[str, Indications]
    unrelated: DiagnosisFamily
    brain_tumour: frozenset[str]
    company: tuple[Company, ...]
    indication_names: dict[Purpose, IndicationName]
    symptom_chapters: frozenset[str]
    circumstances: frozenset[str]


def read_diagnosis_sets(files: LibraryFiles, folder: str, table: Icd10cmTable) -> DiagnosisSets:
    """Reads all sets of a version; problems are recorded as faults."""
    reading = _Reading(files, folder, table)
    names = reading.indication_names()
    chapters = reading.symptom_chapters()
    tumours = reading.brain_tumour()
    circumstances = frozenset(letter for letter, is_one in chapters.items() if is_one)
    indications = reading.indications(names)
    return DiagnosisSets(
        indications=indications,
        unrelated=reading.unrelated(circumstances, {*indications, *tumours}),
        brain_tumour=tumours,
        company=reading.company(names, tumours),
        indication_names=names,
        symptom_chapters=frozenset(chapters),
        circumstances=circumstances,
    )


def rows_of_purposes(files: LibraryFiles, folder: str) -> Iterator[tuple[Purpose, Row]]:
    """Yields each purpose of a version that was read, with its row."""
    file = f"{folder}/code_sets/indication_names.csv"
    for row in read_table(files, file, _NAMES, _NAMES[0]):
        yield _purpose(row.text("indication")), row


class _Reading:
    """Reads the sets of one version."""

    def __init__(self, files: LibraryFiles, folder: str, table: Icd10cmTable) -> None:
        self._files = files
        self._folder = folder
        self._table = table

    def symptom_chapters(self) -> dict[str, bool]:
        """Maps first letters to whether they name circumstances."""
        rows = self._rows("symptom_chapters", "letter", "circumstance", "label", "source")
        return {
            row.code("letter", _LETTER): row.yes_no("circumstance")
            for row in rows
            if row.text("label") and row.text("source")
        }

    def indication_names(self) -> dict[Purpose, IndicationName]:
        return {
            _purpose(row.code("indication", _PURPOSE)): IndicationName(
                section=row.text("section"),
                group=row.text("group"),
                label=row.text("label"),
            )
            for row in self._rows("indication_names", *_NAMES)
            if row.text("source")
        }

    def indications(self, names: Collection[Purpose]) -> dict[str, Indications]:
        found: dict[str, Indications] = {}
        for row in self._rows("indications", "code", "indications", "support", "source"):
            numbers = row.codes("indications")
            support = row.choice("support", _SUPPORTS)
            row.text("source")
            if not numbers and support != "listed":
                row.fault(f"is {support} but names no indication", "Name one, or remove the row.")
            found[self._diagnosis(row, row.code("code", DIAGNOSIS))] = Indications(
                indications=frozenset(_indication(row, number, names) for number in numbers),
                support=support,
            )
        return found

    def unrelated(
        self, circumstances: frozenset[str], purposes: Collection[str]
    ) -> DiagnosisFamily:
        """Reads unrelated codes; no entry may cover one that supports a purpose or its tumour."""
        rows = self._rows("unrelated", "code", "except", "why")
        placed = [(row, _takes_out(row)) for row in rows if row.text("why")]
        entries = read_entries(placed, self._table, circumstances)
        family = DiagnosisFamily(entries, self._table)
        _check_apart(family, {row.code("code", DIAGNOSIS): row for row, _ in placed}, purposes)
        return family

    def brain_tumour(self) -> frozenset[str]:
        rows = [
            (row, False) for row in self._rows(_TUMOURS, "code", "source") if row.text("source")
        ]
        read_entries(rows, self._table)
        return frozenset().union(
            *(expanded(row, row.code("code", DIAGNOSIS), self._table) for row, _ in rows)
        )

    def company(self, names: Collection[Purpose], tumours: frozenset[str]) -> tuple[Company, ...]:
        columns = ("code", "indication", "beside", "in_history", "section", "source")
        found: list[Company] = []
        for row in self._rows("company", *columns):
            beside = row.codes("beside")
            named = {self._diagnosis(row, code) for code in beside if code != _TUMOURS}
            company = Company(
                code=self._diagnosis(row, row.code("code", DIAGNOSIS)),
                indication=_indication(row, row.text("indication"), names),
                beside=frozenset(named) | (tumours if _TUMOURS in beside else frozenset()),
                in_history=row.yes_no("in_history"),
            )
            if company.in_history and beside != (_TUMOURS,):
                row.fault(
                    "looks for other codes in the history",
                    f"Only {_TUMOURS} can be looked for there.",
                )
            row.text("section")
            row.text("source")
            found.append(company)
        return tuple(found)

    def _rows(self, name: str, *columns: str) -> list[Row]:
        """Reads the rows of a set; its first column is its key. A policy may be without the set."""
        file = f"{self._folder}/code_sets/{name}.csv"
        if file not in self._files.names:
            return []
        return read_table(self._files, file, columns, columns[0])

    def _diagnosis(self, row: Row, code: str) -> str:
        """Returns a code that has been billable at some time."""
        table = self._table
        if not table.is_empty and not any(held.is_billable for held in table.rows(code)):
            row.fault(f"{code} is not a billable code in icd10cm.csv", "Write the full code.")
        return code


def _takes_out(row: Row) -> bool:
    return row.optional("except") is not None and row.yes_no("except")


def _check_apart(
    family: DiagnosisFamily, rows: Mapping[str, Row], purposes: Collection[str]
) -> None:
    for code in sorted(purposes):
        if code in family:
            entry = family.entry_of(code) or code
            to_do = f"Exclude {code} by a row of its own, or remove it from the other set."
            rows[entry].fault(f"covers {code}, which supports a purpose", to_do)


def _indication(row: Row, word: str, names: Collection[Purpose]) -> Purpose:
    if _purpose(word) in names:
        return _purpose(word)
    known = ", ".join(str(name) for name in names)
    row.fault(f"names indication {word!r}, which does not exist", f"Use one of: {known}.")
    return 0


def _purpose(word: str) -> Purpose:
    return int(word) if word.isdigit() else word
