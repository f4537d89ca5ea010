"""Criterion 9: no study of the other technique stands for the same question (Policy guidelines)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import IntEnum
from typing import NamedTuple

from rules.answers import authorization_evidence, met, not_met, unknown
from rules.determination import Evidence, Finding, ParameterValue
from rules.exclusivity.same_question import Likeness, same_question
from rules.history.history import History
from rules.history.studies import HeldLine, Study
from rules.library_model import Library, Parameters
from rules.truth import Truth


class Strength(IntEnum):
    """How firmly a study stands."""

    NO = 0
    MAYBE = 1
    YES = 2


class Rival(NamedTuple):
    """A study of the other technique on an earlier day or the same, and how it was decided."""

    study: Study
    decided: Strength
    at_most: Strength = Strength.YES
    """MAYBE on the same day, unless it counts as first."""


class _Against(NamedTuple):
    rival: Rival
    stands: Strength
    likeness: Likeness


def ask_exclusivity(
    study: Study, rivals: Iterable[Rival], history: History, parameters: Parameters
) -> Finding:
    """
    The finding that all lines of a study share.

    `rivals` are those of the window before it and of its own day that it looks at, in any order.
    """
    library = history.library
    against = [entry for rival in rivals for entry in _against(study, rival, history, parameters)]
    if len(against) > 1:
        against.sort(key=lambda entry: (entry.rival.study.on, entry.rival.study.procedure))
    finding = _finding(study, against, history, parameters)
    if study.procedure in library.pet:
        return _for_pet(finding, library, parameters)
    return finding


def is_paid_or_allowed(study: Study, history: History) -> bool:
    """Whether a report or the core system says so of any part of the study."""
    return not _PAID_OR_ALLOWED.isdisjoint(history.statuses_of(study))


def exempt(library: Library, because: str) -> Finding:
    """Met, because the line is no study or is not walked."""
    return met(library, "pet_exclusivity", because)


def _against(
    study: Study, rival: Rival, history: History, parameters: Parameters
) -> Iterable[_Against]:
    """The rival, if it stands at all for what may be the same question in the same episode."""
    other = rival.study
    if not _counts(other, history.library, parameters):
        return
    stands = min(rival.decided, rival.at_most, _by_status(other, history, parameters))
    if other.result == "limited":
        stands = min(stands, _LIMITED[parameters.limited_first_study])
    if stands is Strength.NO or _treated_between(other.on, study.on, history, parameters):
        return
    mrs, pet = (other, study) if study.procedure in history.library.pet else (study, other)
    likeness = same_question(mrs, pet, history, parameters)
    if likeness is not Likeness.NO:
        yield _Against(rival, stands, likeness)


_PAID_OR_ALLOWED = frozenset({"paid", "allowed"})
_NOT_DONE_OR_ELSEWHERE = frozenset({"pending", "other_payer"})
_LIMITED = {"pend": Strength.MAYBE, "stands": Strength.YES, "ignore": Strength.NO}
"""How firmly a study of limited result stands at most (`limited_first_study`)."""


def _counts(other: Study, library: Library, parameters: Parameters) -> bool:
    """A PET from the skull base down is looked at only if the parameter says so."""
    pet = library.pet.get(other.procedure)
    return pet is None or pet.pet_class != "skull_base" or parameters.skull_base_pet_counts


def _by_status(study: Study, history: History, parameters: Parameters) -> Strength:
    """The best of its lines' and reports'."""
    statuses = history.statuses_of(study)
    if not statuses.isdisjoint(parameters.standing_statuses):
        return Strength.YES
    return Strength.NO if statuses.isdisjoint(_NOT_DONE_OR_ELSEWHERE) else Strength.MAYBE


def _treated_between(earlier: date, later: date, history: History, parameters: Parameters) -> bool:
    """A treatment after the earlier study's day, up to the later one's, starts a new episode."""
    return bool(history.treatments) and any(
        earlier < held.line.date_of_service <= later and _resets(held, history, parameters)
        for held in history.treatments
    )


def _resets(held: HeldLine, history: History, parameters: Parameters) -> bool:
    """Radiotherapy counts only for an exclusive indication; surgery and radiosurgery always."""
    if history.library.episode_reset[held.line.procedure] != "radiotherapy":
        return True
    on = held.line.date_of_service
    treated = history.indications(history.valid(held.diagnoses, on), on)
    return any(not numbers.isdisjoint(parameters.exclusive) for numbers in treated.values())


def _finding(
    study: Study, against: Sequence[_Against], history: History, parameters: Parameters
) -> Finding:
    """Certain on both counts: not met. Anything less: unknown. Nothing: met."""
    library = history.library
    used = _parameters_used(parameters)
    if not against:
        return _nothing_stands(study, history, parameters, used)
    certain = [
        entry
        for entry in against
        if entry.stands is Strength.YES and entry.likeness is Likeness.CERTAIN
    ]
    if certain:
        return _not_met(study, certain, history, parameters, used)
    because = _because(study, against, "may stand for the same question")
    needs = None if _is_requesters(study, against, library) else ("review",)
    return unknown(
        library, "PET_EXCLUSIVITY_UNCLEAR", because, _evidence(against), used, needs=needs
    )


def _nothing_stands(
    study: Study, history: History, parameters: Parameters, used: dict[str, ParameterValue]
) -> Finding:
    library = history.library
    technique = "MRS" if study.procedure in library.pet else "PET"
    window = parameters.exclusivity_window_days
    because = f"no {technique} of the same day or of {window} days before stands for it"
    if not _has_exclusive_question(study, history, parameters):
        because = "its diagnoses ask nothing that PET and MRS both answer"
    return met(library, "pet_exclusivity", because, (), used)


def _not_met(
    study: Study,
    certain: Sequence[_Against],
    history: History,
    parameters: Parameters,
    used: dict[str, ParameterValue],
) -> Finding:
    library = history.library
    because = _because(study, certain, "stands for the same question")
    evidence = _evidence(certain)
    ids = history.authorizations_for(study.procedure, study.on)
    if ids:
        used = {**used, "authorized_exclusivity": parameters.authorized_exclusivity}
        if parameters.authorized_exclusivity == "pend":
            because = f"{because}; the service was authorized"
            both = (*evidence, *authorization_evidence(ids))
            return unknown(
                library, "PET_EXCLUSIVITY_UNCLEAR", because, both, used, needs=("review",)
            )
    if any(entry.rival.study.on == study.on for entry in certain):
        return not_met(library, "PET_EXCLUSIVE_SAME_DAY", because, evidence, used)
    is_paid = any(is_paid_or_allowed(entry.rival.study, history) for entry in certain)
    rarc = None if is_paid else ()
    return not_met(library, "PET_EXCLUSIVE", because, evidence, used, rarc=rarc)


def _for_pet(finding: Finding, library: Library, parameters: Parameters) -> Finding:
    """What the plan's policy makes of a PET that a spectroscopy stands against."""
    choice = parameters.pet_after_mrs
    if finding.answer is Truth.MET:
        return finding
    used = {**finding.parameters, "pet_after_mrs": choice}
    if choice == "ignore":
        because = f"{finding.because}; the policy lets a PET follow"
        return met(library, "pet_exclusivity", because, finding.evidence, used)
    if choice == "pend" and finding.answer is Truth.NOT_MET:
        return unknown(library, "PET_EXCLUSIVITY_UNCLEAR", finding.because, finding.evidence, used)
    return finding._replace(parameters=used)


