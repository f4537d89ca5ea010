"""What can be proved of a library by deciding with it: every combination, row, code and answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from rules.policy.sections import named_sections
from rules.proof.answers import Swing, swings
from rules.proof.baseline import grounds
from rules.proof.check import Check, Fault, Makers, OpenLibrary
from rules.proof.classes import classes_of_diagnoses
from rules.proof.enumeration import Enumerated, enumerate_space
from rules.proof.laws import LAWS, Book
from rules.proof.liveness import Dead, dead_parts, probes
from rules.proof.situation import Laboratory


class Decisions:
    """A library with the ground of each version, and its decision space once it is needed."""

    def __init__(self, opened: OpenLibrary) -> None:
        self._opened = opened
        self._laboratory = Laboratory(opened.library)
        self._classes = classes_of_diagnoses(opened.library, opened.table)
        self._grounds = tuple(grounds(self._laboratory, opened.table, self._classes))

    @cached_property
    def enumerated(self) -> Enumerated:
        """The whole space, gone through once."""
        book = book_of(self._opened)
        return enumerate_space(self._laboratory, self._opened.table, book, self._grounds)

    @property
    def checks(self) -> Makers:
        """The quick ones, then those for which the whole space is gone through."""
        return {
            "versions": self._versions,
            "rows": self._rows,
            "parameters": self._parameters,
            "outcomes": self._outcomes,
            "criteria": self._criteria,
            "diagnoses": self._diagnoses,
            "reasons": self._reasons,
        }

    def _versions(self) -> Check:
        able = {ground.version.version for ground in self._grounds}
        return Check(
            "versions",
            "can a line be approved under every version?",
            f"{len(self._opened.library.versions)} versions",
            tuple(
                Fault(f"nothing is ever approved under version {version.version}")
                for version in self._opened.library.versions
                if version.version not in able
            ),
        )

    def _rows(self) -> Check:
        """What is dead under every version; a code may be meant for one of them alone."""
        library, table = self._opened.library, self._opened.table
        dead_under = [set(dead_parts(self._laboratory, table, ground)) for ground in self._grounds]
        dead = sorted(set.intersection(*dead_under)) if dead_under else []
        probed = sum(1 for ground in self._grounds for _ in probes(library, table, ground))
        return Check(
            "rows",
            "does every row and code change some determination?",
            f"{probed} rows, codes and cells, each taken out once",
            tuple(
                Fault(f"{one.file}: {one.what} changes nothing") for one in (*dead, *self._unused())
            ),
        )

    def _unused(self) -> Iterator[Dead]:
        """Purposes of the policy that no code has."""
        library = self._opened.library
        used = {number for held in library.indications.values() for number in held.indications}
        used |= {rule.indication for rule in library.company}
        for number in sorted(set(library.indication_names) - used):
            yield Dead("code_sets/indication_names.csv", f"indication {number}")

    def _parameters(self) -> Check:
        documents = {document.version: document for document in self._opened.documents}
        found = [
            swing
            for ground in self._grounds
            for swing in swings(
                self._laboratory, documents[ground.version.version], ground, self._classes
            )
        ]
        idle = [swing for swing in found if swing.situation is None]
        dead = _names(found) - _names([swing for swing in found if swing.situation is not None])
        return Check(
            "parameters",
            "does another answer of each parameter decide some line otherwise?",
            f"{len(_names(found))} parameters, {len(found)} other answers",
            tuple(Fault(f"{name} decides nothing") for name in sorted(dead)),
            notes=tuple(
                f"{idle_one.parameter} = {idle_one.answer} decides nothing otherwise"
                for idle_one in idle
            ),
        )

    def _outcomes(self) -> Check:
        space = self.enumerated
        return Check(
            "outcomes",
            "does every combination end in exactly one outcome and reason, by every law?",
            f"{space.combinations:,} combinations, {space.shapes:,} different determinations, "
            f"{len(LAWS)} laws",
            self._breaches("one_determination", *(law.name for law in LAWS)),
            notes=tuple(f"{walk.combinations:,} of: {walk.name}" for walk in space.walks),
        )

    def _criteria(self) -> Check:
        return Check(
            "criteria",
            "does each criterion answer by what it looks at alone, whatever the others answer?",
            "every answer of every criterion with every answer of all others",
            self._breaches("independent_criteria"),
        )

    def _diagnoses(self) -> Check:
        codes = sum(len(held.codes) for held in self._classes)
        return Check(
            "diagnoses",
            "are the codes of a class of diagnoses decided alike?",
            f"{codes:,} codes in {len(self._classes)} classes",
            self._breaches("classes_are_alike"),
        )

    def _reasons(self) -> Check:
        library, space = self._opened.library, self.enumerated
        reached = {ending.reason for ending in space.reached}
        faults = [
            f"reasons.csv: {code} is never reached"
            for code in library.reasons
            if code not in reached
        ]
        faults += [
            f"needs.csv: {code} is never asked for"
            for code in library.needs
            if code not in space.needed
        ]
        return Check(
            "reasons",
            "is every reason reached, and everything that can be needed ever asked for?",
            f"{len(reached)} reasons, {len(space.reached)} endings, {len(space.needed)} needs",
            tuple(map(Fault, faults)),
        )

    def _breaches(self, *laws: str) -> tuple[Fault, ...]:
        breaches = self.enumerated.breaches
        return tuple(
            Fault(breach.what, breach.situation) for law in laws for breach in breaches.get(law, ())
        )


def book_of(opened: OpenLibrary) -> Book:
    """What the laws look up; what is cited must be made of sections that something leans on."""
    library = opened.library
    leaned_on = {
        section.id
        for document in opened.documents
        for section in document.sections
        if section.automated
    }
    cited = {*library.sections.values(), *(reason.section for reason in library.reasons.values())}
    return Book(
        library,
        frozenset(text for text in cited if named_sections(text, leaned_on) is not None),
        {
            criterion.name: frozenset(criterion.parameters)
            for document in opened.documents
            for criterion in document.criteria
        },
        opened.remittance.demands,
    )


def _names(found: list[Swing]) -> set[str]:
    return {swing.parameter for swing in found}
