"""Criterion 5: the service was not billed before (Codes)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from rules.claims import KnownClaim, Place
from rules.criteria.answers import met, not_met, unknown
from rules.determination import Finding
from rules.history import HeldLine, History, StudyKey
from rules.library import Library

LinePlace = tuple[Place, Place, int]
Verdict = Literal["DUPLICATE", "COMPONENT_INCLUDED", "SUSPECT_DUPLICATE"]

_IN_ORDER: tuple[Verdict, ...] = ("DUPLICATE", "COMPONENT_INCLUDED", "SUSPECT_DUPLICATE")


class EarlierLines:
    """The live MRS lines that later ones of the same procedure and date are held against."""

    def __init__(self, history: History, is_barred: Callable[[HeldLine], bool]) -> None:
        """`is_barred`: whether a line was denied at gate 1 or 4, so that it holds no place."""
        self._by_study: dict[StudyKey, list[tuple[LinePlace, HeldLine]]] = {}
        self._known = history.book.known
        for held in history.live:
            is_billed = held.service == "mrs" and held.plan is not None
            if is_billed and not held.is_discontinued and not is_barred(held):
                self._by_study.setdefault(held.key, []).append((self._place(held), held))

    def before(self, held: HeldLine) -> list[HeldLine]:
        """Lines of the same procedure and date that are earlier in claim order, in that order."""
        entries = self._by_study.get(held.key, [])
        if held.is_discontinued or not entries:
            return []
        place = self._place(held)
        return [
            other for other_place, other in sorted(entries, key=_by_place) if other_place < place
        ]

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


def ask_not_duplicate(held: HeldLine, earlier: Sequence[HeldLine], library: Library) -> Finding:
    """The strongest that any earlier line says; then what the line says of itself."""
    if "repeat" not in held.meanings:
        for verdict in _IN_ORDER:
            against = [other for other in earlier if _verdict(held, other) == verdict]
            if against:
                return _finding(verdict, against[0], library)
    if "repeat" in held.meanings:
        return unknown(library, "REPEAT_SAME_DAY", "a modifier says that the service was repeated")
    if held.line.units > 1:
        return unknown(library, "REPEAT_SAME_DAY", f"{held.line.units} units on one line")
    return met(library, "not_duplicate", "no earlier line bills this service")


def _verdict(held: HeldLine, other: HeldLine) -> Verdict | None:
    """What one earlier line says of a line of the same procedure and date."""
    verdict = _verdict_within_plan(held, other)
    if verdict is None or held.known.claim.plan_id == other.known.claim.plan_id:
        return verdict
    return "SUSPECT_DUPLICATE"


def _verdict_within_plan(held: HeldLine, other: HeldLine) -> Verdict | None:
    npi, other_npi = held.line.rendering_npi, other.line.rendering_npi
    same_provider = npi is not None and npi == other_npi
    if held.component == other.component:
        return "DUPLICATE" if same_provider else "SUSPECT_DUPLICATE"
    if other.component == "global":
        return "COMPONENT_INCLUDED"
    if held.component == "global":
        return "COMPONENT_INCLUDED" if same_provider else "SUSPECT_DUPLICATE"
    return None


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


def _by_place(entry: tuple[LinePlace, HeldLine]) -> LinePlace:
    return entry[0]
