"""Which studies of conventional imaging qualify for a line (`rules.md` 4.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain

from rules.history.history import History
from rules.history.studies import ClaimLine, Study


def qualifying_studies(
    since: date, until: date, line: ClaimLine, history: History
) -> Sequence[Study]:
    """The studies of a span, both ends included, without the head CTs that belong to a PET/CT."""
    conventional = line.codes.conventional_imaging
    return [
        study
        for study in history.imaging.conventional(since, until)
        if (code := conventional.get(study.procedure)) is not None
        and not (code.may_be_attenuation and _is_attenuation(study, line, history))
    ]


def _is_attenuation(study: Study, line: ClaimLine, history: History) -> bool:
    """Whether a head CT is the PET/CT's own: same day, and no modifier tells the two apart."""
    known = history.library.modifiers
    modifiers = chain(
        (modifier for part in study.lines for modifier in part.billed.modifiers),
        (modifier for report in study.reports for modifier in report.modifiers),
    )
    if any(known.get(modifier) == "distinct" for modifier in modifiers):
        return False
    return any((procedure, study.on) in history.imaging for procedure in line.codes.with_own_ct)
