"""For each pair of answers that two libraries give to a criterion, one way to come to it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rules.determination import Service
from rules.library_model import Library
from rules.proof.answer_pairs import LaboratoryPair
from rules.proof.baseline import Baseline, diagnoses_of
from rules.proof.earlier_lines import earlier_line_variants
from rules.proof.imaging import imaging_variants
from rules.proof.rivals import billed_rivals, reported_rivals
from rules.proof.situation import Setting, Variant
from rules.proof.two_sides import TwoSides

_GATES = ("policy_in_force", "coding")
_LINE = ("coding", "not_duplicate")
_IMAGING = ("conventional_imaging",)
_RIVALS = ("pet_exclusivity",)


class Choices(NamedTuple):
    """The variants of a baseline by which every pair of answers can be had."""

    imaging: Sequence[Variant]
    lines: Sequence[Variant]
    rivals: Mapping[Service, Sequence[Variant]]
    days: Sequence[date]


class Choosing:
    """Chooses on a baseline, by what the kernel answers of each variant under both libraries."""

    def __init__(self, sides: TwoSides, library: Library, baseline: Baseline) -> None:
        self._sides = sides
        self._pair = LaboratoryPair(*(side.laboratory for side in sides.sides))
        self._library, self._baseline = library, baseline

    def chosen(self) -> Choices:
        """The first variant of each pair of answers, for each dimension."""
        baseline = self._baseline
        approved = baseline.after_mri(baseline.setting)
        days = (Variant(str(on), (), {"on": on}) for on in baseline.days)
        return Choices(
            self._of_each(
                baseline.setting,
                imaging_variants(baseline.setting, baseline.version, self._library),
                _IMAGING,
            ),
            self._of_each(approved, self._lines(approved), _LINE),
            {service: self._rivals(service) for service in baseline.version.asked},
            [variant.sets["on"] for variant in self._of_each(approved, days, _GATES)],
        )

    def _lines(self, setting: Setting) -> Iterable[Variant]:
        """The line after earlier ones, and with a modifier of each meaning."""
        yield from earlier_line_variants(setting, self._library)
        meanings = {said: code for code, said in sorted(self._library.modifiers.items())}
        for said, code in meanings.items():
            yield Variant(said, (), {"modifiers": (code,)})

    def _rivals(self, service: Service) -> list[Variant]:
        """Studies of the other technique before a line, and what may stand between the two."""
        baseline, codes = self._baseline, diagnoses_of(self._baseline)
        of_service = (
            code for code in baseline.procedures if self._sides.service_of(code) == service
        )
        setting = baseline.setting
        if self._sides.service_of(setting.procedure) != service:
            setting = setting._replace(procedure=next(of_service, setting.procedure))
        setting = baseline.after_mri(setting)
        rivals = self._sides.rivals_of(service)
        return self._of_each(
            setting,
            (
                variant
                for variants in (reported_rivals, billed_rivals)
                for variant in variants(setting, baseline.version, rivals, codes)
            ),
            _RIVALS,
        )

    def _of_each(
        self, setting: Setting, variants: Iterable[Variant], criteria: Sequence[str]
    ) -> list[Variant]:
        chosen: dict[Hashable, Variant] = {}
        for variant in variants:
            decided = self._pair.decided(variant.of(setting).situation())
            answers = tuple(one for one in decided.verdicts if one.criterion in criteria)
            chosen.setdefault((answers, len(variant.beside), *sorted(variant.sets)), variant)
        return list(chosen.values())
