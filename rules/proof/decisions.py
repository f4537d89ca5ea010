"""What can be proved of a library by deciding with it: every combination, row, code and answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from rules.analysis.needs_proved import needs_proved
from rules.policy.sections import named_sections
from rules.policy_version import PolicyVersion
from rules.proof.answers import Swing, swings
from rules.proof.baseline import baselines
from rules.proof.check import Makers, OpenLibrary, Proof, ProofFault
from rules.proof.classes import classes_of_diagnoses
from rules.proof.denial_modes import MODES
from rules.proof.enumeration import Enumerated, enumerate_space
from rules.proof.laws import LAWS, Book
from rules.proof.liveness import dead_parts, probes
from rules.proof.probe import Dead
from rules.proof.situation import Laboratory

_OPEN_FINDINGS = 2
"""Of so many that are open at once the needs are held against all smallest sets of facts."""


class Decisions:
    """A library with the baseline of each version, and its decision space once it is needed."""

    def __init__(self, opened: OpenLibrary) -> None:
        self._opened = opened
        self._laboratory = Laboratory(opened.library)
        self._classes = classes_of_diagnoses(opened.library, opened.table)
        self._baselines = tuple(baselines(self._laboratory, opened.table, self._classes))

    @cached_property
    def enumerated(self) -> Enumerated:
        """The whole space, gone through once."""
        book = book_of(self._opened)
        return enumerate_space(self._laboratory, self._opened.table, book, self._baselines)

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
            "needs": self._needs,
            "omission": self._omission,
            "who_may_deny": self._who_may_deny,
        }

    def _versions(self) -> Proof:
        able = {baseline.version.version for baseline in self._baselines}
        return Proof(
            "versions",
            "can a line be approved under every version?",
            f"{len(self._opened.library.versions)} versions",
            tuple(
                ProofFault(f"nothing is ever approved under version {version.version}")
                for version in self._opened.library.versions
                if version.version not in able
            ),
        )

    def _rows(self) -> Proof:
        """What is dead in its version; what all versions share, only if it is dead under each."""
        library, table = self._opened.library, self._opened.table
        dead_under = [
            set(dead_parts(self._laboratory, table, baseline)) for baseline in self._baselines
        ]
        everywhere = set.intersection(*dead_under) if dead_under else set()
        own = {one for found in dead_under for one in found if one.is_versions_own}
        dead = sorted(everywhere | own)
        probed = sum(1 for baseline in self._baselines for _ in probes(library, table, baseline))
        return Proof(
            "rows",
            "does every row and code change some determination?",
            f"{probed} rows, codes and cells, each taken out once",
            tuple(
                ProofFault(f"{one.file}: {one.what} changes nothing")
                for one in (*dead, *self._unused())
            ),
        )

    def _unused(self) -> Iterator[Dead]:
        """Purposes of a version that no code has."""
        library = self._opened.library
        for version in library.versions:
            codes = version.codes
            used = {number for held in codes.indications.values() for number in held.indications}
            used |= {rule.indication for rule in codes.company}
            folder = f"policies/{library.policies[0].policy_id}/{version.version}/code_sets"
            for number in sorted(set(codes.indication_names) - used):
                yield Dead(f"{folder}/indication_names.csv", f"indication {number}")

    def _parameters(self) -> Proof:
        documents = {document.version: document for document in self._opened.documents}
        found = [
            swing
            for baseline in self._baselines
            for document in (documents[baseline.version.version],)
            for swing in swings(self._laboratory, document, baseline, self._classes)
        ]
        return proof_of_swings(found)

    def _outcomes(self) -> Proof:
        space = self.enumerated
        return Proof(
            "outcomes",
            "does every combination end in exactly one outcome and reason, by every law?",
            f"{space.combinations:,} combinations, {space.shapes:,} different determinations, "
            f"{len(LAWS)} laws",
            self._breaches("one_determination", *(law.name for law in LAWS)),
            notes=tuple(f"{walk.combinations:,} of: {walk.name}" for walk in space.walks),
        )

    def _criteria(self) -> Proof:
        return Proof(
            "criteria",
            "does each criterion answer by what it looks at alone, whatever the others answer?",
            "every answer of every criterion with every answer of all others",
            self._breaches("independent_criteria"),
        )

    def _diagnoses(self) -> Proof:
        codes = sum(len(held.codes) for held in self._classes)
        return Proof(
            "diagnoses",
            "are the codes of a class of diagnoses decided alike?",
            f"{codes:,} codes in {len(self._classes)} classes",
            self._breaches("classes_are_alike"),
        )

    def _reasons(self) -> Proof:
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
        return Proof(
            "reasons",
            "is every reason reached, and everything that can be needed ever asked for?",
            f"{len(reached)} reasons, {len(space.reached)} endings, {len(space.needed)} needs",
            tuple(map(ProofFault, faults)),
        )

    def _needs(self) -> Proof:
        """Of each way in which a line comes to ask for something, the smallest situation."""
        space, faults = self.enumerated, list[ProofFault]()
        asking = [one for one in space.asking.values() if one.open_findings <= _OPEN_FINDINGS]
        for asked, situation, _ in asking:
            library = space.laboratory.library_of(situation)
            proved = needs_proved(situation.record(), library, situation.asked)
            if not proved.explain(asked):
                missing, idle = sorted(proved.own - asked), sorted(asked - proved.any)
                what = f"is not asked for: {missing}; is asked for to no avail: {idle}"
                faults.append(ProofFault(what, situation))
        return Proof(
            "needs",
            "is asked for all that would resolve or reopen a line, and for nothing else?",
            f"{len(asking)} ways to be open, each by the smallest sets of facts that help",
            tuple(faults),
        )

    def _omission(self) -> Proof:
        return Proof(
            "omission",
            "is an indication denied only where every diagnosis was looked at?",
            "every combination that ends in INVESTIGATIONAL_INDICATION",
            self._breaches("looked_at"),
        )

    def _who_may_deny(self) -> Proof:
        modes = self.enumerated.modes
        return Proof(
            "who_may_deny",
            "is nothing denied clinically without a person where plan or law ask for one?",
            ", ".join(f"{modes[mode]:,} lines {mode}" for mode in MODES),
            self._breaches("person_denies"),
        )

    def _breaches(self, *laws: str) -> tuple[ProofFault, ...]:
        breaches = self.enumerated.breaches
        return tuple(
            ProofFault(breach.what, breach.situation)
            for law in laws
            for breach in breaches.get(law, ())
        )


def proof_of_swings(found: list[Swing], may_be_idle: frozenset[str] = frozenset()) -> Proof:
    """
    What the other answers of the parameters come to.

    `may_be_idle`: those of which it is no fault if they decide nothing.
    """
    idle = [swing for swing in found if swing.situation is None]
    dead = _names(found) - _names([swing for swing in found if swing.situation is not None])
    return Proof(
        "parameters",
        "does another answer of each parameter decide some line otherwise?",
        f"{len(_names(found))} parameters, {len(found)} other answers",
        tuple(ProofFault(f"{name} decides nothing") for name in sorted(dead - may_be_idle)),
        notes=tuple(f"{one.parameter} = {one.answer} decides nothing otherwise" for one in idle),
    )


def book_of(opened: OpenLibrary, version: PolicyVersion | None = None) -> Book:
    """
    What the laws look up; what is cited must be made of sections that something leans on.

    `version`: the one whose criteria are asked; None: the last, of which they are those of all.
    """
    library = opened.library
    leaned_on = {
        section.id
        for document in opened.documents
        for section in document.sections
        if section.automated
    }
    cited = {reason.section for reason in library.reasons.values()}
    cited |= set(library.policies[0].sections.values())
    return Book(
        library,
        version or library.versions[-1],
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
