"""Reads and checks the folder `letters/` of a library as a whole, or refuses it as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from console.letters.block_reading import read_common, read_templates
from console.letters.model import LetterLibrary
from console.letters.table_reading import (
    read_contents,
    read_senders,
    read_sensitive,
)
from console.letters.words_of_policies import OWN_TABLES, policy_of_table, read_words
from rules.library_model import Library
from rules.loading.faults import Faults, LibraryFault, LibraryRefused
from rules.loading.folder import LETTERS, LibraryFiles
from rules.loading.words import one_of

COMMON: Final = "common.toml"
TABLES: Final = (
    "contents.csv",
    "criteria.csv",
    "needs.csv",
    "reasons.csv",
    "senders.csv",
    "sensitive.csv",
    "services.csv",
)


def load_letters(folder: Path, library: Library) -> LetterLibrary:
    """
    Loads the letters of the library in a folder; `library` is the one that was loaded from it.

    Raises `LibraryRefused` with every fault.
    """
    contents = _read(folder / LETTERS)
    for path in sorted(folder.glob(f"policies/*/{LETTERS}")):
        own = _read(path)
        contents |= {f"{path.relative_to(folder).as_posix()}/{name}": own[name] for name in own}
    return letters_of(contents, folder / LETTERS, library)


def letters_of(contents: Mapping[str, bytes], folder: Path, library: Library) -> LetterLibrary:
    """
    Checks files, by name, that stand in for those of a folder.

    Raises `LibraryRefused` with every fault.
    """
    faults = Faults()
    files = LibraryFiles(contents, faults)
    _check_names(files)
    order, common = read_common(files, COMMON)
    names = [name for name in files.names if _is_template(name)]
    templates = read_templates(files, names, order)
    words = read_words(files, library)
    letters = LetterLibrary(
        digest=files.digest(),
        order=order,
        common=common,
        templates=templates,
        contents=read_contents(files, order),
        sensitive=read_sensitive(files),
        reasons=words.shared.reasons,
        needs=words.shared.needs,
        criteria=words.shared.criteria,
        own=words.own,
        services=words.services,
        senders=read_senders(files, library),
    )
    _check_every_plan_has_a_template(letters, library, faults)
    faults.refuse_if_any(folder)
    return letters


def _read(folder: Path) -> dict[str, bytes]:
    try:
        return {
            path.name: path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.is_file() and not path.name.startswith(".")
        }
    except OSError as error:
        wrong = f"cannot be read ({error.strerror})"
        to_do = "Copy letters/ from the library that is shipped."
        raise LibraryRefused(
            folder.parent, [LibraryFault(f"{LETTERS}/", "", wrong, to_do)]
        ) from None


def _check_names(files: LibraryFiles) -> None:
    wanted: Sequence[str] = (COMMON, *TABLES)
    for name in wanted:
        if name not in files.names:
            files.faults.add(name, "", "is missing", "Restore it.")
    for name in files.names:
        is_own = policy_of_table(name) is not None and name.rpartition("/")[2] in OWN_TABLES
        if name not in wanted and not _is_template(name) and not is_own:
            to_do = f"Remove it or correct its name. {one_of(name, wanted)}"
            files.faults.add(name, "", "does not belong among letters", to_do)


def _is_template(name: str) -> bool:
    return name.endswith(".toml") and "/" not in name and name != COMMON


def _check_every_plan_has_a_template(
    letters: LetterLibrary, library: Library, faults: Faults
) -> None:
    for plan in library.plans.values():
        if letters.template_for(plan.state, plan.line_of_business) is None:
            where = f"plan {plan.plan_id}"
            wrong = f"no letters for {plan.line_of_business} in {plan.state or 'no state'}"
            faults.add("<jurisdiction>.toml", where, wrong, "Add a file for them.")
