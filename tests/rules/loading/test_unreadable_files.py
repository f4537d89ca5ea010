"""A file of a library that cannot be read is named."""

from __future__ import annotations

from pathlib import Path

from tests.rules.library_folders import copy_small_library, refused


def test_a_link_to_nothing_is_named(tmp_path: Path) -> None:
    folder = copy_small_library(tmp_path / "library")
    (folder / "code_sets" / "more.csv").symlink_to(tmp_path / "nowhere")

    refusal = refused(folder)

    assert any("more.csv" in str(fault) for fault in refusal.faults)
