"""deploy/Dockerfile as data, and what of the project a build is given."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from tests.support.sources import ROOT, text_of

IGNORED = [
    line for line in text_of(".dockerignore").splitlines() if line and not line.startswith("#")
]


class Instruction(NamedTuple):
    """One instruction, on one line."""

    word: str
    rest: str


def instructions() -> Iterator[Instruction]:
    """Every instruction of the file, in order."""
    text = re.sub(r"^#.*\n", "", text_of("deploy/Dockerfile"), flags=re.MULTILINE)
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            word, rest = line.split(maxsplit=1)
            yield Instruction(word, " ".join(rest.split()))


def of_kind(word: str) -> list[str]:
    """What follows each instruction of one kind."""
    return [each.rest for each in instructions() if each.word == word]


def first_stage() -> list[Instruction]:
    """Everything up to the second FROM."""
    every = list(instructions())
    return every[: [i for i, each in enumerate(every) if each.word == "FROM"][1]]


def is_given(path: str) -> bool:
    """Whether `.dockerignore` lets a file through; its last pattern that fits decides."""
    places = [path, *map(str, Path(path).parents)][:-1]
    given = True
    for pattern in IGNORED:
        wanted = pattern.removeprefix("!")
        # `**/` stands for any folders, also for none.
        forms = (wanted, f"*/{wanted.removeprefix('**/')}", wanted.removeprefix("**/"))
        if any(fnmatch(place, form) for place in places for form in forms[: _forms(wanted)]):
            given = pattern.startswith("!")
    return given


def copy_given(source: str, target: Path) -> None:
    """Does one COPY: a file into a folder, or what a folder holds into another."""
    origin = ROOT / source
    files = [origin] if origin.is_file() else [each for each in origin.rglob("*") if each.is_file()]
    for file in files:
        if is_given(str(file.relative_to(ROOT))):
            inside = target / file.name if origin.is_file() else target / file.relative_to(origin)
            inside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, inside)


def _forms(pattern: str) -> int:
    return 3 if pattern.startswith("**/") else 1
