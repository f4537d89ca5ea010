"""Whether a claim that was added to a member's history can change its own lines alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from rules.facts import Claim
from rules.history.history import History
from rules.history.studies import ClaimLine, Study, StudyKey

StudiesBefore = Mapping[StudyKey, Study | None]
"""The studies that the lines of a claim belong to, as they were without the claim."""


def studies_of(claim: Claim, history: History) -> StudiesBefore:
    """What there is of the studies that a claim bills."""
    keys = {(line.procedure, line.date_of_service) for line in claim.lines}
    return {key: history.imaging.study(key) for key in keys}


def changes_itself_alone(
    claim: Claim,
    lines: Iterable[ClaimLine],
    before: StudiesBefore,
    history: History,
    since: date,
) -> bool:
    """
    Whether no other line is decided otherwise because of a claim that stands alone.

    `since` is its first day. No other study may look back at its studies, and those that they are
    shared with must neither come after it nor see the study change. Where there are reviews, what
    was known at their time may be otherwise.
    """
    if claim.attestations or history.record.reviews:
        return False
    if len({study.technique for study in history.imaging.walked(since)}) > 1:
        return False
    return all(_leaves_siblings(line, before[line.key], history) for line in lines)


def _leaves_siblings(line: ClaimLine, before: Study | None, history: History) -> bool:
    if not line.terms.is_imaging:
        return True
    if line.procedure in history.library.conventional_imaging:
        return False
    if before is None:
        return line.procedure not in line.codes.with_own_ct
    now = history.imaging.study(line.key)
    return (
        now is not None
        and bool(before.lines)
        and now.lines[: len(before.lines)] == before.lines
        and now.meaning is before.meaning
        and now.statuses == before.statuses
        and now.providers == before.providers
    )
