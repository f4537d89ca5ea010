"""Decides the recorded events again, one by one, and compares with what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from rules.facts import Event, Fact, Origin
from rules.library_model import Library
from rules.member.member import Applied, Member, Publication, line_key
from rules.member.open_member import apply, readjudicate
from rules.member.published import Published
from worker.audit.comparison import how, how_at_rest
from worker.audit.discrepancies import Discrepancy, of_determination, of_key
from worker.audit.evidence import MemberEvidence
from worker.audit.wording import Wording, derived_data
from worker.determinations.parse import PublishedDetermination
from worker.determinations.publish import event_of

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
        self.wording = Wording(evidence.member_id, told)
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
        library = self._libraries[first[0].library]
        aligned, rest = self.wording.aligned(applied, first, library)
        return bool(list(self._differences(aligned, rest, library)))

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
        library = self._libraries[under]
        aligned, rest = self.wording.aligned(applied, group, library)
        self.findings += self._differences(aligned, rest, library)
        self.wording.followed(group, rest, aligned, library)
        self.checked += len(group)
        self._state, self._current = aligned.member, under

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
        """
        Compares byte for byte, except time, link to the predecessor and trace: checked separately.

        What another program published is compared apart from its wording.
        """
        derived = event_of(
            publication,
            self._evidence.member_id,
            library,
            time=one.time,
            previous=one.previous,
            trace=one.trace,
        )
        if derived == one.found.event:
            return
        detail = how(one, derived)
        if detail:
            yield of_determination("changed", one, detail)

    def _alone(self, one: PublishedDetermination, library: Library) -> None:
        """Checks one determination's outcome, codes and findings from the events of its version."""
        record = self._evidence.member.record.first(one.version)
        for publication in readjudicate(Member(record), library).publications:
            if _key(publication)[:2] == one.key[:2]:
                derived = derived_data(publication, self._evidence.member_id, library)
                detail = how_at_rest(one, derived)
                if detail:
                    self.findings.append(of_determination("changed", one, detail))
                self.wording.alone(one, derived)
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
            library = self._libraries[kept.library]
            aligned, _ = self.wording.aligned(readjudicate(state, library), [], library)
            self.findings += self._differences(aligned, [], library)
            state = aligned.member
        theirs, ours = (set(map(self._in_our_words, each.published)) for each in (kept, state))
        if theirs != ours:
            lines = sorted({(one.claim_id, one.line) for one in theirs ^ ours})
            where = ", ".join(f"claim {claim_id} line {line}" for claim_id, line in lines)
            detail = f"what it remembers as published does not follow from the events: {where}"
            self.findings.append(Discrepancy("changed", "record", detail))
        if kept.strengths != state.strengths:
            detail = "what it remembers of reported studies does not follow from the events"
            self.findings.append(Discrepancy("changed", "record", detail))

    def _in_our_words(self, kept: Published) -> Published:
        """What is remembered of a line; its content's digest says nothing of another's words."""
        is_anothers = self.wording.is_anothers(line_key(kept))
        return kept._replace(content=b"") if is_anothers else kept

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
