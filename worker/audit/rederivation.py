"""Decides the recorded events again, one by one, and compares with what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from rules.facts import Event, Fact, Origin
from rules.library_model import Library
from rules.member.member import Applied, Member, Publication, apply, readjudicate
from worker.audit.discrepancies import Discrepancy, of_determination, of_key
from worker.audit.evidence import MemberEvidence
from worker.determinations.data import ORDER_DEPENDENT
from worker.determinations.parse import PublishedDetermination
from worker.determinations.publish import data_of, event_of

Libraries = Mapping[str, Library]
"""By their digests."""

UNSOUND = "the record is not sound"
"""Used in place of a digest for what no library can derive again."""


class Rederiving:
    """
    Decides one member again as the worker did: each event under the library of its time.

    If the library of a step is not given, that step is not checked. Later determinations are then
    decided on their own, from the events up to their version: outcome and findings are checked,
    but not how they follow from what was published before.
    """

    def __init__(
        self, evidence: MemberEvidence, told: Sequence[PublishedDetermination], libraries: Libraries
    ) -> None:
        self.findings: list[Discrepancy] = []
        self.checked = 0
        """Determinations that were derived again together with everything before them."""
        self.by_themselves = 0
        """Determinations that were derived again on their own."""
        self.unchecked: Counter[str] = Counter()
        """By the digest of the library that is needed."""
        self._evidence = evidence
        self._told = told
        self._libraries = libraries
        self._state: Member | None = Member()
        self._current = told[0].library if told else evidence.member.library

    def run(self, until: int) -> None:
        """Derives again what was published up to a version of the record."""
        by_version: dict[int, list[PublishedDetermination]] = {}
        for one in self._told:
            by_version.setdefault(one.version, []).append(one)
        for origin, fact in self._evidence.member.record.entries()[:until]:
            published = by_version.pop(origin.sequence, [])
            groups = [list(group) for _, group in groupby(published, lambda one: one.library)]
            self._step(_event(self._evidence.member_id, origin, fact), origin, groups)
        self.unchecked[UNSOUND] += sum(map(len, by_version.values()))
        if until == self._evidence.member.record.version and self._evidence.has_state:
            self._compare_state()

    def _step(
        self, event: Event, origin: Origin, groups: list[list[PublishedDetermination]]
    ) -> None:
        """Handles one event, and each time the member was decided again before the next one."""
        if self._state is not None:
            first, rest = (groups[0], groups[1:]) if groups else ([], [])
            under = first[0].library if first else self._current
            if under in self._libraries:
                applied = apply(self._state, event, origin.digest, self._libraries[under])
                if self._was_later(first, applied):
                    before = self._libraries[self._current]
                    applied = apply(self._state, event, origin.digest, before)
                    first, rest, under = [], groups, self._current
                self._follow(applied, first, under)
                groups = rest
            else:
                self._state = None
        for group in groups:
            self._decided_again(group)

    def _was_later(self, first: Sequence[PublishedDetermination], applied: Applied) -> bool:
        """
        Whether the library changed after the event, and the event itself published nothing.

        Either way, determinations of one version name the library as their cause.
        """
        if not first or first[0].library == self._current or self._state is None:
            return False
        if any(one.caused_by is not None for one in first) or self._current not in self._libraries:
            return False
        return bool(list(self._differences(applied, first, self._libraries[first[0].library])))

    def _decided_again(self, group: list[PublishedDetermination]) -> None:
        """Checks determinations caused by a library alone, with their history or on their own."""
        under = group[0].library
        library = self._libraries.get(under)
        if library is None:
            self.unchecked[under] += len(group)
            self._state = None
        elif self._state is not None:
            self._follow(readjudicate(self._state, library), group, under)
        else:
            for one in group:
                self._alone(one, library)

    def _follow(
        self, applied: Applied, group: Sequence[PublishedDetermination], under: str
    ) -> None:
        """Compares a step with what was published, and goes on from what it should have been."""
        self.findings += self._differences(applied, group, self._libraries[under])
        self.checked += len(group)
        self._state, self._current = applied.member, under

    def _differences(
        self, applied: Applied, group: Sequence[PublishedDetermination], library: Library
    ) -> Iterator[Discrepancy]:
        found = {one.key: one for one in group}
        keys = [_key(publication) for publication in applied.publications]
        for publication, key in zip(applied.publications, keys, strict=True):
            if key not in found:
                yield of_key("missing", key, "the recorded events lead to it, but it is not there")
            else:
                yield from self._compare(found[key], publication, library)
        for one in group:
            if one.key not in keys:
                yield of_determination("added", one, "the recorded events do not lead to it")
        shared = list(dict.fromkeys(one.key for one in group if one.key in keys))
        if shared != [key for key in keys if key in found]:
            detail = "it was not published at this place"
            yield of_determination("reordered", found[shared[0]], detail)

    def _compare(
        self, one: PublishedDetermination, publication: Publication, library: Library
    ) -> Iterator[Discrepancy]:
        """Compares byte for byte, except time and link to the predecessor: checked separately."""
        derived = event_of(
            publication,
            self._evidence.member_id,
            library,
            time=one.time,
            previous=one.previous,
        )
        if derived != one.found.event:
            yield of_determination("changed", one, _how(one.found.event, derived))

    def _alone(self, one: PublishedDetermination, library: Library) -> None:
        """Checks one determination's outcome, codes and findings from the events of its version."""
        record = self._evidence.member.record.first(one.version)
        for publication in readjudicate(Member(record), library).publications:
            if _key(publication)[:2] == one.key[:2]:
                data = data_of(publication, self._evidence.member_id, library)
                derived = _content(msgspec.json.encode(data))
                published = _content(msgspec.json.encode(_data(one.found.event)))
                if derived != published:
                    detail = _fields(published, derived)
                    self.findings.append(of_determination("changed", one, detail))
                self.by_themselves += 1
                return
        detail = "the recorded events do not lead to it"
        self.findings.append(of_determination("added", one, detail))

    def _compare_state(self) -> None:
        """Checks that the state the worker would continue from follows from the events."""
        kept, state = self._evidence.member, self._state
        if state is None or kept.library not in self._libraries:
            self._compare_ends()
            return
        if kept.library != state.library:
            applied = readjudicate(state, self._libraries[kept.library])
            self.findings += self._differences(applied, [], self._libraries[kept.library])
            state = applied.member
        if kept.published != state.published:
            theirs, ours = set(kept.published), set(state.published)
            lines = sorted({(one.claim_id, one.line) for one in theirs ^ ours})
            where = ", ".join(f"claim {claim_id} line {line}" for claim_id, line in lines)
            detail = f"what it remembers as published does not follow from the events: {where}"
            self.findings.append(Discrepancy("changed", "record", detail))
        if kept.strengths != state.strengths:
            detail = "what it remembers of reported studies does not follow from the events"
            self.findings.append(Discrepancy("changed", "record", detail))

    def _compare_ends(self) -> None:
        """Checks, if a library is missing, that the record remembers what was published last."""
        last = {one.key[:2]: one for one in self._told}
        for kept in self._evidence.member.published:
            one = last.get((kept.claim_id, kept.line))
            if one and (one.revision, one.outcome, one.reason) != (
                kept.revision,
                kept.outcome,
                kept.reason,
            ):
                line = f"claim {kept.claim_id} line {kept.line}"
                detail = f"it remembers a different last determination of {line}"
                self.findings.append(Discrepancy("changed", "record", detail))


