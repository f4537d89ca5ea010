"""Criterion 5: the service was not billed before (Codes)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from rules.answers import met, not_met, unknown
from rules.determination import Finding
from rules.history.claims import KnownClaim, Place
from rules.history.history import History
from rules.history.studies import Component, HeldLine, StudyKey
from rules.library_model import Library

LinePlace = tuple[Place, Place, int]
Verdict = Literal["DUPLICATE", "COMPONENT_INCLUDED", "SUSPECT_DUPLICATE"]

_GLOBAL: Component = "global"
_ALL: tuple[Component, ...] = ("professional", "technical", "global")

Filed = tuple[LinePlace, HeldLine]
Kind = tuple[str | None, ...]
"""Component; component and plan; component, plan and provider."""


class EarlierLines:
    """
    The live MRS lines that later ones of the same procedure and date are held against.

    Of lines that say the same of a later one only the first in claim order is kept, so that many
    lines of one day cost no more than a look each.
    """

    def __init__(self, history: History, is_barred: Callable[[HeldLine], bool]) -> None:
        """`is_barred`: whether a line was denied at gate 1 or 4, so that it holds no place."""
        self._known = history.book.known
        billed: dict[StudyKey, list[HeldLine]] = {}
        self._filed: dict[StudyKey, dict[Kind, Filed]] = {}
        for held in history.live:
            if held.line.date_of_service < history.since:
                continue
            is_billed = held.service == "mrs" and held.plan is not None
            if is_billed and not held.is_discontinued:
                billed.setdefault(held.key, []).append(held)
        self._billed = {
            key: [held for held in lines if not is_barred(held)] if len(lines) > 1 else lines
            for key, lines in billed.items()
        }

    def against(self, held: HeldLine) -> tuple[Verdict, HeldLine] | None:
        """
        The strongest that any earlier line says of a line, and the first line that says it.

        An unknown provider is neither the same nor another; a line under another plan may be the
        secondary payer's, so that it only raises a suspicion.
        """
        billed = self._billed.get(held.key, ())
        if held.is_discontinued or (len(billed) == 1 and billed[0] is held):
            return None  # most lines are the only one of their procedure and date
        plan, npi, own = held.known.claim.plan_id, held.line.rendering_npi, held.component
        same_provider = [] if npi is None else [(component, plan, npi) for component in _ALL]
        parts: list[Kind] = [(_GLOBAL, plan)]
        if own == _GLOBAL:
            parts = [kind for kind in same_provider if kind[0] != _GLOBAL]
        suspect = _ALL if own == _GLOBAL else (own, _GLOBAL)
        return (
            self._among("DUPLICATE", held, [kind for kind in same_provider if kind[0] == own])
            or self._among("COMPONENT_INCLUDED", held, parts)
            or self._among("SUSPECT_DUPLICATE", held, [(component,) for component in suspect])
        )

    def _among(
        self, verdict: Verdict, held: HeldLine, kinds: Sequence[Kind]
    ) -> tuple[Verdict, HeldLine] | None:
        """The first line of some kinds that is earlier than the line itself."""
        first = self._first_by_kind(held.key)
        filed = [first[kind] for kind in kinds if kind in first]
        if not filed:
            return None
        place, other = min(filed, key=_by_place)
        return (verdict, other) if place < self._place(held) else None

    def _first_by_kind(self, key: StudyKey) -> dict[Kind, Filed]:
        """Of each kind of line of a procedure and date the first in claim order, looked up once."""
        if key not in self._filed:
            first = self._filed[key] = {}
            for held in self._billed.get(key, ()):
                filed = (self._place(held), held)
                for kind in _kinds(held):
                    if kind not in first or filed[0] < first[kind][0]:
                        first[kind] = filed
        return self._filed[key]

    def _place(self, held: HeldLine) -> LinePlace:
        """
        Where a line stands.

        A replacement's line takes the earliest place of the claims in its chain that bill the same
        procedure and date; where two have the same place, their own decides.
        """
        own = held.known.place
        inherited = min((known.place for known in self._chain(held)), default=own)
        return (min(own, inherited), own, held.line.number)

    def _chain(self, held: HeldLine) -> Iterable[KnownClaim]:
        """The known claims that a line's claim replaces, one after the other; a void ends it."""
        seen = {held.known.claim.claim_id}
        named = held.known.claim.replaces
        while named is not None and named not in seen and named in self._known:
            seen.add(named)
            known = self._known[named]
            if known.claim.frequency == "8":
                return
            if any(
                (line.procedure, line.date_of_service) == held.key for line in known.claim.lines
            ):
                yield known
            named = known.claim.replaces


def ask_not_duplicate(held: HeldLine, earlier: EarlierLines, library: Library) -> Finding:
    """What the earlier lines say of a line; then what the line says of itself."""
    if "repeat" in held.meanings:
        return unknown(library, "REPEAT_SAME_DAY", "a modifier says that the service was repeated")
    against = earlier.against(held)
    if against is not None:
        return _finding(*against, library)
    if held.line.units > 1:
        return unknown(library, "REPEAT_SAME_DAY", f"{held.line.units} units on one line")
    return met(library, "not_duplicate", "no earlier line bills this service")


def _finding(verdict: Verdict, other: HeldLine, library: Library) -> Finding:
    evidence = (other.evidence,)
    if verdict == "DUPLICATE":
        because = f"an earlier line of the same provider bills the same {other.component} service"
        return not_met(library, verdict, because, evidence)
    if verdict == "COMPONENT_INCLUDED":
        because = f"an earlier {other.component} line bills a part of it already"
        return not_met(library, verdict, because, evidence)
    because = f"an earlier {other.component} line may bill the same service"
    return unknown(library, verdict, because, evidence)


def _kinds(held: HeldLine) -> tuple[Kind, ...]:
    plan, npi = held.known.claim.plan_id, held.line.rendering_npi
    return ((held.component,), (held.component, plan), (held.component, plan, npi))


def _by_place(entry: Filed) -> LinePlace:
    return entry[0]
