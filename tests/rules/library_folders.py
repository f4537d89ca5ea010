"""Copies of the shipped library, and ways to damage them; the one big table is linked."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from rules.loading.faults import LibraryRefused
from rules.loading.files import SHIPPED, load_library

VERSION = "policies/6.01.03/2025-03-17/"
POLICY = VERSION + "policy.toml"
SETS = VERSION + "code_sets/"
BIG = "code_sets/icd10cm.csv"
COMMERCIAL = "plans/sample-commercial.toml"
DSNP = "plans/sample-dsnp.toml"

Change = Callable[[Path, str], None]


class Damage(NamedTuple):
    """A file, what is done to it, and what the refusal must name."""

    file: str
    change: Change
    where: str
    wrong: str
    named_in: str | None = None
    """The file that the refusal names, where it is another one."""


def copy_library(target: Path) -> Path:
    """A whole copy of the shipped library."""
    shutil.copytree(SHIPPED, target, ignore=shutil.ignore_patterns("icd10cm.csv"))
    (target / BIG).symlink_to(SHIPPED / BIG)
    return target


def copy_small_library(target: Path) -> Path:
    """A copy with no more of the big table than the other files name, so that it loads fast."""
    copy_library(target)
    (target / BIG).unlink()
    (target / BIG).write_text(_small_table())
    return target


@cache
def _small_table() -> str:
    named: set[str] = set()
    for name in ("indications", "brain_tumour", "company", "unrelated"):
        rows = (SHIPPED / SETS / f"{name}.csv").read_text().splitlines()
        named |= {row.split(",")[0] for row in rows} | {
            row[:3] for row in rows if name != "unrelated"
        }
    header, *rows = (SHIPPED / BIG).read_text().splitlines(keepends=True)
    kept, heading = [header], "none"
    for row in rows:
        code, kind, *_ = row.split(",")
        # A heading keeps its first code: a heading of nothing would be a fault.
        if _is_kept(code, named) or code.startswith(heading):
            kept.append(row)
            heading = code if kind == "heading" else "none"
    return "".join(kept)


def _is_kept(code: str, named: set[str]) -> bool:
    return code in named or code.startswith("Z99") or (code[:3] in named and len(code) < 6)


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Replaces what stands once in a file; the big table becomes the test's own."""
    path = folder / file
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
    path.unlink()
    path.write_text(text.replace(old, new))


def refused(folder: Path, plans: Path | None = None) -> LibraryRefused:
    """The refusal of a library that must not load."""
    with pytest.raises(LibraryRefused) as caught:
        load_library(folder, plans)
    return caught.value


def check_refused(damage: Damage, folder: Path) -> None:
    """Damages a copy, and sees that its refusal names file and row, and says what to do."""
    copy = copy_library if damage.file == BIG else copy_small_library
    damage.change(copy(folder), damage.file)

    refusal = refused(folder)

    named = [
        fault
        for fault in refusal.faults
        if fault.file == (damage.named_in or damage.file)
        and damage.where in fault.where
        and damage.wrong in fault.wrong
    ]
    assert named, str(refusal)
    assert all(str(fault) in str(refusal) for fault in named)
    assert all(fault.to_do.endswith(".") for fault in refusal.faults)


def ids(damages: dict[str, Damage]) -> list[object]:
    """The damages as rows of a table test."""
    return [pytest.param(damage, id=name) for name, damage in damages.items()]


def swap(old: str, new: str) -> Change:
    return lambda folder, file: edit(folder, file, old, new)


def append(text: str) -> Change:
    def change(folder: Path, file: str) -> None:
        path = folder / file
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content + text.encode())

    return change


def write(content: bytes) -> Change:
    def change(folder: Path, file: str) -> None:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).unlink(missing_ok=True)
        (folder / file).write_bytes(content)

    return change


def take_away(folder: Path, file: str) -> None:
    (folder / file).unlink()


def drop_column(column: str) -> Change:
    def change(folder: Path, file: str) -> None:
        path = folder / file
        header, rest = path.read_text().split("\n", 1)
        path.unlink()
        kept = ",".join(name for name in header.split(",") if name != column)
        assert kept != header
        path.write_text(f"{kept}\n{rest}")

    return change


def swap_after(mark: str, old: str, new: str) -> Change:
    """Replaces the first of something that stands after a mark."""

    def change(folder: Path, file: str) -> None:
        path = folder / file
        before, after = path.read_text().split(mark, 1)
        assert old in after
        path.write_text(before + mark + after.replace(old, new, 1))

    return change
