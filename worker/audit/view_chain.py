"""Whether the log of views is whole: each entry follows from the one before, and none is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from worker.audit.views import NotedView, View, digest_of


class ReadView(NamedTuple):
    """An entry with what is wrong with it."""

    entry: NotedView
    view: View | None
    """None: the entry is not of our making."""
    fault: str
    """Empty: it follows from the entry before."""


class ViewChain:
    """Follows the chain from its beginning; afterwards `faults` and `last` tell how it went."""

    def __init__(self) -> None:
        self.count = 0
        self.last_number = 0
        self.last_digest = ""
        self.faults = 0
        self._digests_wanted: set[str] = set()

    def must_hold(self, digest: str) -> None:
        """Notes a digest that was kept elsewhere, and must be found."""
        self._digests_wanted.add(digest)

    def follow(self, entries: Iterable[NotedView]) -> Iterator[ReadView]:
        """Yields each entry, with what is wrong with it."""
        for entry in entries:
            read = self._read(entry)
            self.count += 1
            self.faults += bool(read.fault)
            # What comes after a faulty entry is held against that entry: one fault is told once.
            self.last_number = read.view.number if read.view else self.last_number + 1
            self.last_digest = entry.digest
            self._digests_wanted.discard(entry.digest)
            yield read

    def missing_at_the_end(self, added: int | None) -> str:
        """
        What is gone that the chain itself cannot show; empty: nothing.

        `added` is how many entries Redis says were ever added, None where it does not say.
        """
        if added is not None and added != self.last_number:
            return (
                f"{added} entries were added, and the last that is there has number "
                f"{self.last_number}."
            )
        if self._digests_wanted:
            return "The digest that was kept is not in the log."
        return ""

    def _read(self, entry: NotedView) -> ReadView:
        try:
            view = entry.view
        except msgspec.MsgspecError:
            return ReadView(entry, None, "it cannot be read")
        if view.number != self.last_number + 1:
            return ReadView(entry, view, f"number {self.last_number + 1} was to come here")
        if entry.digest != digest_of(self.last_digest, entry.raw):
            return ReadView(entry, view, "it does not follow from the entry before")
        return ReadView(entry, view, "")
