"""Goes through the decision space by the kernel, and keeps what of it is worth telling."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from rules.determination import Determination, Outcome, Service
from rules.facts import Claim
from rules.loading.icd10cm import Icd10cmTable
from rules.plans import DenialMode
from rules.proof.baseline import Baseline
from rules.proof.classes import DiagnosisClass, classes_of_diagnoses
from rules.proof.denial_modes import MODES, mode_of
from rules.proof.laws import Book, Shape, breached, shape_of
from rules.proof.parts import parts
from rules.proof.product import LEANS_ON, Point, Product, services_of
from rules.proof.situation import Laboratory, Setting, Situation
from rules.truth import Truth

SAMPLED = 1000
"""How many codes of a class are decided at most; of a larger class, spread evenly over it."""
_SHOWN = 5
"""How many combinations that break one law are kept."""


class ServiceOutcome(NamedTuple):
    """An outcome with its reason, for one of the services."""

    service: Service
    outcome: Outcome
    reason: str
    is_recommended: bool = False
    """Of a line that awaits a peer: whether a denial is recommended."""


class Asking(NamedTuple):
    """A situation in which a line asks for something."""

    needs: frozenset[str]
    situation: Situation
    open_findings: int
    """How many of its findings give a reason."""


class Breach(NamedTuple):
    """A combination that breaks a law, or that shows that something does not hold."""

    what: str
    situation: Situation


class Walk(NamedTuple):
    """What a part of the space was found to be."""

    name: str
    combinations: int


class Enumerated:
    """The endings that were reached, each with the smallest situation, and every breach."""

    def __init__(self, laboratory: Laboratory, book: Book) -> None:
        self.laboratory = laboratory
        self.reached: dict[ServiceOutcome, Situation] = {}
        self.breaches: dict[str, list[Breach]] = {}
        self.needed: set[str] = set()
        """Codes of everything that some line needs."""
        self.asking: dict[Hashable, Asking] = {}
        """The smallest for each way in which a line comes to ask for something."""
        self.modes: Counter[DenialMode] = Counter()
        """How many lines were decided in each mode."""
        self.walks: list[Walk] = []
        self._book = book
        self._lawful: set[Shape] = set()
        self._modes_of: dict[Hashable, DenialMode] = {}

    @property
    def combinations(self) -> int:
        """How many combinations were decided."""
        return sum(walk.combinations for walk in self.walks)

    @property
    def shapes(self) -> int:
        """How many different determinations there are, apart from ids, dates and words."""
        return len(self._lawful)

    def decide(self, setting: Setting) -> Determination:
        """Decides the line of a setting, and holds every law against what comes out."""
        situation = setting.situation()
        lines = self.laboratory.decide(situation)
        asked = [one for one in lines if (one.claim_id, one.line) == situation.asked]
        if len(asked) != 1:
            self.note("one_determination", f"{len(asked)} determinations of one line", situation)
        for one in lines:
            shape = shape_of(one, self._mode_of(one, situation))
            self.modes[shape.mode] += 1
            if shape not in self._lawful:
                self._judge(shape, situation)
        self._reach(asked[0], situation)
        if asked[0].reason == "INVESTIGATIONAL_INDICATION" and not self._was_looked_at(setting):
            self.note("looked_at", "denied, though not every diagnosis is unrelated", situation)
        return asked[0]

    def note(self, law: str, what: str, situation: Situation) -> None:
        """Keeps one of the first combinations that show a breach."""
        found = self.breaches.setdefault(law, [])
        if len(found) < _SHOWN:
            found.append(Breach(what, situation))

    def _mode_of(self, one: Determination, situation: Situation) -> DenialMode:
        """By the first content of the claim that has the line; the strictest of several."""
        modes = [
            self._mode_of_claim(claim, line.date_of_service, situation)
            for claim in situation.facts
            if isinstance(claim, Claim) and claim.claim_id == one.claim_id
            for line in claim.lines
            if line.number == one.line
        ]
        return modes[0] if len(modes) == 1 else max(modes, key=MODES.index)

    def _mode_of_claim(self, claim: Claim, on: date, situation: Situation) -> DenialMode:
        """Worked out once for all that it depends on."""
        key = (claim.plan_id, claim.received_at, on, situation.plans)
        if key not in self._modes_of:
            library = self.laboratory.library_of(situation)
            self._modes_of[key] = mode_of(library, claim, on)
        return self._modes_of[key]

    def _was_looked_at(self, setting: Setting) -> bool:
        """Whether each billable diagnosis is unrelated or a circumstance, and one unrelated."""
        library, on = self.laboratory.library, setting.on
        codes, table = library.policies[0].codes_on(on), library.icd10cm
        valid = [code for code in setting.diagnoses if table.validity(code, on) == "billable"]
        unrelated = [code for code in valid if code in codes.unrelated]
        return bool(unrelated) and all(
            code in unrelated or (code[0] in codes.circumstances and code not in codes.indications)
            for code in valid
        )

    def _judge(self, shape: Shape, situation: Situation) -> None:
        self._lawful.add(shape)
        self.needed.update(shape.needs)
        for law in breached(shape, self._book):
            self.note(law.name, f"{law.sentence}: {shape.outcome} {shape.reason}", situation)

    def _reach(self, one: Determination, situation: Situation) -> None:
        ending = ending_of(one)
        smallest = self.reached.get(ending)
        if smallest is None or size_of(situation) < size_of(smallest):
            self.reached[ending] = situation
        if one.outcome in ("pended", "denied"):
            self._note_needs(one, situation)

    def _note_needs(self, one: Determination, situation: Situation) -> None:
        needs = frozenset(need.code for need in one.needs)
        given = tuple(finding.reason for finding in one.findings)
        way = (one.service, one.reason, given, needs)
        known = self.asking.get(way)
        if known is None or size_of(situation) < size_of(known.situation):
            self.asking[way] = Asking(needs, situation, len(given) - given.count(None))


def enumerate_space(
    laboratory: Laboratory, table: Icd10cmTable, book: Book, every_baseline: Sequence[Baseline]
) -> Enumerated:
    """Every part around every version, the product of all answers, and the codes of each class."""
    enumerated = Enumerated(laboratory, book)
    library = laboratory.library
    classes = classes_of_diagnoses(library, table)
    for baseline in every_baseline:
        for part in parts(library, baseline, classes):
            _walk(enumerated, part.name, map(enumerated.decide, part.settings))
        for service in services_of(baseline.codes):
            points = Product(laboratory, table, baseline, service).points()
            name = f"every answer of every criterion, {service}"
            _walk(enumerated, name, _independent(enumerated, points))
        _walk(enumerated, "codes of each class", _alike(enumerated, baseline, classes))
    return enumerated


def ending_of(one: Determination) -> ServiceOutcome:
    """How a determination ends."""
    return ServiceOutcome(one.service, one.outcome, one.reason, one.recommended is not None)


def sample_of(held: DiagnosisClass) -> Iterator[str]:
    """All codes of a class, or so many spread over it, its first and last among them."""
    step = max(1, -(-len(held.codes) // SAMPLED))
    yield from islice(held.codes, 0, None, step)
    yield held.codes[-1]


def size_of(situation: Situation) -> tuple[int, int]:
    """What makes a witness small: few changes of the library, then few facts."""
    return len(situation.rows) + len(situation.answers), len(situation.facts)


def _walk(enumerated: Enumerated, name: str, decided: Iterable[object]) -> None:
    enumerated.walks.append(Walk(name, sum(1 for _ in decided)))


def _independent(enumerated: Enumerated, points: Iterator[Point]) -> Iterator[Determination]:
    """Decides each point; a criterion's answer may depend on nothing but what it leans on."""
    known: dict[Hashable, Hashable] = {}
    for place, setting in points:
        one = enumerated.decide(setting)
        for finding in one.findings:
            if finding.answer is not Truth.NOT_ASKED:
                key = (finding.criterion, LEANS_ON[finding.criterion](place))
                answer = (finding.answer, finding.reason, finding.rarc)
                if known.setdefault(key, answer) != answer:
                    what = f"{finding.criterion} depends on something that it does not look at"
                    enumerated.note("independent_criteria", what, setting.situation())
        yield one


def _alike(
    enumerated: Enumerated, baseline: Baseline, classes: Sequence[DiagnosisClass]
) -> Iterator[Determination]:
    """Decides codes of each class; all of them must come out as the first one does."""
    for held in classes:
        first: Shape | None = None
        for code in sample_of(held):
            setting = baseline.after_mri(baseline.setting._replace(diagnoses=(code,)))
            one = enumerated.decide(setting)
            shape = shape_of(one)
            first = first or shape
            if shape != first:
                what = f"{code} is decided otherwise than {held.representative}"
                enumerated.note("classes_are_alike", what, setting.situation())
            yield one
