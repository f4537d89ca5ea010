"""Whether a claim that was added to a member's history can change its own lines alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from rules.criterion import Criterion
from rules.facts import Claim
from rules.history.diagnoses import Meaning
from rules.history.history import History
from rules.history.policy_view import PolicyView
from rules.history.studies import ClaimLine, Study, StudyKey
from rules.terms_of_lines import CompanionTerms


class StudyLook(NamedTuple):
    """What lines of a study see of each other through it."""

    is_billed: bool
    """Whether it is known from any line; else how firmly it stands is kept by itself."""
    meaning: Meaning
    statuses: frozenset[str]
    providers: frozenset[str]


StudiesBefore = Mapping[tuple[str, StudyKey], StudyLook | None]
"""
The studies that the lines of a claim belong to, as they looked without the claim.

By the id of the policy that looks, and the study.
"""


def studies_of(claim: Claim, history: History) -> StudiesBefore:
    """How the studies look that a claim bills, as far as there are any."""
    keys = {(line.procedure, line.date_of_service) for line in claim.lines}
    return {
        (view.policy.policy_id, key): _look(view.imaging.study(key))
        for view in history.views
        for key in keys
    }


def changes_itself_alone(
    claim: Claim,
    lines: Iterable[ClaimLine],
    before: StudiesBefore,
    history: History,
    since: date,
) -> bool:
    """
    Whether no other line is decided otherwise because of a claim that stands alone.

    `since` is its first day. It must not be an earlier line to another (`EarlierLines.add`); this
    is about all else. No other study may look back at its studies, and those that share a study
    with it must not see that change. Where there are reviews, what was known at their time may be
    otherwise.
    """
    if claim.attestations or history.record.reviews:
        return False
    for view in history.views:
        if len({study.technique for study in view.imaging.walked(since)}) > 1:
            return False
    return all(_leaves_siblings(line, before, view) for line in lines for view in history.views)


def _leaves_siblings(line: ClaimLine, before: StudiesBefore, view: PolicyView) -> bool:
    """Whether a policy makes the same of all other lines beside it."""
    policy, procedure = view.policy, line.procedure
    if any(_may_seek(row, procedure) for row in policy.seeking):
        return False
    if procedure not in policy.imaging:
        return True
    if procedure in policy.conventional_imaging:
        return False
    looked = before.get((policy.policy_id, line.key))
    if looked is None:
        return procedure not in policy.codes_on(line.on).with_own_ct
    return _look(view.imaging.study(line.key)) == looked


def _may_seek(criterion: Criterion[Any], procedure: str) -> bool:
    """Whether a criterion that looks for other services may look for this one."""
    terms = criterion.terms
    return not isinstance(terms, CompanionTerms) or procedure in terms.companions


def _look(study: Study | None) -> StudyLook | None:
    if study is None:
        return None
    return StudyLook(bool(study.lines), study.meaning, study.statuses, study.providers)
