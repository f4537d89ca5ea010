"""Carries a recipe of ARCHITECTURE.md out on a copy of the project, and asks who notices."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.support.processes import uncounted_environment
from tests.support.sources import ROOT, text_of

TYPES = "types"
"""Stands for the type checker among the checks of a step."""

_UNTOLD = "--assert=plain"
"""Where nobody reads why a test failed, saying so is half of its time."""
_NOT_COPIED = shutil.ignore_patterns(".[!m]*cache*", ".venv", ".git", ".hypothesis", "dist")


class Step(NamedTuple):
    """One step of a recipe, and the check that fails until it is done."""

    path: str
    """As the page has it, with the name of the dummy in place of `<name>`."""
    do: Callable[[Copy], None]
    noticed_by: Sequence[str]
    """Tests, or `TYPES`."""


class Copy:
    """A copy of the project in which things may be changed and tried."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "copy"
        shutil.copytree(ROOT, self.root, ignore=_NOT_COPIED, symlinks=True)

    def read(self, path: str) -> str:
        """What a file says."""
        return (self.root / path).read_text("utf-8")

    def write(self, path: str, text: str) -> None:
        """A whole file."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def insert(self, path: str, after: str, text: str) -> None:
        """Text behind the one place in a file that a pattern matches."""
        (match,) = re.finditer(after, self.read(path), re.MULTILINE)
        before, behind = self.read(path)[: match.end()], self.read(path)[match.end() :]
        self.write(path, before + text + behind)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A module of the copy, run with nothing of the project itself on its path."""
        return subprocess.run(
            [sys.executable, *words],
            cwd=self.root,
            env=uncounted_environment() | {"PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )

    def passes(self, words: Sequence[str], *options: str) -> tuple[bool, str]:
        """
        Whether tests of the copy pass, and the type checker if it is named; what they said.

        `options`: more of what is typed for pytest.
        """
        said = ""
        if TYPES in words:
            ran = self.run("-m", "mypy")
            said += ran.stdout + ran.stderr
            if ran.returncode:
                return False, said
        tests = [word for word in words if word != TYPES]
        if tests:
            typed = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *options)
            ran = self.run(*typed, *tests)
            assert "no tests ran" not in ran.stdout, ran.stdout
            return ran.returncode == 0, said + ran.stdout + ran.stderr
        return True, said


def steps_on_the_page(title: str) -> list[str]:
    """The files that a recipe of ARCHITECTURE.md names, one a step."""
    part = text_of("ARCHITECTURE.md").partition(f"\n### {title}\n")[2].partition("\n### ")[0]
    return re.findall(r"^\d+\. `([^`]+)`", part, re.MULTILINE)


def carry_out(copy: Copy, steps: Sequence[Step]) -> list[str]:
    """
    Takes all steps and holds that all checks pass; returns the steps that nobody would miss.

    Each step is undone by itself, with the others in place, and its check has to fail then.
    """
    taken = [(step, *_take(copy, step)) for step in steps]
    passed, said = copy.passes([word for step in steps for word in step.noticed_by])
    assert passed, said
    unnoticed = []
    for step, before, after in taken:
        _put_back(copy, before)
        if copy.passes(step.noticed_by, _UNTOLD)[0]:
            unnoticed.append(step.path)
        _put_back(copy, after)
    return unnoticed


_Files = dict[Path, bytes | None]


def _take(copy: Copy, step: Step) -> tuple[_Files, _Files]:
    """The files that a step changed, before and after; none of a step may be another's."""
    before = _files(copy)
    step.do(copy)
    after = _files(copy)
    changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
    assert changed, step.path
    return {path: before.get(path) for path in changed}, {path: after[path] for path in changed}


def _files(copy: Copy) -> _Files:
    folders = (
        "console",
        "doors",
        "mrs_adjudicator",
        "rules",
        "worker",
        "ops",
        "deploy",
        "docs",
        "locks",
        "changelog.d",
        "tests",
        "ARCHITECTURE.md",
        "README.md",
        "SECURITY.md",
        "pyproject.toml",
    )
    found = [copy.root / name for name in folders]
    return {
        path: path.read_bytes()
        for place in found
        for path in ([place] if place.is_file() else place.rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }


def _put_back(copy: Copy, files: _Files) -> None:
    del copy
    for path, content in files.items():
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
