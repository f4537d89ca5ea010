"""What may change nothing in a library, and where it should make a difference."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rules.library_model import Library
from rules.proof.situation import Setting


class Dead(NamedTuple):
    """Something that could be taken out, and nobody would notice."""

    file: str
    what: str

    @property
    def is_versions_own(self) -> bool:
        """Whether it is part of one version; all else may be meant for another one."""
        return self.file.startswith("policies/")


class Probe(NamedTuple):
    """A part of the library, the library without it, and where it should make a difference."""

    dead: Dead
    without: Library
    settings: Iterable[Setting]
