"""Which classes of claims two libraries decide differently, each with the smallest of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import NamedTuple

from rules.proof.answer_pairs import DecidedTwice, EndingChange, LaboratoryPair
from rules.proof.answers_together import situations_of
from rules.proof.check import OpenLibrary
from rules.proof.difference_causes import PARAMETER, POLICY, DifferenceCause, DifferenceCauses
from rules.proof.enumeration import size_of
from rules.proof.neighbours import Neighbours
from rules.proof.policy_check import PolicyCheck
from rules.proof.situation import Laboratory, Situation
from rules.proof.two_sides import Side, TwoSides
from rules.proof.witnesses import reduced


class ClassDifference(NamedTuple):
    """A class of claims that two libraries decide differently."""

    how: EndingChange
    turns_on: tuple[DifferenceCause, ...]
    situation: Situation
    """The smallest of the class: nothing in it can be left out."""
    decided: DecidedTwice
    combinations: int
    """How many situations of this class were met."""


class Comparison(NamedTuple):
    """What came of comparing two libraries."""

    combinations: int
    """How many situations were decided by both."""
    differing: int
    classes: tuple[ClassDifference, ...]


def compare_libraries(
    before: OpenLibrary, after: OpenLibrary, told: Callable[[int], None] = lambda _: None
) -> Comparison:
    """
    Decides by both libraries each dimension by its classes, then around whatever differs.

    A criterion that answers otherwise is held beside every answer of each other one: from each
    situation that shows such a pair for the first time every step is taken that may lead to more.
    `told` is called with how many more were decided.
    """
    comparing = _Comparing(before, after, told)
    settings = comparing.sides.settings()
    return comparing.compared((one.situation() for one in settings), Neighbours)


def compare_by_facts(
    before: OpenLibrary, after: OpenLibrary, told: Callable[[int], None] = lambda _: None
) -> Comparison:
    """Decides by both libraries of one policy all facts that lead to answers of either."""
    situations = (one for side in (before, after) for one in _situations_by_facts(side))
    return _Comparing(before, after, told).compared(situations, None)


def _situations_by_facts(opened: OpenLibrary) -> Iterator[Situation]:
    for line, _, criteria in PolicyCheck(opened, has_product=False).reached:
        yield from situations_of(line, criteria)


class _Met(NamedTuple):
    """What was met of a class: the smallest so far, and how many."""

    situation: Situation
    combinations: int

    def and_another(self, other: _Met) -> _Met:
        """Both together."""
        smallest = min(self, other, key=lambda one: size_of(one.situation)).situation
        return _Met(smallest, self.combinations + other.combinations)


_Key = tuple[EndingChange, tuple[DifferenceCause, ...]]


class _Comparing:
    """Two libraries, decided by side by side."""

    def __init__(
        self, before: OpenLibrary, after: OpenLibrary, told: Callable[[int], None]
    ) -> None:
        self._pair = LaboratoryPair(Laboratory(before.library), Laboratory(after.library))
        self.sides = TwoSides(
            Side(self._pair.before, before.table), Side(self._pair.after, after.table)
        )
        self._turns = DifferenceCauses(self.sides)
        self._told = told
        self._seen: set[int] = set()
        """Hashes of what was decided: to hold the situations themselves would take a gigabyte."""
        self._shown: set[Hashable] = set()
        """Pairs of verdicts that some situation showed."""
        self._met: dict[_Key, _Met] = {}

    def compared(
        self, situations: Iterable[Situation], neighbours: Callable[[TwoSides], Neighbours] | None
    ) -> Comparison:
        """Goes through all situations, then around each that shows a new pair of verdicts."""
        new = deque(self._showing_new(situations))
        if new and neighbours is not None:
            moves = neighbours(self.sides)
            while new:
                new += self._showing_new(moves.of(new.popleft()))
        classes = self._made_small(self._met)
        return Comparison(
            len(self._seen),
            sum(found.combinations for found in classes.values()),
            tuple(
                ClassDifference(
                    *key, found.situation, self._pair.decided(found.situation), found.combinations
                )
                for key, found in sorted(classes.items())
            ),
        )

    def _showing_new(self, situations: Iterable[Situation]) -> list[Situation]:
        """Notes what differs; the answer is the situations that show a pair not shown before."""
        showing = []
        for situation in situations:
            known = len(self._seen)
            self._seen.add(hash(situation))
            if len(self._seen) > known:
                self._told(1)
                if self._shows_new(situation):
                    showing.append(situation)
        return showing

    def _shows_new(self, situation: Situation) -> bool:
        decided = self._pair.decided(situation)
        how = decided.differs
        if how is None:
            return False
        _add(self._met, (how, self._turns.of(situation, *decided)), _Met(situation, 1))
        known = len(self._shown)
        self._shown.update(decided.pairs(how))
        return len(self._shown) > known

    def _made_small(self, met: dict[_Key, _Met]) -> dict[_Key, _Met]:
        """Each class with its smallest situation; those that come to the same are one."""
        small: dict[_Key, _Met] = {}
        for (how, _), found in met.items():
            least = self._least(how, found.situation)
            _add(small, (how, self._turns_of(how, least)), _Met(least, found.combinations))
        return small

    def _least(self, how: EndingChange, situation: Situation) -> Situation:
        return reduced(situation, lambda less: self._pair.decided(less).differs == how)

    def _turns_of(self, how: EndingChange, situation: Situation) -> tuple[DifferenceCause, ...]:
        """What the class turns on; of parameters those without which it differs otherwise."""
        turns = self._turns.of(situation, *self._pair.decided(situation))
        parameters = [turn for turn in turns if turn.kind == PARAMETER]
        idle = {turn for turn in parameters if self._differs_without(turn, situation) == how}
        is_told = any(turn.kind not in (PARAMETER, POLICY) for turn in turns)
        if len(idle) == len(parameters) and not is_told:
            return turns  # several at once, none of which decides alone
        return tuple(turn for turn in turns if turn not in idle)

    def _differs_without(self, turn: DifferenceCause, situation: Situation) -> EndingChange | None:
        """How the two differ once the second answers a parameter as the first does."""
        value = self._turns.answer_before(turn)
        changed = situation._replace(answers=((turn.name, value),))
        before, after = self._pair
        return DecidedTwice(before.answer(situation), after.answer(changed)).differs


def _add(met: dict[_Key, _Met], key: _Key, found: _Met) -> None:
    met[key] = met[key].and_another(found) if key in met else found
