"""Where a determination differs from what is derived again, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from worker.audit.substance import at_rest, differences
from worker.audit.wording import UNNAMED, is_anothers, published_data
from worker.determinations.data import Data
from worker.determinations.parse import PublishedDetermination
from worker.determinations.program import program


def how(one: PublishedDetermination, derived: bytes) -> str:
    """Where it differs from what is derived, in words; empty: in nothing that must be the same."""
    was, is_now = msgspec.json.decode(one.found.event), msgspec.json.decode(derived)
    if is_anothers(one):
        return _how_by_another(one, was, is_now)
    if was == is_now:
        return "it says the same in other bytes"
    if was["data"] != is_now["data"]:
        return _fields(_pairs(was["data"], is_now["data"]))
    return f"its envelope: {_fields(_pairs(was, is_now))}"


def _how_by_another(one: PublishedDetermination, was: Data, is_now: Data) -> str:
    data, derived = was.pop("data"), is_now.pop("data")
    said = [_apart_from_words(data, derived)]
    if was != is_now:
        said.append(f"its envelope: {_fields(_pairs(was, is_now))}")
    found = "; ".join(filter(None, said))
    return f"{found}; {_programs(one)}" if found else ""


def how_at_rest(one: PublishedDetermination, derived: Data) -> str:
    """The same of what follows from the events alone."""
    was, is_now = at_rest(published_data(one)), at_rest(derived)
    if not is_anothers(one):
        return _fields(_pairs(was, is_now))
    found = _apart_from_words(was, is_now)
    return f"{found}; {_programs(one)}" if found else ""


def _apart_from_words(was: Data, is_now: Data) -> str:
    try:
        return _fields(differences(was, is_now))
    except (AttributeError, KeyError, TypeError):
        return "it has not the form of a determination"


def _programs(one: PublishedDetermination) -> str:
    return f"published by {one.program or UNNAMED}, derived by {program()}"


def _pairs(was: Data, is_now: Data) -> dict[str, tuple[Any, Any]]:
    names = sorted({*was, *is_now})
    pairs = {name: (was.get(name), is_now.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _fields(pairs: Mapping[str, tuple[Any, Any]]) -> str:
    """The fields that differ; of short ones what they say."""
    said = []
    for name, (one, other) in pairs.items():
        is_short = not isinstance(one, dict | list) and not isinstance(other, dict | list)
        said.append(f"{name} is {one!r}, derived {other!r}" if is_short else f"other {name}")
    return "; ".join(said)
