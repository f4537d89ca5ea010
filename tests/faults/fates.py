"""Says what should become of each entry that was sent: slowly, simply, in the order of arrival."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from rules.facts import Event
from tests.faults.workload import Fields, event_in
from tests.support.remittance import CODES
from worker.events.decode import Refusal, decode
from worker.events.types import event_type_of

_LOOSE = b"entry:"

Key = Hashable
"""What tells an entry from others: the bytes of its event, or all its fields."""


class Fates(NamedTuple):
    """What becomes of the entries, if each has one effect."""

    applied: Mapping[str, Sequence[bytes]]
    """Member -> digests of the events, in order."""
    refused: Mapping[tuple[Key, str], int]
    """Entry and reason -> how often."""
    set_aside: Mapping[Key, int]
    duplicates: Mapping[str, int]
    """Event type -> how many."""


def key_of(fields: Fields) -> Key:
    """That of an entry as it was sent."""
    raw = event_in(fields)
    return tuple(sorted(fields.items())) if raw is None else raw


def key_of_kept(fields: Fields) -> Key:
    """That of an entry in a lane or of a dead letter."""
    raw = event_in(fields)
    if raw is not None:
        return raw
    return tuple(
        sorted(
            (name.removeprefix(_LOOSE), value)
            for name, value in fields.items()
            if name.startswith(_LOOSE)
        )
    )


def fates_of(entries: Sequence[Fields], poison: Mapping[Key, int]) -> Fates:
    """The fates of entries; of a poison so many are put aside before it is cured."""
    applied: defaultdict[str, list[bytes]] = defaultdict(list)
    known: dict[tuple[str, str, str], Event] = {}
    refused: Counter[tuple[Key, str]] = Counter()
    duplicates: Counter[str] = Counter()
    set_aside: Counter[Key] = Counter()
    for fields in entries:
        raw, key = event_in(fields), key_of(fields)
        said = None if raw is None else decode(raw, CODES)
        if set_aside[key] < poison.get(key, 0):
            set_aside[key] += 1
        elif raw is None or said is None:
            refused[key, "NO_EVENT_FIELD"] += 1
        elif isinstance(said, Refusal):
            refused[key, said.reason] += 1
        else:
            first = known.setdefault((said.member_id, said.source, said.id), said)
            if first is said:
                applied[said.member_id].append(sha256(raw).digest())
            elif first == said:
                duplicates[event_type_of(said.fact)] += 1
            else:
                refused[key, "EVENT_ID_REUSED"] += 1
    return Fates(dict(applied), refused, +set_aside, duplicates)
