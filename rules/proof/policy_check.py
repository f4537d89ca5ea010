"""What can be proved of any policy, whatever kinds of criteria it has."""

from __future__ import annotations

from collections.abc import Iterator

from rules.proof.answer_space import AnswerSpace, answer_space, line_of
from rules.proof.check import Makers, OpenLibrary, Proof, ProofFault
from rules.proof.classes import UNKNOWN_PLAN
from rules.proof.decisions import book_of
from rules.proof.situation import Laboratory
from rules.proof.varied_lines import VariedLine, varied_lines

_SHOWN = 10


class PolicyCheck:
    """The checks of the one policy of a library, by its criteria and their kinds."""

    def __init__(self, opened: OpenLibrary, has_product: bool) -> None:
        """`has_product`: whether its parameters are tried in all situations, elsewhere."""
        self._opened = opened
        self._has_product = has_product
        self._laboratory = Laboratory(opened.library)

    @property
    def checks(self) -> Makers:
        """All of them, each made when it is called."""
        return {"answers": self._answers}

    @property
    def _lines(self) -> Iterator[VariedLine]:
        """A line to vary of each service under each version."""
        for version in self._opened.library.versions:
            yield from varied_lines(version, self._opened.table)

    def _answers(self) -> Proof:
        spaces = [self._space(line) for line in self._lines]
        breaches = dict.fromkeys(breach for space in spaces for breach in space.breaches)
        return Proof(
            "answers",
            "does every combination of answers come to one outcome and reason, by every law?",
            "; ".join(space.in_words for space in spaces),
            tuple(map(ProofFault, breaches)),
        )

    def _space(self, line: VariedLine) -> AnswerSpace:
        lines = []
        for plan in (line.setting.plan, UNKNOWN_PLAN):
            situation = line.setting._replace(plan=plan).situation()
            library = self._laboratory.library_of(situation)
            lines.append(line_of(situation, library))
        return answer_space(line.service, lines, book_of(self._opened, line.version))
