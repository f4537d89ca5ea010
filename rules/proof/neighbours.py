"""The neighbours of a situation: all else that may be answered of its line, and what may follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import product
from typing import get_args

from rules.facts import (
    Attestation,
    Authorization,
    Claim,
    Coverage,
    Fact,
    Report,
    StudyResult,
)
from rules.library import Library
from rules.proof.ground import Ground, diagnoses_of
from rules.proof.situation import Situation
from rules.proof.space import reviews

_SCAN_DAYS, _RIVAL_DAYS, _LATER_DAYS = 14, 20, 10


def neighbours(
    situation: Situation, ground: Ground, library: Library, rivals: Sequence[str]
) -> Iterator[Situation]:
    """The line with other diagnoses, imaging and rivals, each with each; and with other words."""
    asked, beside = _parted(situation)
    for codes, (attested, imaging), rival, (plan, units) in product(
        dict.fromkeys((asked.diagnoses, *diagnoses_of(ground))),
        _imaging(asked, beside, ground, library),
        _rivals(asked, ground, rivals),
        _plans_and_units(asked, ground),
    ):
        line = asked.lines[0]._replace(units=units)
        claim = asked._replace(diagnoses=codes, attestations=attested, plan_id=plan, lines=(line,))
        yield situation._replace(facts=(claim, *imaging, *rival))
    for plan, word in _words(asked, situation, ground):
        yield situation._replace(facts=(asked._replace(plan_id=plan), *beside, word))


def followed(situation: Situation, procedure: str) -> Situation:
    """The same situation, and who asks is another service with imaging of its own, days later."""
    asked, _ = _parted(situation)
    line = asked.lines[0]
    on = line.date_of_service + timedelta(days=_LATER_DAYS)
    claim = asked._replace(
        claim_id=f"F-{len(situation.facts)}",
        frequency="1",
        replaces=None,
        received_at=max(asked.received_at, on),
        lines=(line._replace(procedure=procedure, modifiers=(), date_of_service=on),),
        attestations=(Attestation("conventional_imaging_limited", on, None),),
    )
    return situation._replace(facts=(*situation.facts, claim), asked=(claim.claim_id, line.number))


def _parted(situation: Situation) -> tuple[Claim, tuple[Fact, ...]]:
    """The claim that is asked about, the first content of its id, and all that is beside it."""
    asked = next(
        fact
        for fact in situation.facts
        if isinstance(fact, Claim) and fact.claim_id == situation.asked[0]
    )
    return asked, tuple(fact for fact in situation.facts if fact is not asked)


def _imaging(
    asked: Claim, beside: tuple[Fact, ...], ground: Ground, library: Library
) -> Iterator[tuple[tuple[Attestation, ...], tuple[Fact, ...]]]:
    """What is attested and beside it: as it is, no imaging, and imaging of either result."""
    yield asked.attestations, beside
    others = tuple(
        fact
        for fact in beside
        if not (isinstance(fact, Report) and fact.procedure in library.conventional_imaging)
    )
    yield (), others
    on = asked.lines[0].date_of_service - timedelta(days=_SCAN_DAYS)
    for result in get_args(StudyResult):
        scan = Report("N-1", ground.scan, (), on, "performed", result, ())
        yield asked.attestations, (*beside, scan)
        yield (), (*others, scan)


def _rivals(asked: Claim, ground: Ground, rivals: Sequence[str]) -> Iterator[tuple[Fact, ...]]:
    """No more than there is, and a study that stands or may stand."""
    yield ()
    on = asked.lines[0].date_of_service - timedelta(days=_RIVAL_DAYS)
    for rival in rivals:
        for status in ("paid", "pending"):
            yield (Report("N-2", rival, (), on, status, "conclusive", ground.setting.diagnoses),)


def _plans_and_units(asked: Claim, ground: Ground) -> Iterator[tuple[str, int]]:
    """As it is, under a plan whose denials need a peer, and billed twice over."""
    for plan in filter(None, (asked.plan_id, ground.peer_plan)):
        yield plan, asked.lines[0].units
    yield asked.plan_id, 2


def _words(asked: Claim, situation: Situation, ground: Ground) -> Iterator[tuple[str, Fact]]:
    """Authorized and reviewed, under its plan and one whose denials need a peer."""
    claim_id, number = situation.asked
    line = asked.lines[0]
    on = line.date_of_service
    for plan in filter(None, (asked.plan_id, ground.peer_plan)):
        yield plan, Authorization("N-3", line.procedure, on, on, "approved")
        yield plan, Coverage(plan, on, None)
        for review in reviews():
            yield plan, review._replace(claim_id=claim_id, line=number)
