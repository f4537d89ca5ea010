"""Steps from a situation to others: all else that may be answered of its line, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from typing import get_args

from rules.determination import Service
from rules.facts import (
    Attestation,
    Claim,
    Coverage,
    Fact,
    Finalization,
    FinalStatus,
    Report,
    Review,
)
from rules.library_model import Library
from rules.proof.baseline import Baseline, diagnoses_of
from rules.proof.choices import Choosing
from rules.proof.moved_facts import later
from rules.proof.reviews import reviews
from rules.proof.situation import Setting, Situation, Variant
from rules.proof.space import authorized
from rules.proof.two_sides import TwoSides
from rules.proof.witnesses import with_less

_LATER_DAYS = (0, 10)
_FOLLOWERS = 2
"""How many services are put one after another at most."""
_ADDED, _FOLLOWER = "N-", "F-"
"""What the ids of facts begin with that a step added; the next such step takes their place."""


class Neighbours:
    """Every step that can be taken from a situation."""

    def __init__(self, sides: TwoSides) -> None:
        self._sides = sides
        self._baselines = [
            (side.library, baseline, Choosing(sides, side.library, baseline).chosen())
            for side, baseline in sides.first_baselines
        ]

    def of(self, situation: Situation) -> Iterator[Situation]:
        """Each situation that is one step away; some of them twice."""
        yield from with_less(situation)
        yield from self._followed(situation)
        yield from _finalized(situation)
        asked, beside = _parted(situation)
        setting = _setting_of(asked)
        for library, baseline, choices in self._baselines:
            bare = tuple(fact for fact in beside if not _is_imaging(fact, library))
            for variant in self._otherwise(setting, baseline):
                yield _with(situation, asked, beside, variant, setting)
            for variant in chain(
                choices.imaging, choices.lines, choices.rivals.get(self._service_of(asked), ())
            ):
                yield _with(situation, asked, beside, variant, setting)
            for variant in choices.imaging:
                yield _with(situation, asked, bare, variant, setting._replace(attestations=()))
            for on in choices.days:
                yield _shifted(situation, on - setting.on)

    def _otherwise(self, setting: Setting, baseline: Baseline) -> Iterator[Variant]:
        """Another diagnosis, plan or service of the line; authorized and reviewed."""
        for codes in diagnoses_of(baseline):
            yield Variant("", (), {"diagnoses": codes})
        for plan in baseline.plans:
            yield Variant("", (), {"plan": plan})
        for procedure in baseline.procedures:
            yield Variant("", (), {"procedure": procedure})
        yield authorized(setting)
        yield from (Variant("", (review,)) for review in reviews())

    def _followed(self, situation: Situation) -> Iterator[Situation]:
        """The situation as the history of a line of the other technique."""
        asked, _ = _parted(situation)
        if sum(1 for fact in situation.facts if _is_follower(fact)) < _FOLLOWERS:
            for rival in self._sides.rivals_of(self._service_of(asked)):
                for days in _LATER_DAYS:
                    yield _followed(situation, asked, rival, days)

    def _service_of(self, asked: Claim) -> Service:
        return self._sides.service_of(asked.lines[0].procedure)


def _with(
    situation: Situation,
    asked: Claim,
    beside: tuple[Fact, ...],
    variant: Variant,
    setting: Setting,
) -> Situation:
    """The situation with a variant, in place of what an earlier one like it had added."""
    changed = variant.of(setting)
    claim = changed.claim()
    line = claim.lines[0]._replace(number=situation.asked[1])
    claim = claim._replace(claim_id=asked.claim_id, lines=(line,))
    added = tuple(_named(fact, situation) for fact in changed.beside)
    kept = tuple(fact for fact in beside if not any(_takes_place(one, fact) for one in added))
    return situation._replace(facts=(claim, *kept, *added))


def _named(fact: Fact, situation: Situation) -> Fact:
    """A fact of a variant under an id that tells it from those that a situation began with."""
    match fact:
        case Claim():
            return fact._replace(claim_id=_ADDED + fact.claim_id)
        case Report():
            return fact._replace(study_id=_ADDED + fact.study_id)
        case Finalization():
            return fact._replace(claim_id=_ADDED + fact.claim_id)
        case Review():
            claim_id, line = situation.asked
            return fact._replace(claim_id=claim_id, line=line)
        case _:
            return fact


def _takes_place(new: Fact, old: Fact) -> bool:
    """Whether a fact says the same thing otherwise."""
    return type(new) is type(old) and new[0] == old[0]


def _followed(situation: Situation, asked: Claim, procedure: str, days: int) -> Situation:
    """The same situation, and who asks is another service with imaging of its own."""
    line = asked.lines[0]
    on = line.date_of_service + timedelta(days=days)
    claim = asked._replace(
        claim_id=f"{_FOLLOWER}{asked.claim_id}",
        frequency="1",
        replaces=None,
        received_at=max(asked.received_at, on),
        lines=(
            line._replace(procedure=procedure, modifiers=(), units=Decimal(1), date_of_service=on),
        ),
        attestations=(Attestation("conventional_imaging_limited", on, None),),
    )
    return situation._replace(facts=(claim, *situation.facts), asked=(claim.claim_id, line.number))


def _finalized(situation: Situation) -> Iterator[Situation]:
    """Each claim as the core system may have ended it."""
    for fact in situation.facts:
        if isinstance(fact, Claim):
            for status in get_args(FinalStatus):
                word = Finalization(fact.claim_id, fact.lines[0].number, status)
                kept = tuple(one for one in situation.facts if not _takes_place(word, one))
                yield situation._replace(facts=(*kept, word))


def _shifted(situation: Situation, by: timedelta) -> Situation:
    """All of it so much later."""
    return situation._replace(facts=tuple(later(fact, by) for fact in situation.facts))


def _parted(situation: Situation) -> tuple[Claim, tuple[Fact, ...]]:
    """The claim that is asked about, the first content of its id, and all that is beside it."""
    asked = next(
        fact
        for fact in situation.facts
        if isinstance(fact, Claim) and fact.claim_id == situation.asked[0]
    )
    return asked, tuple(fact for fact in situation.facts if fact is not asked)


def _setting_of(asked: Claim) -> Setting:
    """The line that is asked about, field by field."""
    line = asked.lines[0]
    on = line.date_of_service
    return Setting(
        on,
        asked.plan_id,
        line.procedure,
        asked.diagnoses,
        line.modifiers,
        line.units,
        line.rendering_npi,
        asked.claim_type,
        (asked.received_at - on).days,
        asked.attestations,
        asked.frequency,
        asked.replaces,
        place_of_service=asked.place_of_service,
        ordering_specialty=line.ordering_specialty,
    )


def _is_imaging(fact: Fact, library: Library) -> bool:
    """Whether it tells of an MRI or CT, or of how complete the history is."""
    return isinstance(fact, Coverage) or (
        isinstance(fact, Report) and fact.procedure in library.policies[0].conventional_imaging
    )


def _is_follower(fact: Fact) -> bool:
    return isinstance(fact, Claim) and fact.claim_id.startswith(_FOLLOWER)
