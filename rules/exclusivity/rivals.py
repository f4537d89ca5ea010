"""Criterion 9: no study of the other technique stands for the same question (Policy guidelines)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rules.answers import authorization_evidence, met, not_met, unknown
from rules.criterion import Criterion
from rules.determination import Evidence, Finding, ParameterValue
from rules.exclusivity.same_question import Likeness, same_question
from rules.exclusivity.strength import (
    Rival,
    Strength,
    is_looked_at,
    is_paid_or_allowed,
    strength_of,
)
from rules.exclusivity.wording import named_rival
from rules.history.diagnoses import Meaning
from rules.history.policy_view import PolicyView
from rules.history.studies import Study
from rules.library_model import Library
from rules.remembered import Memo
from rules.terms import ExclusivityTerms
from rules.truth import Truth

Exclusivity = Criterion[ExclusivityTerms]
_COMMON = (
    "window_days",
    "purposes",
    "standing_statuses",
    "limited_first_study",
    "skull_base_counts",
    "questions",
    "body_certainty",
)
"""What every finding of exclusivity leans on."""


class _Against(NamedTuple):
    study: Study
    is_certain: bool
    """On both counts: that it stands, and for the same question."""


def ask_exclusivity(
    study: Study, rivals: Iterable[Rival], history: PolicyView, criterion: Exclusivity
) -> Finding:
    """
    The finding that all lines of a study share.

    `rivals` are those of the window before it and of its own day that it looks at, in any order.
    """
    against = _that_stand(study, rivals, history, criterion.terms)
    if len(against) > 1:
        against.sort(key=_by_day)
    finding = _finding(study, against, history, criterion)
    if not _is_watched(study):
        return finding
    return _for_watched(finding, criterion, history.library)


def answer_of(
    study: Study, rivals: Iterable[Rival], history: PolicyView, criterion: Exclusivity
) -> Truth:
    """The answer of that finding alone, where nobody reads its words."""
    against = _that_stand(study, rivals, history, criterion.terms)
    choice = criterion.terms.watched_after if _is_watched(study) else "deny"
    if not against or choice == "ignore":
        return Truth.MET
    if choice == "pend" or not any(entry.is_certain for entry in against):
        return Truth.UNKNOWN
    if criterion.terms.authorized == "pend" and history.authorizations_for(
        study.procedure, study.on
    ):
        return Truth.UNKNOWN
    return Truth.NOT_MET


def _that_stand(
    study: Study, rivals: Iterable[Rival], history: PolicyView, terms: ExclusivityTerms
) -> list[_Against]:
    """Those that stand for what may be the same question, in the same episode."""
    against: list[_Against] = []
    for rival in rivals:
        stands = strength_of(rival, terms)
        if stands is not Strength.NO and is_looked_at(rival.study, terms):
            likeness = _likeness(study, rival.study, history, terms)
            if likeness is not Likeness.NO and not history.treated_between(
                rival.study.on, study.on, terms.exclusive
            ):
                is_certain = stands is Strength.YES and likeness is Likeness.CERTAIN
                against.append(_Against(rival.study, is_certain))
    return against


def exempt(criterion: Exclusivity, library: Library, because: str) -> Finding:
    """Met, because the line is no study or is not walked."""
    return met(criterion, library, because)


_LIKENESS: Memo[tuple[str, Meaning, Meaning, str, int], Likeness] = Memo("likeness of questions")


def _likeness(study: Study, rival: Study, history: PolicyView, terms: ExclusivityTerms) -> Likeness:
    """Asked once for each meanings of two studies."""
    own, other = (rival, study) if _is_watched(study) else (study, rival)
    remembered = history.library.remembered(_LIKENESS)
    policy_id = history.policy.policy_id
    key = (policy_id, own.meaning, other.meaning, other.procedure, study.epoch)
    found = remembered.get(key)
    return remembered.keep(key, same_question(own, other, terms)) if found is None else found


def _finding(
    study: Study, against: Sequence[_Against], history: PolicyView, criterion: Exclusivity
) -> Finding:
    """Certain on both counts: not met. Anything less: unknown. Nothing: met."""
    if not against:
        return nothing_stands(study, history, criterion)
    used = criterion.used(*_COMMON)
    certain = [entry for entry in against if entry.is_certain]
    if certain:
        return _not_met(study, certain, history, criterion, used)
    because = _because(study, against, "may stand for the same question", criterion.terms)
    needs = _needs(study, against, criterion)
    return unknown(criterion, "unclear", because, _evidence(against), used, needs=needs)


_NOTHING_STANDS: Memo[tuple[Exclusivity, bool, bool], Finding] = Memo("nothing stands")


def nothing_stands(study: Study, history: PolicyView, criterion: Exclusivity) -> Finding:
    """The finding of a study that no study of the other technique stands against."""
    library = history.library
    is_watched = _is_watched(study)
    asks = not study.meaning.every.isdisjoint(criterion.terms.exclusive)
    remembered = library.remembered(_NOTHING_STANDS)
    key = (criterion, is_watched, asks)
    return remembered.get(key) or remembered.keep(key, _met(study, asks, criterion, library))


def _met(study: Study, asks: bool, criterion: Exclusivity, library: Library) -> Finding:
    own, watched = study.nearest.words
    other, window = own if _is_watched(study) else watched, criterion.terms.window_days
    because = f"no {other} of the same day or of {window} days before stands for it"
    if not asks:
        because = f"its diagnoses ask nothing that {watched} and {own} both answer"
    return met(criterion, library, because, (), criterion.used(*_COMMON))


def _not_met(
    study: Study,
    certain: Sequence[_Against],
    history: PolicyView,
    criterion: Exclusivity,
    used: Mapping[str, ParameterValue],
) -> Finding:
    terms = criterion.terms
    because = _because(study, certain, "stands for the same question", terms)
    evidence = _evidence(certain)
    ids = history.authorizations_for(study.procedure, study.on)
    needs = _needs(study, certain, criterion)
    if ids:
        used = criterion.used(*_COMMON, "authorized")
        if terms.authorized == "pend":
            because = f"{because}; the service was authorized"
            both = (*evidence, *authorization_evidence(ids))
            return unknown(criterion, "unclear", because, both, used, needs=needs)
    if terms.authorized == "pend":  # then the service was not authorized
        needs = (*needs, "authorization")
    if any(entry.study.on == study.on for entry in certain):
        return not_met(criterion, "stands_same_day", because, evidence, used, needs=needs)
    is_paid = any(is_paid_or_allowed(entry.study) for entry in certain)
    rarc = None if is_paid else ()
    return not_met(criterion, "stands", because, evidence, used, rarc=rarc, needs=needs)


def _for_watched(finding: Finding, criterion: Exclusivity, library: Library) -> Finding:
    """What the policy makes of a watched study that one of its own stands against."""
    choice = criterion.terms.watched_after
    if finding.answer is Truth.MET:
        return finding
    used = {**finding.parameters, **criterion.used("watched_after")}
    if choice == "ignore":
        because = f"{finding.because}; the policy lets a PET follow"
        return met(criterion, library, because, finding.evidence, used)
    if choice == "pend":
        because, evidence = finding.because, finding.evidence
        return unknown(criterion, "unclear", because, evidence, used, needs=("review",))
    return finding._replace(parameters=used)


def _needs(study: Study, against: Sequence[_Against], criterion: Exclusivity) -> tuple[str, ...]:
    """What became of the other one, where whoever asks rendered it too; else a person helps."""
    own = set[str]() if _is_watched(study) else study.providers
    is_own = any(not own.isdisjoint(entry.study.providers) for entry in against)
    return criterion.reasons["unclear"].needs if is_own else ("review",)


def _because(study: Study, against: Sequence[_Against], what: str, terms: ExclusivityTerms) -> str:
    return named_rival(study, [entry.study for entry in against], what, terms)


def _is_watched(study: Study) -> bool:
    return study.technique == "watched"


def _evidence(against: Sequence[_Against]) -> tuple[Evidence, ...]:
    return tuple([e for entry in against for e in entry.study.evidence])


def _by_day(entry: _Against) -> tuple[date, str]:
    return (entry.study.on, entry.study.procedure)
