"""
Follows what other programs published beside what this one derives.

Whether a line gets a revision depends on its words too. So where another program published, a
revision may be there that differs from the one before it in words alone, or this program's words
may tell two apart that the other's did not. Neither is a fault; both are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from rules.history.studies import LineKey
from rules.library_model import Library
from rules.member.member import Applied, Member, Publication, line_key
from rules.member.open_member import readjudicate
from worker.audit.substance import at_rest, differences, is_reworded
from worker.determinations.data import Data
from worker.determinations.parse import PublishedDetermination
from worker.determinations.program import WITHOUT_SOURCES, is_same_code, program
from worker.determinations.publish import data_of

UNNAMED: Final = "one that does not name itself"
"""Stands for a program of before programs named themselves."""


class Wording:
    """What others published of one member, and how far it was followed."""

    def __init__(self, member_id: str, told: Iterable[PublishedDetermination]) -> None:
        self.by_others: Counter[str] = Counter()
        """Determinations that were compared apart from their wording, by their program."""
        self.reworded = 0
        """Of these: that say the same in other words."""
        self._has_others = any(is_anothers(one) for one in told)
        self._member_id = member_id
        self._last: dict[LineKey, PublishedDetermination] = {}

    def aligned(
        self, applied: Applied, group: Sequence[PublishedDetermination], library: Library
    ) -> tuple[Applied, list[PublishedDetermination]]:
        """
        What an event led to, and what was published of it, without revisions of words alone.

        The member's revisions are then those that were published.
        """
        if not self._has_others:
            return applied, list(group)
        revisions: dict[LineKey, int] = {}
        found = {one.key for one in group}
        kept = []
        for publication in applied.publications:
            key = line_key(publication.now)
            if (*key, publication.revision) in found or not self._is_told(publication, library):
                kept.append(publication)
            else:
                revisions[key] = publication.revision - 1
        member = with_revisions(applied.member, revisions)
        there = {(*line_key(each.now), each.revision) for each in kept}
        rest = []
        for one in group:
            if one.key in there or not self._is_words_alone(one, member, library):
                rest.append(one)
            else:
                member = _published_again(member, one)
        return applied._replace(member=member, publications=tuple(kept)), rest

    def followed(
        self,
        group: Sequence[PublishedDetermination],
        rest: Sequence[PublishedDetermination],
        derived: Applied,
        library: Library,
    ) -> None:
        """Counts a group that was compared; `rest` of it was not words alone."""
        said = {(*line_key(each.now), each.revision): each for each in derived.publications}
        for one in group:
            self._last[one.key[:2]] = one
            if is_anothers(one):
                self.by_others[one.program or UNNAMED] += 1
            if one not in rest:
                self.reworded += 1
            elif is_anothers(one) and one.key in said:
                data = derived_data(said[one.key], self._member_id, library)
                self.reworded += is_other_words(one, data)

    def alone(self, one: PublishedDetermination, derived: Data) -> None:
        """Counts one that was compared by itself."""
        self._last[one.key[:2]] = one
        if is_anothers(one):
            self.by_others[one.program or UNNAMED] += 1
            self.reworded += is_other_words(one, derived)

    def is_anothers(self, line: LineKey) -> bool:
        """Whether what was published last of a line is in another program's words."""
        return line in self._last and is_anothers(self._last[line])

    def _is_told(self, publication: Publication, library: Library) -> bool:
        """Whether another program had published just this of the line, and saw no difference."""
        last = self._last.get(line_key(publication.now))
        if last is None or not is_anothers(last):
            return False
        return self._rests(last, publication, library)

    def _is_words_alone(
        self, one: PublishedDetermination, member: Member, library: Library
    ) -> bool:
        """Whether it says the same as what the line had, by another program than that before."""
        key = one.key[:2]
        last = self._last.get(key)
        known = {line_key(kept): kept.revision for kept in member.published}
        if last is None or known.get(key, 0) + 1 != one.revision:
            return False
        if not (is_anothers(one) or is_anothers(last)):
            return False
        return any(
            self._rests(one, now, library)
            for now in readjudicate(Member(member.record), library).publications
            if line_key(now.now) == key
        )

    def _rests(
        self, one: PublishedDetermination, publication: Publication, library: Library
    ) -> bool:
        """Whether it says the same, whatever was published before either."""
        derived = derived_data(publication, self._member_id, library)
        return not differences(at_rest(published_data(one)), at_rest(derived))


def is_anothers(one: PublishedDetermination) -> bool:
    """Whether another program published it, or may have, whose words need not be ours."""
    ours = program()
    return not is_same_code(one.program, ours) or f"+{WITHOUT_SOURCES}" in ours


def is_other_words(one: PublishedDetermination, derived: Data) -> bool:
    """Whether it says the same in other words."""
    published = published_data(one)
    return not differences(at_rest(published), at_rest(derived)) and is_reworded(published, derived)


def published_data(one: PublishedDetermination) -> Data:
    """Its `data` object."""
    data: Data = msgspec.json.decode(one.found.event)["data"]
    return data


def derived_data(publication: Publication, member_id: str, library: Library) -> Data:
    """The `data` object that this program derives, as JSON has it."""
    data: Data = msgspec.json.decode(msgspec.json.encode(data_of(publication, member_id, library)))
    return data


def _published_again(member: Member, one: PublishedDetermination) -> Member:
    """As a revision leaves it: of a line that is approved anew nothing is taken back any more."""
    return member._replace(
        published=tuple(
            each._replace(
                revision=one.revision,
                was_approved=each.was_approved or each.outcome == "approved",
                post_payment_review=each.post_payment_review and each.outcome != "approved",
            )
            if line_key(each) == one.key[:2]
            else each
            for each in member.published
        )
    )


def with_revisions(member: Member, revisions: Mapping[LineKey, int]) -> Member:
    """The member with other revisions of some lines."""
    published = (
        each._replace(revision=revisions.get(line_key(each), each.revision))
        for each in member.published
    )
    return member._replace(published=tuple(published)) if revisions else member