def _parameters_used(parameters: Parameters) -> dict[str, ParameterValue]:
    return {
        "exclusivity_window_days": parameters.exclusivity_window_days,
        "exclusive_indications": parameters.exclusive_indications,
        "standing_statuses": parameters.standing_statuses,
        "limited_first_study": parameters.limited_first_study,
        "skull_base_pet_counts": parameters.skull_base_pet_counts,
    }


def _has_exclusive_question(study: Study, history: History, parameters: Parameters) -> bool:
    return not history.questions_of(study).isdisjoint(parameters.exclusive)


def _is_requesters(study: Study, against: Sequence[_Against], library: Library) -> bool:
    """Whether the PET whose result would help is one that the requester can answer for."""
    if study.procedure in library.pet:
        return True
    own = _providers(study)
    return any(not own.isdisjoint(_providers(entry.rival.study)) for entry in against)


def _providers(study: Study) -> set[str]:
    return {held.line.rendering_npi for held in study.lines if held.line.rendering_npi is not None}


def _because(study: Study, against: Sequence[_Against], what: str) -> str:
    rival = against[0].rival.study
    days = (study.on - rival.on) // timedelta(days=1)
    apart = "of the same day" if days == 0 else f"of {rival.on}, {days} days before,"
    more = f" (and {len(against) - 1} more)" if len(against) > 1 else ""
    return f"{rival.procedure} {apart} {what}{more}"


def _evidence(against: Sequence[_Against]) -> tuple[Evidence, ...]:
    return tuple([e for entry in against for e in entry.rival.study.evidence])
