"""The libraries that decided in the past, as commands of audit are given them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from worker.audit.members import LibrariesGiven
from worker.commands.options import library_folders


def libraries_given(library: Sequence[Path], plans: Sequence[Path]) -> LibrariesGiven:
    """Those that were typed, else the one in use."""
    in_use, plans_in_use = library_folders(None, None)
    plans_given = tuple(plans) or ((plans_in_use,) if plans_in_use else ())
    return LibrariesGiven(tuple(library) or (in_use,), plans_given)
