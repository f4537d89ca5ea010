"""Which policies of two library folders are not the same."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from rules.loading.faults import Faults
from rules.loading.folder import read_folder


def policy_digests(folder: Path) -> Mapping[str, str]:
    """Returns for each policy of a library a digest over all that its versions hold."""
    files = read_folder(folder, None, Faults())
    whole: dict[str, bytes] = {}
    for name in files.names:
        of, _, rest = name.removeprefix("policies/").partition("/")
        if name.startswith("policies/"):
            content = files.content(name)
            whole[of] = whole.get(of, b"") + f"{rest}\n{len(content)}\n".encode() + content
    return {policy: hashlib.sha256(content).hexdigest() for policy, content in whole.items()}


def changed_policies(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the policies whose digests differ, or that only one of two libraries has."""
    return tuple(
        policy for policy in sorted({*before, *after}) if before.get(policy) != after.get(policy)
    )
