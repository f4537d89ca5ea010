"""Which studies of conventional imaging qualify for a line (`rules.md` 4.8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain

from rules.history.policy_view import PolicyView
from rules.history.studies import ClaimLine, Study


class QualifyingStudies:
    """
    The studies of a span, both ends included, without the head CTs that belong to a PET/CT.

    Each is made when it is looked at, since the latest mostly settle the question, and kept for
    whoever looks again.
    """

    def __init__(self, since: date, until: date, line: ClaimLine, history: PolicyView) -> None:
        self.since = since
        self.until = until
        self._seen: list[Study] = []
        self._unseen = _latest_first(since, until, line, history)

    def latest_first(self) -> Iterator[Study]:
        """From the last day backwards."""
        at = 0
        while at < len(self._seen) or self._sees_more():
            yield self._seen[at]
            at += 1

    def in_order(self) -> list[Study]:
        """All of them, by day and procedure."""
        self._seen += self._unseen
        return self._seen[::-1]

    def _sees_more(self) -> bool:
        study = next(self._unseen, None)
        if study is None:
            return False
        self._seen.append(study)
        return True


def _latest_first(
    since: date, until: date, line: ClaimLine, history: PolicyView
) -> Iterator[Study]:
    imaging, codes = history.imaging, line.codes.conventional_imaging
    for on, procedure in imaging.latest_days(codes, since, until):
        study = imaging.study((procedure, on))
        if study is not None and not (
            codes[procedure].may_be_attenuation and _is_attenuation(study, line, history)
        ):
            yield study


def _is_attenuation(study: Study, line: ClaimLine, history: PolicyView) -> bool:
    """Whether a head CT is the PET/CT's own: same day, and no modifier tells the two apart."""
    known = history.library.modifiers
    modifiers = chain(
        (modifier for part in study.lines for modifier in part.billed.modifiers),
        (modifier for report in study.reports for modifier in report.modifiers),
    )
    if any(known.get(modifier) == "distinct" for modifier in modifiers):
        return False
    return any((procedure, study.on) in history.imaging for procedure in line.codes.with_own_ct)
