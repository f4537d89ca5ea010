"""What can be proved of any policy, whatever kinds of criteria it has."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from rules.policy.document import ParameterType
from rules.proof.answer_space import AnswerSpace, answer_space, line_of
from rules.proof.answers_together import PairsDecided, answers_together
from rules.proof.check import Makers, OpenLibrary, Proof, ProofFault
from rules.proof.classes import UNKNOWN_PLAN
from rules.proof.decisions import book_of, proof_of_swings
from rules.proof.enumeration import Enumerated
from rules.proof.facts_of_studies import purposes_without_codes
from rules.proof.parameters_by_kind import swings_by_kind
from rules.proof.reached_answers import CriterionReached, reached_answers
from rules.proof.role_answers import RoleAnswer
from rules.proof.situation import Laboratory
from rules.proof.varied_lines import VariedLine, varied_lines
from rules.truth import Truth

_RULED_BY_TABLES = ("benefit", "authority", "policy_in_force", "coding", "not_duplicate")
"""Kinds of which the tables of the library may leave an answer out."""

_CHOICES: tuple[ParameterType, ...] = ("choice", "yes_no", "any_of")
"""Types of parameters that may decide nothing, as a kind asks for more than a policy needs."""


class ServiceReached(NamedTuple):
    """What facts lead to of the criteria of one service under one version."""

    line: VariedLine
    enumerated: Enumerated
    criteria: list[CriterionReached]


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
        checks = {"answers": self._answers, "facts": self._facts, "pairs": self._pairs}
        return checks if self._has_product else {**checks, "parameters": self._parameters}

    @cached_property
    def reached(self) -> tuple[ServiceReached, ...]:
        """What facts lead to, found out once."""
        return tuple(self._reached(line) for line in self._lines)

    @cached_property
    def _lines(self) -> tuple[VariedLine, ...]:
        """A line to vary of each service under each version."""
        opened = self._opened
        return tuple(
            line
            for version in opened.library.versions
            for line in varied_lines(version, opened.library, opened.table)
        )

    def _reached(self, line: VariedLine) -> ServiceReached:
        enumerated = Enumerated(self._laboratory, book_of(self._opened, line.version))
        return ServiceReached(line, enumerated, reached_answers(line, enumerated))

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
            lines.append(line_of(situation, self._laboratory.library_of(situation)))
        return answer_space(line.service, lines, book_of(self._opened, line.version))

    def _facts(self) -> Proof:
        criteria = [each for service in self.reached for each in service.criteria]
        answers = sum(len(each.by_answer) for each in criteria)
        decided = sum(len(each.decided) for each in criteria)
        return Proof(
            "facts",
            "do facts lead to each answer of each criterion, at both sides of each number?",
            f"{answers} answers of {len(criteria)} criteria, by {decided:,} lines",
            (*self._unmet(), *self._otherwise()),
            tuple(self._unreached(is_by_tables=False)),
            tuple(self._unreached(is_by_tables=True)),
        )

    def _unmet(self) -> Iterator[ProofFault]:
        """Criteria that no facts meet, and purposes that no diagnosis has."""
        for service in self.reached:
            for each in service.criteria:
                for answer in each.unreached:
                    if answer.truth is Truth.MET:
                        yield ProofFault(_no_facts(service.line, each, answer))
            if not service.line.is_watched and not self._has_product:
                for purpose in purposes_without_codes(service.line):
                    yield ProofFault(f"no billable diagnosis is for purpose {purpose}")

    def _otherwise(self) -> Iterator[ProofFault]:
        for service in self.reached:
            for each in service.criteria:
                yield from (ProofFault(*said) for said in each.otherwise)

    def _unreached(self, *, is_by_tables: bool) -> Iterator[str]:
        for service in self.reached:
            for each in service.criteria:
                for answer in each.unreached:
                    by_tables = each.row.kind in _RULED_BY_TABLES
                    if answer.truth is not Truth.MET and by_tables is is_by_tables:
                        yield _no_facts(service.line, each, answer)

    def _parameters(self) -> Proof:
        found = [
            swing
            for document in self._opened.documents
            for swing in swings_by_kind(
                self._laboratory,
                document,
                [
                    each
                    for service in self.reached
                    if service.line.version.version == document.version
                    for each in service.criteria
                ],
            )
        ]
        choices = frozenset(
            parameter.name
            for document in self._opened.documents
            for parameter in document.parameters
            if parameter.type in _CHOICES
        )
        return proof_of_swings(found, choices)

    def _pairs(self) -> Proof:
        decided: list[PairsDecided] = []
        faults: list[ProofFault] = []
        for line, enumerated, criteria in self.reached:
            decided.append(answers_together(line, criteria, enumerated))
            faults += [ProofFault(*said) for said in decided[-1].breaches]
            faults += [
                ProofFault(breach.what, breach.situation)
                for breaches in enumerated.breaches.values()
                for breach in breaches
            ]
        pairs, together = sum(one.pairs for one in decided), sum(one.together for one in decided)
        return Proof(
            "pairs",
            "is each answer lawful beside each answer of another, and are lines with all met paid?",
            f"{pairs:,} pairs of answers, {together:,} of them given together",
            tuple(faults),
        )


def _no_facts(line: VariedLine, criterion: CriterionReached, answer: RoleAnswer) -> str:
    version = line.version.version
    said = f"no facts lead to {criterion.row.name} {answer.in_words}"
    return f"{said}, of {line.service} under {version}"