def _event(member_id: str, origin: Origin, fact: Fact) -> Event:
    return Event(member_id, origin.id, origin.source, origin.time, fact)


def _key(publication: Publication) -> tuple[str, int, int]:
    now = publication.now
    return (now.claim_id, now.line, now.revision)


def _how(published: bytes, derived: bytes) -> str:
    """Says in words where two determinations differ."""
    was, is_now = msgspec.json.decode(published), msgspec.json.decode(derived)
    if was == is_now:
        return "it says the same in different bytes"
    if was["data"] != is_now["data"]:
        return _fields(was["data"], is_now["data"])
    return f"its envelope: {_fields(was, is_now)}"


def _fields(published: Mapping[str, Any], derived: Mapping[str, Any]) -> str:
    """Names the fields that differ; short ones with their values."""
    said = []
    for name in sorted({*published, *derived}):
        one, other = published.get(name), derived.get(name)
        if one != other:
            is_short = not isinstance(one, dict | list) and not isinstance(other, dict | list)
            said.append(f"{name} is {one!r}, derived {other!r}" if is_short else f"other {name}")
    return "; ".join(said)


def _data(event: bytes) -> Mapping[str, Any]:
    data: Mapping[str, Any] = msgspec.json.decode(event)["data"]
    return data


def _content(data: bytes) -> dict[str, Any]:
    """Returns what follows from the events alone, whatever was published before."""
    fields = msgspec.json.decode(data)
    return {name: value for name, value in fields.items() if name not in ORDER_DEPENDENT}
