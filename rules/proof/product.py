"""Every answer of every criterion with every answer of all others: the space behind the classes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from operator import attrgetter
from typing import NamedTuple

from rules.code_sets import CodeSets, Technique
from rules.determination import Determination
from rules.loading.icd10cm import Icd10cmTable
from rules.policy_version import Policy
from rules.proof.baseline import Baseline, diagnoses_of
from rules.proof.denial_modes import mode_of
from rules.proof.earlier_lines import earlier_line_variants
from rules.proof.imaging import imaging_variants
from rules.proof.reviews import reviews
from rules.proof.rivals import billed_rivals, reported_rivals
from rules.proof.situation import Laboratory, Setting, Variant
from rules.proof.space import addable_rows, authorized, pets, spectroscopies
from rules.truth import Truth

PLAIN = Variant("as it is")
_BEHIND_A_GATE = 2
"""How many answers of what is not asked stand for all."""
_GATES_OF_A_FRAME = ("benefit", "authority", "policy_in_force")
_CRITERIA_OF_A_DIMENSION = (
    ("coding", "not_duplicate"),
    ("conventional_imaging",),
    ("pet_exclusivity",),
)


class Coordinates(NamedTuple):
    """Where in the product a point lies."""

    frame: int
    on: date
    procedure: str
    diagnoses: tuple[str, ...]
    line: int
    imaging: int
    rival: int
    authorized: str
    history: tuple[int, int, int] | None
    """What is beside a line with a diagnosis that speaks for a purpose only in company."""


class Point(NamedTuple):
    """A combination of the product."""

    place: Coordinates
    setting: Setting


LEANS_ON: Mapping[str, Callable[[Coordinates], Hashable]] = {
    "benefit": attrgetter("frame", "procedure"),
    "authority": attrgetter("frame", "procedure"),
    "policy_in_force": attrgetter("on"),
    "coding": attrgetter("on", "procedure", "diagnoses", "line"),
    "not_duplicate": attrgetter("line"),
    "proven_service": attrgetter("procedure", "authorized"),
    # Some diagnoses have an indication only beside what earlier lines and studies were done for.
    "indication": attrgetter("on", "diagnoses", "authorized", "history"),
    # What a conclusive study answers depends on what the line asks.
    "conventional_imaging": attrgetter("on", "diagnoses", "imaging", "authorized", "history"),
    "pet_exclusivity": attrgetter(
        "on", "procedure", "diagnoses", "line", "rival", "authorized", "history"
    ),
}
"""For each criterion all that its answer may depend on, whatever else varies."""


_KINDS = {
    "proven_service": "code_flag",
    "indication": "purpose",
    "conventional_imaging": "earlier_study",
    "pet_exclusivity": "exclusivity",
}
"""Of what kind each of them is; the others are called as their kinds are."""


def has_product(policy: Policy) -> bool:
    """Whether what the criteria of each of its versions lean on is told above."""
    wanted = [(name, _KINDS.get(name, name)) for name in LEANS_ON]
    return all(
        [(row.name, row.kind) for row in version.criteria] == wanted for version in policy.versions
    )


class _Dimensions(NamedTuple):
    """What is varied beside procedure, diagnoses, authorization and review."""

    lines: Sequence[Variant]
    imaging: Sequence[Variant]
    rivals: Sequence[Variant]


def services_of(codes: CodeSets) -> list[Technique]:
    """The techniques of which a version has any code."""
    sets: dict[Technique, Mapping[str, object]] = {
        "decided": codes.decided,
        "watched": codes.watched,
    }
    return [service for service, found in sets.items() if found]


class Product:
    """All combinations of one service around one version of the policy."""

    def __init__(
        self,
        laboratory: Laboratory,
        table: Icd10cmTable,
        baseline: Baseline,
        service: Technique,
    ) -> None:
        self._laboratory = laboratory
        self._library = laboratory.library
        self._table = table
        self._baseline = baseline
        self._is_mrs = service == "decided"
        of_service = spectroscopies if self._is_mrs else pets
        self._procedures = of_service(baseline)

    def points(self) -> Iterator[Point]:
        """Every frame with every answer; where a gate is closed, with two of each behind it."""
        picked = self._picked()
        for number, frame in enumerate(self._frames()):
            several = slice(_BEHIND_A_GATE) if self._is_closed(frame) else slice(None)
            for procedure in self._procedures:
                setting = frame._replace(procedure=procedure)
                lines, imaging, rivals = (
                    [variants[at] for at in chosen]
                    for variants, chosen in zip(self._dimensions(setting), picked, strict=True)
                )
                dimensions = _Dimensions(lines, imaging[several], rivals[several])
                yield from self._within(setting, number, dimensions)

    def _within(self, frame: Setting, number: int, dimensions: _Dimensions) -> Iterator[Point]:
        company = self._baseline.codes.in_company
        # A review goes before whatever an authorization makes met, so the two are not paired; nor
        # with every frame: how reviews and plans meet is a part of the space of its own.
        words = [Variant(said.decision, (said,)) for said in reviews() if number == 0]
        resolved = [(PLAIN, PLAIN), (authorized(frame), PLAIN), *((PLAIN, one) for one in words)]
        for codes, (line, own), (imaging, seen), (rival, other) in product(
            diagnoses_of(self._baseline),
            enumerate(dimensions.lines),
            enumerate(dimensions.imaging),
            enumerate(dimensions.rivals),
        ):
            setting = other.of(seen.of(own.of(frame._replace(diagnoses=codes))))
            for approval, word in resolved:
                place = Coordinates(
                    *(number, frame.on, frame.procedure, codes),
                    *(line, imaging, rival, approval.name),
                    (line, imaging, rival) if company & set(codes) else None,
                )
                yield Point(place, word.of(approval.of(setting)))

    def _frames(self) -> list[Setting]:
        """A plan, a day and added rows for each way in which the first gates can answer."""
        days = [self._baseline.setting.on, *self._baseline.days, *self._days_of_law()]
        procedure = self._procedures[0]
        rows = [(), *((row,) for row in addable_rows(self._library, procedure, self._baseline))]
        frames: dict[Hashable, Setting] = {}
        for on, plan, added in product(days, self._baseline.plans, rows):
            frame = self._baseline.setting._replace(
                procedure=procedure, on=on, plan=plan, rows=added
            )
            frames.setdefault(self._kind_of_frame(frame), frame)
        return list(frames.values())

    def _days_of_law(self) -> list[date]:
        """Days of the version from which on a row of law is in force."""
        days = {row.effective_from for row in self._library.jurisdictions}
        version = self._baseline.version
        return sorted(day for day in days if self._library.policies[0].version_on(day) is version)

    def _kind_of_frame(self, frame: Setting) -> Hashable:
        """What the first gates answer, and what of the plan and the day counts behind them."""
        plan = self._library.plans.get(frame.plan)
        mode = mode_of(self._library, frame.claim(), frame.on)
        gates = _said(self._laboratory.ask(frame), _GATES_OF_A_FRAME)
        is_known = self._table.knows_from <= frame.on < self._table.knows_to
        is_open = not self._is_closed(frame)
        counts = is_open and is_known
        return (plan is None, gates, mode if counts else None, is_open and not is_known)

    def _picked(self) -> list[list[int]]:
        """For each dimension the first variant of each answer that it leads to."""
        picked: list[dict[Hashable, int]] = [{}, {}, {}]
        for procedure in self._procedures:
            baseline = self._baseline.setting._replace(procedure=procedure)
            for first, variants, criteria in zip(
                picked, self._dimensions(baseline), _CRITERIA_OF_A_DIMENSION, strict=True
            ):
                for number, variant in enumerate(variants):
                    answer = _said(self._laboratory.ask(variant.of(baseline)), criteria)
                    first.setdefault(answer, number)
        return [sorted(set(first.values())) for first in picked]

    def _dimensions(self, frame: Setting) -> _Dimensions:
        """All variants for a frame; the same ones in the same order for each."""
        version, library = self._baseline.version, self._library
        codes = ((), self._baseline.setting.diagnoses)
        others = pets(self._baseline) if self._is_mrs else [self._baseline.setting.procedure]
        rivals = (
            PLAIN,
            *reported_rivals(frame, version, others, codes),
            *billed_rivals(frame, version, others, codes),
        )
        if not self._is_mrs:
            return _Dimensions((PLAIN, *self._modified("discontinued")), (PLAIN,), rivals)
        lines = (
            PLAIN,
            *earlier_line_variants(frame, library),
            *self._modified("bilateral"),
        )
        return _Dimensions(lines, imaging_variants(frame, version, library), rivals)

    def _modified(self, meaning: str) -> Iterator[Variant]:
        """A line with a modifier of a meaning, if the library has one."""
        codes = sorted(code for code, said in self._library.modifiers.items() if said == meaning)
        for code in codes[:1]:
            yield Variant(f"modifier {code}", (), {"modifiers": (code,)})

    def _is_closed(self, frame: Setting) -> bool:
        return self._laboratory.ask(frame).findings[-1].answer is Truth.NOT_ASKED


def _said(one: Determination, criteria: Sequence[str]) -> Hashable:
    """What some criteria answered, with the codes that depend on more than the reason."""
    return tuple(
        (finding.criterion, finding.answer, finding.reason, finding.rarc)
        for finding in one.findings
        if finding.criterion in criteria
    )
