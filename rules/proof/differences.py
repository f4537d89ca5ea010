"""Which classes of claims two libraries decide differently, each with the smallest of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from rules.determination import Determination
from rules.proof.check import OpenLibrary
from rules.proof.enumeration import Ending, ending_of, size_of
from rules.proof.neighbours import followed, neighbours
from rules.proof.situation import Laboratory, Situation
from rules.proof.turns import PARAMETER, Turn, Turns
from rules.proof.two_sides import Side, TwoSides
from rules.proof.witnesses import reduced
from rules.two_libraries import changed_details


class Decided(NamedTuple):
    """A line as both libraries decide it."""

    before: Determination
    after: Determination

    @property
    def differs(self) -> How | None:
        """How the two differ, if they do."""
        endings = ending_of(self.before), ending_of(self.after)
        if endings[0] != endings[1]:
            return How(*endings, ())
        details = tuple(changed_details(self.before, self.after))
        return How(*endings, details) if details else None


class How(NamedTuple):
    """What becomes of a line, where two libraries decide it differently."""

    before: Ending
    after: Ending
    details: tuple[str, ...]
    """What differs, where outcome and reason do not."""


class Difference(NamedTuple):
    """A class of claims that two libraries decide differently."""

    how: How
    turns_on: tuple[Turn, ...]
    situation: Situation
    """The smallest of the class: nothing in it can be left out."""
    decided: Decided
    combinations: int
    """How many situations of this class were met."""


class Comparison(NamedTuple):
    """What came of comparing two libraries."""

    combinations: int
    """How many situations were decided by both."""
    differing: int
    classes: tuple[Difference, ...]


def compare_libraries(
    before: OpenLibrary, after: OpenLibrary, told: Callable[[int], None] = lambda _: None
) -> Comparison:
    """
    Decides by both libraries each dimension by its classes, then around whatever differs.

    `told` is called with how many more were decided.
    """
    return _Comparing(before, after).compared(told)


class _Met(NamedTuple):
    """What was met of a class: the smallest so far, and how many."""

    situation: Situation
    combinations: int

    def and_another(self, other: _Met) -> _Met:
        """Both together."""
        smallest = min(self, other, key=lambda one: size_of(one.situation)).situation
        return _Met(smallest, self.combinations + other.combinations)


_Key = tuple[How, tuple[Turn, ...]]


class _Comparing:
    """Two libraries, decided by side by side."""

    def __init__(self, before: OpenLibrary, after: OpenLibrary) -> None:
        self._before, self._after = Laboratory(before.library), Laboratory(after.library)
        self._sides = TwoSides(Side(self._before, before.table), Side(self._after, after.table))
        self._turns = Turns(self._sides)

    def compared(self, told: Callable[[int], None]) -> Comparison:
        """Goes through all situations, then around the smallest of each class."""
        met: dict[_Key, _Met] = {}
        combinations = self._go_through(self._situations(), met, told)
        classes = self._made_small(met)
        for go_around in (self._followed, self._neighbours):
            met = {}
            for found in [classes[key] for key in sorted(classes)]:
                combinations += self._go_through(go_around(found.situation), met, told)
            for key, found in self._made_small(met).items():
                _add(classes, key, found)
        return Comparison(
            combinations,
            sum(found.combinations for found in classes.values()),
            tuple(
                Difference(
                    *key, found.situation, self._decided(found.situation), found.combinations
                )
                for key, found in sorted(classes.items())
            ),
        )

    def _go_through(
        self, situations: Iterable[Situation], met: dict[_Key, _Met], told: Callable[[int], None]
    ) -> int:
        """Notes what differs; the answer is how many were decided."""
        combinations = 0
        for situation in situations:
            combinations += 1
            told(1)
            decided = self._decided(situation)
            how = decided.differs
            if how is not None:
                _add(met, (how, self._turns.of(situation, *decided)), _Met(situation, 1))
        return combinations

    def _made_small(self, met: dict[_Key, _Met]) -> dict[_Key, _Met]:
        """Each class with its smallest situation; those that come to the same are one."""
        small: dict[_Key, _Met] = {}
        for (how, _), found in met.items():
            least = self._least(how, found.situation)
            _add(small, (how, self._turns_of(how, least)), _Met(least, found.combinations))
        return small

    def _followed(self, situation: Situation) -> Iterator[Situation]:
        """The situation as the history of a line of the other technique."""
        for rival in self._rivals_of(situation):
            yield followed(situation, rival)

    def _neighbours(self, situation: Situation) -> Iterator[Situation]:
        """The situation with all else that may be answered of its line."""
        for side, ground in self._sides.first_grounds:
            yield from neighbours(situation, ground, side.library, self._rivals_of(situation))

    def _rivals_of(self, situation: Situation) -> list[str]:
        return self._sides.rivals_of(self._decided(situation).before.service)

    def _situations(self) -> Iterator[Situation]:
        """Each once, known again by its hash: to hold them all would take a gigabyte."""
        seen: set[int] = set()
        for setting in self._sides.settings():
            situation = setting.situation()
            known = len(seen)
            seen.add(hash(situation))
            if len(seen) > known:
                yield situation

    def _decided(self, situation: Situation) -> Decided:
        return Decided(self._before.answer(situation), self._after.answer(situation))

    def _least(self, how: How, situation: Situation) -> Situation:
        return reduced(situation, lambda less: self._decided(less).differs == how)

    def _turns_of(self, how: How, situation: Situation) -> tuple[Turn, ...]:
        """What the class turns on; of parameters those without which it differs otherwise."""
        turns = self._turns.of(situation, *self._decided(situation))
        parameters = [turn for turn in turns if turn.kind == PARAMETER]
        idle = {turn for turn in parameters if self._differs_without(turn, situation) == how}
        return tuple(turn for turn in turns if turn not in idle or len(idle) == len(parameters))

    def _differs_without(self, turn: Turn, situation: Situation) -> How | None:
        """How the two differ once the second answers a parameter as the first does."""
        value = self._turns.answer_before(turn)
        changed = situation._replace(answers=((turn.name, value),))
        return Decided(self._before.answer(situation), self._after.answer(changed)).differs


def _add(met: dict[_Key, _Met], key: _Key, found: _Met) -> None:
    met[key] = met[key].and_another(found) if key in met else found
