"""Tries an ICD-10-CM release on a library: what changes, and which code sets are affected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from rules.code_sets import CodeSets
from rules.library_model import Library
from rules.loading.families import DiagnosisFamily
from rules.loading.faults import Faults
from rules.loading.files import load_changed
from rules.loading.folder import read_folder
from rules.loading.icd10cm import FILE, HEADER
from rules.loading.icd10cm_release import TableChange, read_release, with_release
from rules.loading.sources import FILE as SOURCES
from rules.loading.sources import read_sources, span_of, with_release_of
from rules.policy_version import PolicyVersion

_CATEGORY = 3


class Touched(NamedTuple):
    """A changed code that affects a code set of a version."""

    version: str
    code: str
    what: str
    """Its effect there, in words."""


class OrderFile(NamedTuple):
    """The official list of a release's codes, as text."""

    name: str
    text: str


class Imported(NamedTuple):
    """What an import would write, and what changes."""

    contents: Mapping[str, bytes]
    """The files to write, by path inside the library."""
    change: TableChange
    touched: tuple[Touched, ...]


def import_release(folder: Path, order_file: OrderFile, since: date, until: date) -> Imported:
    """
    Imports a release that is valid from `since` up to `until` into the table of a library.

    Nothing is written. Raises `LibraryRefused` with every fault of the order file, if the dates do
    not follow those of the table, or if the library would not load afterwards.
    """
    faults = Faults()
    files = read_folder(folder, None, faults)
    table, sources = files.text(FILE) or HEADER, files.text(SOURCES) or ""
    knows_from, knows_to = span_of(read_sources(files), FILE, files)
    _check_days(since, until, knows_from, knows_to, faults)
    faults.refuse_if_any(folder)
    release = read_release(order_file.name, order_file.text, faults)
    change = with_release(table, release, since, faults)
    faults.refuse_if_any(folder)
    told = with_release_of(sources, FILE, since, max(until, knows_to))
    contents = {FILE: change.text.encode(), SOURCES: told.encode()}
    before, after = load_changed(folder, {}), load_changed(folder, contents)
    return Imported(contents, change, tuple(_touched(change, before, after, since)))


def _check_days(since: date, until: date, knows_from: date, knows_to: date, faults: Faults) -> None:
    if not knows_from < since <= knows_to:
        wrong = f"knows the days from {knows_from} up to {knows_to}, and the release is of {since}"
        faults.add(FILE, "", wrong, "Import the releases one after the other, without a gap.")
    if until <= since:
        faults.add(FILE, "", f"the release would end on {until}", "Let it end after it begins.")


def _touched(
    change: TableChange, before: Library, after: Library, since: date
) -> Iterator[Touched]:
    for was, version in zip(before.versions, after.versions, strict=True):
        if version.effective_to is None or since < version.effective_to:
            yield from _of_codes_that_were(change, version)
            yield from _of_new_codes(change, was.codes, version)


def _of_codes_that_were(change: TableChange, version: PolicyVersion) -> Iterator[Touched]:
    """Returns codes of a set that can no longer be billed, or only as longer codes."""
    for codes, word in ((change.ended, "ends"), (change.turned, "changes its kind")):
        for code in codes:
            for what in _places(code, version.codes):
                yield Touched(version.version, code, f"{word}: {what}")


def _places(code: str, codes: CodeSets) -> Iterator[str]:
    held = codes.indications.get(code)
    if held is not None:
        purposes = ", ".join(map(str, sorted(held.indications))) or "none"
        yield f"{held.support} in indications.csv, purposes {purposes}"
    if code in codes.brain_tumour:
        yield "in brain_tumour.csv"
    if any(code == rule.code or code in rule.beside for rule in codes.company):
        yield "in company.csv"


def _of_new_codes(
    change: TableChange, before: CodeSets, version: PolicyVersion
) -> Iterator[Touched]:
    """Returns new codes that a heading includes unreviewed, and those near a purpose."""
    codes = version.codes
    categories = {code[:_CATEGORY] for code in codes.indications}
    for code in change.begun:
        if code in codes.unrelated:
            entry = f" under {_entry(code, codes)}" if _entry(code, codes) else ""
            yield Touched(version.version, code, f"new: unrelated{entry}, so it would be denied")
        elif code in codes.brain_tumour and code not in before.brain_tumour:
            yield Touched(version.version, code, "new: a brain tumour by its heading")
        elif code[:_CATEGORY] in categories:
            yield Touched(version.version, code, f"new: beside purposes in {code[:_CATEGORY]}")


def _entry(code: str, codes: CodeSets) -> str | None:
    family = codes.unrelated
    return family.entry_of(code) if isinstance(family, DiagnosisFamily) else None
