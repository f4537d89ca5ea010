"""
Refuses names of settings that nobody reads, and lines of `.env` that cannot be read.

A misspelt address would otherwise send events to the default Redis without a word. No value is
repeated: it may be a password.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from dotenv.parser import Binding, parse_stream

from worker.nearest import nearest

PREFIX: Final = "MRS_"
_OF_TESTS: Final = f"{PREFIX}TESTS_"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OF_KUBERNETES = re.compile(r"_SERVICE_(?:HOST|PORT)|_PORT_\d+_|_PORT$")
# It says the same of a line as we do, without the name of the file.
logging.getLogger("dotenv").setLevel(logging.ERROR)

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
FOR_KUBERNETES: Final = (
    " Kubernetes sets it for a Service of that name: write `enableServiceLinks: false` in the pod."
)


def faults_of_environment(environment: Iterable[str], known: Collection[str]) -> Iterator[str]:
    """A sentence on each variable that looks like a setting and is none."""
    for name in sorted(environment):
        if _looks_like_ours(name, known) and name.upper() not in known:
            yield f"{name} in the environment is not a setting.{_hint(name, known)}"


def faults_of_file(path: Path, known: Collection[str]) -> Iterator[str]:
    """A sentence on each line of the file that cannot be read, or that sets what is no setting."""
    try:
        text = path.read_bytes().decode("utf-8") if path.is_file() else ""
    except OSError as failure:
        yield f"{path} cannot be read ({failure.strerror}). Correct its rights, or remove it."
        return
    except UnicodeDecodeError as wrong:
        kind = "UTF-16" if wrong.object.startswith(_UTF_16) else "not UTF-8"
        line = wrong.object.count(b"\n", 0, wrong.start) + 1
        yield f"{path}, line {line}: the file is {kind}. Save it as UTF-8."
        return
    for binding in parse_stream(io.StringIO(text)):
        if fault := _fault(binding, known):
            yield f"{path}, line {_line_of(binding)}: {fault}"


def _fault(binding: Binding, known: Collection[str]) -> str:
    if binding.error:
        return "it cannot be read. Write NAME=value, and close each quote."
    # What comes after a name may be a password that somebody wrote there by mistake.
    found = _NAME.match(binding.key or "")
    if found is None or not _looks_like_ours(found[0], known):
        return ""
    name = found[0]
    if name.upper() not in known:
        return f"{name} is not a setting.{_hint(name, known)}"
    is_read = name == binding.key and binding.value is not None
    return "" if is_read else f"it cannot be read. Write {name}=value."


def _line_of(binding: Binding) -> int:
    """The line of the name: what was read begins with the blank lines before it."""
    before = binding.original.string
    return binding.original.line + before[: len(before) - len(before.lstrip())].count("\n")


def _looks_like_ours(name: str, known: Collection[str]) -> bool:
    """Whether it begins like our names, or with the same letters in another order."""
    upper = name.upper()
    if upper.startswith(PREFIX):
        return not upper.startswith(_OF_TESTS)
    letters, _, rest = upper.partition("_")
    return sorted(letters) == sorted(PREFIX.rstrip("_")) and f"{PREFIX}{rest}" in known


def _hint(name: str, known: Collection[str]) -> str:
    if _OF_KUBERNETES.search(name):
        return FOR_KUBERNETES
    # What all names begin with would make each near to each.
    rests = {each.removeprefix(PREFIX): each for each in known}
    found = nearest(name.upper().partition("_")[2], rests)
    return f" Did you mean {rests[found]}?" if found else " docs/settings.md lists them."
