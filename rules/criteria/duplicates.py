"""Criterion 5: the service was not billed before (Codes)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from rules.answers import met, not_met, unknown
from rules.criterion import Criterion
from rules.determination import Finding
from rules.history.claims import ClaimPlace, EffectiveClaim
from rules.history.history import History
from rules.history.studies import ClaimLine, Component, StudyKey
from rules.library_model import Library
from rules.terms import NoTerms

LinePlace = tuple[ClaimPlace, ClaimPlace, int]
Overlap = Literal["duplicate", "component_included", "suspect"]

_GLOBAL: Component = "global"
_ALL: tuple[Component, ...] = ("professional", "technical", "global")

Filed = tuple[LinePlace, ClaimLine]
Kind = tuple[str | None, ...]
"""Component; component and plan; component, plan and provider."""


class EarlierLines:
    """
    The live MRS lines that later ones of the same procedure and date are held against.

    Of lines that say the same of a later one only the first in claim order is kept, so that many
    lines of one day cost no more than a look each.
    """

    def __init__(self, history: History, is_barred: Callable[[ClaimLine], bool]) -> None:
        """`is_barred`: whether a line was denied at gate 1 or 4, so that it holds no place."""
        self._history = history
        self._is_barred = is_barred
        self._filed: dict[StudyKey, _FirstLines] = {}

    def add(self, line: ClaimLine) -> bool:
        """
        Takes in a line that became known after others of its procedure and date.

        Returns whether anything else may be said of those because of it.
        """
        if self._is_only(line) or not self._holds_a_place(line):
            return False
        first = self._first_by_kind(line, line.claim)
        return first.file((self._place(line), line))

    def against(self, line: ClaimLine) -> tuple[Overlap, ClaimLine] | None:
        """
        The strongest that any earlier line says of a line, and the first line that says it.

        An unknown provider is neither the same nor another; a line under another plan may be the
        secondary payer's, so that it only raises a suspicion; so does one that a modifier calls
        distinct, whatever stands before it.
        """
        if line.is_discontinued or self._is_only(line):
            return None
        plan, npi, own = line.claim.content.plan_id, line.billed.rendering_npi, line.component
        suspect = [(component,) for component in (_ALL if own == _GLOBAL else (own, _GLOBAL))]
        if "distinct" in line.meanings:
            return self._among("suspect", line, suspect)
        same_provider = [] if npi is None else [(component, plan, npi) for component in _ALL]
        parts: list[Kind] = [(_GLOBAL, plan)]
        if own == _GLOBAL:
            parts = [kind for kind in same_provider if kind[0] != _GLOBAL]
        elif own == "technical" and line.claim.content.claim_type == "institutional":
            parts = []  # a global line is a professional claim's, and probably lacks its 26
        return (
            self._among("duplicate", line, [kind for kind in same_provider if kind[0] == own])
            or self._among("component_included", line, parts)
            or self._among("suspect", line, suspect)
        )

    def leaves_room(self, line: ClaimLine) -> bool:
        """Whether a line could stand beside what came before it, as the other component."""
        taken = {one for one in _ALL if self._among("suspect", line, [(one,)])}
        has_components = line.codes.decided[line.procedure].has_components
        return has_components and _GLOBAL not in taken and len(taken) == 1

    def _among(
        self, overlap: Overlap, line: ClaimLine, kinds: Sequence[Kind]
    ) -> tuple[Overlap, ClaimLine] | None:
        """The first line of some kinds that is earlier than the line itself."""
        first = self._first_by_kind(line).first
        filed = [first[kind] for kind in kinds if kind in first]
        if not filed:
            return None
        place, other = min(filed, key=_by_place)
        return (overlap, other) if place < self._place(line) else None

    def _first_by_kind(self, of: ClaimLine, but: EffectiveClaim | None = None) -> _FirstLines:
        """
        Of each kind of line of its procedure and date the first in claim order, looked up once.

        `but`: a claim whose lines are still to be taken in.
        """
        key = of.key
        filed = self._filed.get(key)
        if filed is None:
            filed = self._filed[key] = _FirstLines()
            for line in self._lines_beside(of):
                if line.claim is not but and self._holds_a_place(line):
                    filed.file((self._place(line), line))
        return filed

    def _is_only(self, line: ClaimLine) -> bool:
        """Whether a line is the only one of its procedure and date, as most are."""
        return len(self._lines_beside(line)) == 1

    def _lines_beside(self, line: ClaimLine) -> Sequence[ClaimLine]:
        """The live lines of its procedure and date, itself too, whichever policy decides them."""
        return self._history.of(line.policy).imaging.lines(line.key)

    def _holds_a_place(self, line: ClaimLine) -> bool:
        return _is_billed(line) and not self._is_barred(line)

    def _place(self, line: ClaimLine) -> LinePlace:
        """
        Where a line stands.

        A replacement's line takes the earliest place of the claims in its chain that bill the same
        procedure and date; where two have the same place, their own decides.
        """
        own = line.claim.place
        inherited = min((known.place for known in self._chain(line)), default=own)
        return (min(own, inherited), own, line.billed.number)

    def _chain(self, line: ClaimLine) -> Iterable[EffectiveClaim]:
        """The known claims that a line's claim replaces, one after the other; a void ends it."""
        seen = {line.claim.content.claim_id}
        named = line.claim.content.replaces
        claims = self._history.claims.known
        while named is not None and named not in seen and named in claims:
            seen.add(named)
            known = claims[named]
            if known.content.frequency == "8":
                return
            if any(
                (billed.procedure, billed.date_of_service) == line.key
                for billed in known.content.lines
            ):
                yield known
            named = known.content.replaces


