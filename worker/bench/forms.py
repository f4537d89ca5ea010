"""The forms of the program that are measured beside one another, each in a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Final, Literal, NamedTuple

from worker.determinations.rules_form import rules_form
from worker.failures import RefusedError

FormName = Literal["compiled", "pure", "against"]

_HERE: Final = Path(__file__).resolve().parents[2]
"""Where the packages of the running program are."""
_PACKAGES: Final = ("mrs_adjudicator", "rules", "worker")
_ENTRY: Final = "rules/adjudicate.py"


class ProgramForm(NamedTuple):
    """One form of the program."""

    name: FormName
    folder: Path
    """Where its packages are, for the path of a process that runs it."""


class NotAWheel(RefusedError):
    """A file is no wheel of the adjudicator, or not the one that is wanted."""


@contextmanager
def program_forms(compiled: Path | None, against: Path | None) -> Iterator[tuple[ProgramForm, ...]]:
    """
    The forms that can be measured, while the block runs; the first is the one that is shipped.

    This program compiled, as the wheel `compiled` has it or as it runs here, and the same without
    what was compiled; or, if nothing is, as it runs here; then `against`, the wheel of another
    release. Dependencies are those of this environment. Raises `NotAWheel`.
    """
    with tempfile.TemporaryDirectory(prefix="mrs-bench-") as made:
        folder = Path(made)
        forms = _own_forms(compiled, folder)
        if against is not None:
            forms.append(ProgramForm("against", _unpacked(against, folder / "against")))
        yield tuple(forms)


def _own_forms(compiled: Path | None, folder: Path) -> list[ProgramForm]:
    if compiled is not None:
        shipped = _unpacked(compiled, folder / "compiled")
        if not any(shipped.rglob(f"adjudicate*{EXTENSION_SUFFIXES[0]}")):
            raise NotAWheel(f"{compiled.name} has no rules that are compiled for this Python.")
    elif rules_form() == "compiled":
        shipped = _HERE
    else:
        return [ProgramForm("pure", _HERE)]
    pure = folder / "pure"
    for package in _PACKAGES:
        shutil.copytree(shipped / package, pure / package, ignore=shutil.ignore_patterns("*.so"))
    for metadata in shipped.glob("mrs_adjudicator-*.dist-info"):
        shutil.copytree(metadata, pure / metadata.name)
    return [ProgramForm("compiled", shipped), ProgramForm("pure", pure)]


def _unpacked(wheel: Path, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(wheel) as archive:
            if _ENTRY not in archive.namelist():
                raise NotAWheel(f"{wheel.name} is not a wheel of mrs-adjudicator.")
            archive.extractall(folder)
    except zipfile.BadZipFile as broken:
        raise NotAWheel(f"{wheel.name} is not a wheel.") from broken
    return folder
