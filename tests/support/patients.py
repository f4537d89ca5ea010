"""Installations for the doctor to look at, each with one thing changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from rules.library_model import Library
from tests.support.worlds import RedisWorld
from worker.config.settings import load_settings
from worker.doctor.diagnostic import Diagnostic, DoctorCheck, Examined, Readings
from worker.metrics.labels import pend_places
from worker.metrics.snapshot import SnapshotReader
from worker.store.redis_info import redis_facts


def examined(
    world: RedisWorld,
    library: Library,
    facts: dict[str, Any] | None = None,
    **settings: object,
) -> Examined:
    """What the doctor sees of a Redis now, with other facts and settings if need be."""
    return Examined(
        settings=load_settings(**settings),
        keys=world.keys,
        known=Readings(
            library=library,
            client=world.client,
            facts={**redis_facts(world.client), **(facts or {})},
            survey=SnapshotReader(world.client, world.keys, pend_places(library)).look(),
        ),
    )


def changed(patient: Examined, **survey: object) -> Examined:
    """The same with another survey."""
    return knowing(patient, survey=patient.survey._replace(**survey))


def knowing(patient: Examined, **known: object) -> Examined:
    """The same with something else in place of what is known."""
    return dataclasses.replace(patient, known=dataclasses.replace(patient.known, **known))


def found(check: DoctorCheck, patient: Examined) -> list[tuple[str, str]]:
    """Level and words of each finding."""
    return in_short(check(patient))


def in_short(findings: Iterable[Diagnostic]) -> list[tuple[str, str]]:
    """Level and words; what is wrong must say what to do."""
    kept = list(findings)
    assert all(finding.to_do for finding in kept if finding.level != "ok")
    return [(finding.level, finding.said) for finding in kept]
