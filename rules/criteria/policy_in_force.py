"""Criterion 3: a version of the policy is in force on the date of service."""

from __future__ import annotations

from rules.answers import met, unknown
from rules.determination import Finding
from rules.library_model import Library, PolicyVersion


def ask_policy_in_force(version: PolicyVersion | None, library: Library) -> Finding:
    """Unknown without a version: a gap in our library is never a reason to deny."""
    if version is None:
        return unknown(
            library, "NO_POLICY_VERSION", "no version is in force on the date of service"
        )
    return met(
        library, "policy_in_force", f"version {version.version} is in force on the date of service"
    )
