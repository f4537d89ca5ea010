"""Every answer of every criterion with every answer of all others: the space behind the classes."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from typing import NamedTuple

from rules.determination import Determination
from rules.library import Library
from rules.library_icd10cm import Icd10cmTable
from rules.proof.classes import classes_of_plans, spans_of_dates
from rules.proof.earlier_lines import earlier_line_variants
from rules.proof.ground import Ground, diagnoses_of
from rules.proof.imaging import imaging_variants
from rules.proof.rivals import billed_rivals, reported_rivals
from rules.proof.situation import Laboratory, Setting, Variant
from rules.proof.space import addable_rows, authorized, pets, reviews, spectroscopies
from rules.truth import Truth


class Point(NamedTuple):
    """A combination, and for each criterion all that its answer may depend on."""

    setting: Setting
    leans_on: Mapping[str, Hashable]


class Dimensions(NamedTuple):
    """What is varied of a line beside its procedure, its diagnoses and a reviewer's word."""

    lines: Sequence[Variant]
    imaging: Sequence[Variant]
    rivals: Sequence[Variant]


def every_answer(
    laboratory: Laboratory, table: Icd10cmTable, ground: Ground
) -> Iterator[Point]:
    """All combinations of a spectroscopy, then all of a PET."""
    for service, gates in (("mrs", 4), ("pet", 2)):
        yield from _Product(laboratory, table, ground, service, gates).points()


class _Product:
    """The combinations of one service."""

    def __init__(
        self,
        laboratory: Laboratory,
        table: Icd10cmTable,
        ground: Ground,
        service: str,
        gates: int,
    ) -> None:
        self._laboratory = laboratory
        self._library = laboratory.library
        self._table = table
        self._ground = ground
        self._gates = gates
        self._is_mrs = service == "mrs"
        self._procedures = spectroscopies(self._library) if self._is_mrs else pets(self._library)

    def points(self) -> Iterator[Point]:
        """Every frame with every answer; where a gate is closed, with two of each behind it."""
        picked = self._pick()
        for number, frame in enumerate(self._frames()):
            dimensions = self._picked(frame, picked)
            if not self._is_open(frame):
                dimensions = Dimensions(
                    dimensions.lines, dimensions.imaging[:2], dimensions.rivals[:2]
                )
            yield from self._within(frame, number, dimensions)

    def _within(self, frame: Setting, number: int, dimensions: Dimensions) -> Iterator[Point]:
        for procedure, codes, (line, own), (imaging, seen), (rival, other) in product(
            self._procedures,
            diagnoses_of(self._ground),
            enumerate(dimensions.lines),
            enumerate(dimensions.imaging),
            enumerate(dimensions.rivals),
        ):
            base = frame._replace(procedure=procedure, diagnoses=codes)
            whole = other.of(seen.of(own.of(base)))
            for approval, said in product((None, authorized(base)), (None, *reviews())):
                setting = whole if approval is None else approval.of(whole)
                if said is not None:
                    setting = setting._replace(beside=(*setting.beside, said))
                is_authorized = approval is not None
                leans_on = {
                    "benefit": (number, procedure),
                    "authority": (number, procedure),
                    "policy_in_force": frame.on,
                    "coding": (frame.on, procedure, codes, line),
                    "not_duplicate": line,
                    "proven_service": (procedure, is_authorized),
                    "indication": (frame.on, codes, is_authorized),
                    "conventional_imaging": (frame.on, imaging, is_authorized),
                    "pet_exclusivity": (frame.on, procedure, codes, rival, is_authorized),
                }
                yield Point(setting, leans_on)

    def _frames(self) -> list[Setting]:
        """A plan, added rows and a day for each way in which the first gates can answer."""
        days = [self._ground.setting.on, *(day for span in self._spans() for day in span)]
        plans = classes_of_plans(self._library)
        procedure = self._procedures[0]
        rows = [(), *((row,) for row in addable_rows(self._library, procedure, self._ground))]
        frames: dict[Hashable, Setting] = {}
        for on, plan, added in product(days, plans, rows):
            frame = self._ground.setting._replace(on=on, plan=plan, rows=added)
            one = self._ask(frame)
            held = self._library.plans.get(plan)
            is_peer = held is not None and held.clinical_denials_need_peer_review
            frames.setdefault((is_peer, _answers(one)[: self._gates]), frame)
        return list(frames.values())