class _FirstLines:
    """Of each kind of line of one procedure and date the first in claim order."""

    def __init__(self) -> None:
        self.first: dict[Kind, Filed] = {}
        self._last: dict[Kind, LinePlace] = {}
        """By plan and provider, by plan, and of all: the place of the last line."""

    def file(self, filed: Filed) -> bool:
        """Takes in a line; returns whether a line after it finds another one the first now."""
        place, line = filed
        is_found = False
        for kind in _kinds(line):
            whose = kind[1:]
            last = self._last.get(whose, place)
            if kind not in self.first or place < self.first[kind][0]:
                self.first[kind] = filed
                is_found = is_found or place < last
            self._last[whose] = max(place, last)
        return is_found


def say_of_earlier(
    line: ClaimLine, earlier: EarlierLines, criterion: Criterion[NoTerms], library: Library
) -> Finding:
    """What the earlier lines say of a line; then what the line says of itself."""
    if "repeat" in line.meanings:
        because = "a modifier says that the service was repeated"
        return unknown(criterion, "repeat", because)
    against = earlier.against(line)
    if against is not None:
        resolves = line.billed.units != 1 or earlier.leaves_room(line)
        needs = None if resolves else ("review",)
        return _finding(*against, needs, criterion)
    if line.billed.units != 1:
        return unknown(criterion, "repeat", f"{line.billed.units} units on one line")
    return met(criterion, library, "no earlier line bills this service")


def _finding(
    overlap: Overlap,
    other: ClaimLine,
    needs: tuple[str, ...] | None,
    criterion: Criterion[NoTerms],
) -> Finding:
    """`needs`: what could resolve a suspicion; what is certain a word on the claim reopens."""
    evidence = (other.evidence,)
    if overlap == "duplicate":
        because = f"an earlier line of the same provider bills the same {other.component} service"
        return not_met(criterion, overlap, because, evidence)
    if overlap == "component_included":
        because = f"an earlier {other.component} line bills a part of it already"
        return not_met(criterion, overlap, because, evidence)
    because = f"an earlier {other.component} line may bill the same service"
    return unknown(criterion, overlap, because, evidence, needs=needs)


def _is_billed(line: ClaimLine) -> bool:
    """Whether a line can hold a place before others."""
    is_ours = line.is_decided and line.plan is not None
    return is_ours and line.claim.is_live and not line.is_discontinued


def _kinds(line: ClaimLine) -> tuple[Kind, ...]:
    plan, npi = line.claim.content.plan_id, line.billed.rendering_npi
    return ((line.component,), (line.component, plan), (line.component, plan, npi))


def _by_place(entry: Filed) -> LinePlace:
    return entry[0]
