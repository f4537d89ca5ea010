"""Criterion 9: no study of the other technique stands for the same question (Policy guidelines)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from rules.answers import authorization_evidence, met, not_met, unknown
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
from rules.history.history import History
from rules.history.studies import Study
from rules.library_model import Library, Parameters
from rules.remembered import Memo
from rules.truth import Truth


class _Against(NamedTuple):
    study: Study
    is_certain: bool
    """On both counts: that it stands, and for the same question."""


def ask_exclusivity(
    study: Study, rivals: Iterable[Rival], history: History, parameters: Parameters
) -> Finding:
    """
    The finding that all lines of a study share.

    `rivals` are those of the window before it and of its own day that it looks at, in any order.
    """
    against = _that_stand(study, rivals, history, parameters)
    if len(against) > 1:
        against.sort(key=_by_day)
    finding = _finding(study, against, history, parameters)
    return _for_pet(finding, history.library, parameters) if _is_pet(study) else finding


def answer_of(
    study: Study, rivals: Iterable[Rival], history: History, parameters: Parameters
) -> Truth:
    """The answer of that finding alone, where nobody reads its words."""
    against = _that_stand(study, rivals, history, parameters)
    choice = parameters.pet_after_mrs if _is_pet(study) else "deny"
    if not against or choice == "ignore":
        return Truth.MET
    if choice == "pend" or not any(entry.is_certain for entry in against):
        return Truth.UNKNOWN
    if parameters.authorized_exclusivity == "pend" and history.authorizations_for(
        study.procedure, study.on
    ):
        return Truth.UNKNOWN
    return Truth.NOT_MET


def _that_stand(
    study: Study, rivals: Iterable[Rival], history: History, parameters: Parameters
) -> list[_Against]:
    """Those that stand for what may be the same question, in the same episode."""
    against: list[_Against] = []
    for rival in rivals:
        stands = strength_of(rival, parameters)
        if stands is not Strength.NO and is_looked_at(rival.study, parameters):
            likeness = _likeness(study, rival.study, history, parameters)
            if likeness is not Likeness.NO and not history.treated_between(
                rival.study.on, study.on, parameters.exclusive
            ):
                is_certain = stands is Strength.YES and likeness is Likeness.CERTAIN
                against.append(_Against(rival.study, is_certain))
    return against


def exempt(library: Library, because: str) -> Finding:
    """Met, because the line is no study or is not walked."""
    return met(library, "pet_exclusivity", because)


_LIKENESS: Memo[tuple[Meaning, Meaning, str, int], Likeness] = Memo("likeness of questions")


def _likeness(study: Study, rival: Study, history: History, parameters: Parameters) -> Likeness:
    """Asked once for each meanings of two studies."""
    mrs, pet = (rival, study) if _is_pet(study) else (study, rival)
    remembered = history.library.remembered(_LIKENESS)
    key = (mrs.meaning, pet.meaning, pet.procedure, study.epoch)
    found = remembered.get(key)
    return remembered.keep(key, same_question(mrs, pet, parameters)) if found is None else found


def _finding(
    study: Study, against: Sequence[_Against], history: History, parameters: Parameters
) -> Finding:
    """Certain on both counts: not met. Anything less: unknown. Nothing: met."""
    library = history.library
    used = parameters.of_exclusivity
    if not against:
        return nothing_stands(study, history, parameters)
    certain = [entry for entry in against if entry.is_certain]
    if certain:
        return _not_met(study, certain, history, parameters, used)
    because = _because(study, against, "may stand for the same question", history, parameters)
    needs = _needs(study, against)
    return unknown(
        library, "PET_EXCLUSIVITY_UNCLEAR", because, _evidence(against), used, needs=needs
    )


_NOTHING_STANDS: Memo[tuple[bool, bool, int], Finding] = Memo("nothing stands")


def nothing_stands(study: Study, history: History, parameters: Parameters) -> Finding:
    """The finding of a study that no study of the other technique stands against."""
    library = history.library
    is_pet, asks = _is_pet(study), _has_exclusive_question(study, history, parameters)
    remembered = library.remembered(_NOTHING_STANDS)
    key = (is_pet, asks, study.epoch)
    return remembered.get(key) or remembered.keep(key, _met(is_pet, asks, library, parameters))


def _met(is_pet: bool, asks: bool, library: Library, parameters: Parameters) -> Finding:
    technique, window = "MRS" if is_pet else "PET", parameters.exclusivity_window_days
    because = f"no {technique} of the same day or of {window} days before stands for it"
    if not asks:
        because = "its diagnoses ask nothing that PET and MRS both answer"
    return met(library, "pet_exclusivity", because, (), parameters.of_exclusivity)


def _not_met(
    study: Study,
    certain: Sequence[_Against],
    history: History,
    parameters: Parameters,
    used: Mapping[str, ParameterValue],
) -> Finding:
    library = history.library
    because = _because(study, certain, "stands for the same question", history, parameters)
    evidence = _evidence(certain)
    ids, needs = history.authorizations_for(study.procedure, study.on), _needs(study, certain)
    if ids:
        used = {**used, "authorized_exclusivity": parameters.authorized_exclusivity}
        if parameters.authorized_exclusivity == "pend":
            because = f"{because}; the service was authorized"
            both = (*evidence, *authorization_evidence(ids))
            return unknown(library, "PET_EXCLUSIVITY_UNCLEAR", because, both, used, needs=needs)
    if parameters.authorized_exclusivity == "pend":  # then the service was not authorized
        needs = (*needs, "authorization")
    if any(entry.study.on == study.on for entry in certain):
        return not_met(library, "PET_EXCLUSIVE_SAME_DAY", because, evidence, used, needs=needs)
    is_paid = any(is_paid_or_allowed(entry.study) for entry in certain)
    rarc = None if is_paid else ()
    return not_met(library, "PET_EXCLUSIVE", because, evidence, used, rarc=rarc, needs=needs)


def _for_pet(finding: Finding, library: Library, parameters: Parameters) -> Finding:
    """What the plan's policy makes of a PET that a spectroscopy stands against."""
    choice = parameters.pet_after_mrs
    if finding.answer is Truth.MET:
        return finding
    used = {**finding.parameters, "pet_after_mrs": choice}
    if choice == "ignore":
        because = f"{finding.because}; the policy lets a PET follow"
        return met(library, "pet_exclusivity", because, finding.evidence, used)
    if choice == "pend":
        reason, because = "PET_EXCLUSIVITY_UNCLEAR", finding.because
        return unknown(library, reason, because, finding.evidence, used, needs=("review",))
    return finding._replace(parameters=used)


def _has_exclusive_question(study: Study, history: History, parameters: Parameters) -> bool:
    return not study.meaning.every.isdisjoint(parameters.exclusive)


def _needs(study: Study, against: Sequence[_Against]) -> tuple[str, ...]:
    """What became of a PET, where whoever asks rendered it too; else only a person helps."""
    own = set[str]() if _is_pet(study) else study.providers
    is_own = any(not own.isdisjoint(entry.study.providers) for entry in against)
    return ("pet_result", "review") if is_own else ("review",)


def _because(
    study: Study,
    against: Sequence[_Against],
    what: str,
    history: History,
    parameters: Parameters,
) -> str:
    rivals = [entry.study for entry in against]
    return named_rival(study, rivals, what, history, parameters)


def _is_pet(study: Study) -> bool:
    return study.technique == "pet"


def _evidence(against: Sequence[_Against]) -> tuple[Evidence, ...]:
    return tuple([e for entry in against for e in entry.study.evidence])


def _by_day(entry: _Against) -> tuple[date, str]:
    return (entry.study.on, entry.study.procedure)
