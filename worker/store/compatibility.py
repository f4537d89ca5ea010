"""What all workers of an installation must agree on, and where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Compatibility(NamedTuple):
    """What all workers of an installation must agree on."""

    lanes: int
    generation: int
    digest: str
    installation: str = ""
    """Id of the installation that the worker remembers; empty: none yet."""
    shards: int = 0
    """How many shards the installation has; 0: nobody has said."""


def compatibility_in(meta: Mapping[str, str]) -> Compatibility | None:
    """What the meta key holds: the number of lanes, and the newest library used."""
    prefix = "generation:"
    known = [int(name.removeprefix(prefix)) for name in meta if name.startswith(prefix)]
    if not known or "lanes" not in meta:
        return None
    newest, shards = max(known), int(meta.get("shards", 0))
    return Compatibility(int(meta["lanes"]), newest, meta[f"{prefix}{newest}"], shards=shards)
