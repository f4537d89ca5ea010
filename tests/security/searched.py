"""What of members went into a run, and a search for it in everything that the run wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("member_id", "claim_id", "replaces", "study_id", "authorization_id"), "id"),
    **dict.fromkeys(("id", "reference", "treatment_id"), "id"),
    **dict.fromkeys(("date_of_service", "received_at", "enrolled_from", "valid_from"), "date"),
    **dict.fromkeys(("enrolled_through", "valid_through"), "date"),
    **dict.fromkeys(("birth_date", "ended_on"), "date"),
    **dict.fromkeys(("rendering_npi", "ordering_npi"), "npi"),
    "diagnoses": "diagnosis",
    "reason": "words",
    "reviewer_role": "words",
}
"""Field -> what kind of thing of a member it holds."""

_LETTER = re.compile(rb"[A-Za-z0-9]")


class Search(NamedTuple):
    """What was searched for where, and what was found."""

    searched_bytes: int
    needles: Mapping[str, int]
    """Kind -> how many different ones."""
    finds: list[str]

    def __str__(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.needles.items()))
        return f"searched {self.searched_bytes} bytes for {kinds}: {len(self.finds)} finds"


def needles_of(events: Iterable[bytes]) -> dict[str, set[str]]:
    """Kind -> all texts of that kind that stand in events."""
    found: dict[str, set[str]] = {}
    for event in events:
        for kind, text in _walk(json.loads(event)):
            if text.strip():
                found.setdefault(kind, set()).add(text)
    return found


def without_instants_of_now(text: bytes) -> bytes:
    """A log without its own instants: that they are of today is nothing of a member."""
    today = datetime.now(UTC)
    days = "|".join(f"{today + timedelta(days=more):%Y-%m-%d}" for more in (-1, 0, 1))
    return re.sub(rf"(?:{days})[T ]\d\d:\d\d:\d\d".encode(), b"", text)


def search(written: Mapping[str, bytes], needles: Mapping[str, set[str]]) -> Search:
    """Each whole occurrence: `C71` is found in `C71.1`, and not in `7CC71F`."""
    finds = [
        f"{kind} in {name}: ...{_around(text, needle)}..."
        for name, text in written.items()
        for kind, texts in needles.items()
        for needle in map(str.encode, sorted(texts))
        if _stands_in(needle, text)
    ]
    counts = {kind: len(texts) for kind, texts in needles.items()}
    return Search(sum(map(len, written.values())), counts, finds)


def _walk(value: Any, kind: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _walk(each, _KINDS.get(name, ""))
    elif isinstance(value, list):
        for each in value:
            yield from _walk(each, kind)
    elif kind and isinstance(value, str):
        yield kind, value


def _stands_in(needle: bytes, text: bytes) -> bool:
    at = text.find(needle)
    while at >= 0:
        before, after = text[at - 1 : at] if at else b"", text[at + len(needle) :][:1]
        if not _LETTER.fullmatch(before) and not _LETTER.fullmatch(after):
            return True
        at = text.find(needle, at + 1)
    return False


def _around(text: bytes, needle: bytes) -> str:
    at = text.find(needle)
    return text[max(at - 40, 0) : at + len(needle) + 40].decode("utf-8", "replace")
