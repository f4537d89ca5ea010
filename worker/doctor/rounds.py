"""Runs all checks: settings, library and Redis first, then everything that depends on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from redis.exceptions import RedisError

from rules.library_model import Library
from rules.loading.faults import LibraryRefused
from worker.config.connections import impatient_client
from worker.config.redis_failures import failure_in_words
from worker.config.settings import Settings, SettingsRefused, load_settings
from worker.doctor.broker_checks import examine_broker, examine_celery_keys
from worker.doctor.clock_checks import examine_clock
from worker.doctor.diagnostic import Diagnostic, DoctorCheck, Examined
from worker.doctor.lanes_checks import (
    examine_deaths,
    examine_generations,
    examine_number,
    examine_strays,
)
from worker.doctor.library_checks import (
    examine_diagnosis_table,
    examine_library,
    examine_review,
)
from worker.doctor.queue_checks import (
    examine_conservation,
    examine_dead_letters,
    examine_door,
    examine_queue,
)
from worker.doctor.reader_checks import examine_readers
from worker.doctor.redis_checks import (
    examine_eviction,
    examine_memory,
    examine_persistence,
    examine_role,
    examine_version,
)
from worker.doctor.rights_checks import examine_rights
from worker.doctor.settings_checks import examine_settings
from worker.doctor.worker_checks import examine_this_machine, examine_workers
from worker.failures import RetryableError, StoreUnavailable, WrongKeyType
from worker.intake.runtime import library_of
from worker.metrics.labels import pend_endings
from worker.metrics.snapshot import SnapshotReader
from worker.store.keys import Keys
from worker.store.redis_info import redis_facts

CHECKS: Final[tuple[DoctorCheck, ...]] = (
    *(examine_version, examine_role, examine_persistence, examine_eviction, examine_memory),
    *(examine_rights, examine_clock),
    *(examine_conservation, examine_queue, examine_door, examine_dead_letters),
    *(examine_number, examine_strays, examine_deaths, examine_generations),
    *(examine_workers, examine_this_machine),
    *(examine_library, examine_review, examine_diagnosis_table),
    *(examine_readers, examine_broker, examine_celery_keys),
)


_RUNBOOK: Final = "See ops/runbooks/MrsRedisDown.md."


def make_rounds() -> Iterator[Diagnostic]:
    """Returns every diagnostic, in the order in which to fix them."""
    try:
        settings = load_settings()
    except SettingsRefused as refused:
        yield Diagnostic(
            "fault", "settings", str(refused), "deploy/env.example shows each setting."
        )
        return
    yield from examine_settings(settings)
    try:
        library = library_of(settings)
    except (LibraryRefused, OSError) as refused:
        yield Diagnostic(
            "fault",
            "library",
            f"It is refused, so no worker with it starts. {refused}",
            "`adjudicator library check` reports the same about a folder before it is used.",
        )
        return
    yield from _examine_installation(settings, library)


def _examine_installation(settings: Settings, library: Library) -> Iterator[Diagnostic]:
    keys = Keys(settings.prefix)
    with impatient_client(settings) as client:
        try:
            facts = redis_facts(client)
            survey = SnapshotReader(client, keys, pend_endings(library)).look()
        except RetryableError as failure:
            yield _unreadable(failure)
            return
        examined = Examined(
            settings=settings,
            library=library,
            client=client,
            keys=keys,
            facts=facts,
            survey=survey,
        )
        for check in CHECKS:
            yield from _examine(check, examined)


def _examine(check: DoctorCheck, examined: Examined) -> Iterator[Diagnostic]:
    try:
        yield from check(examined)
    except RedisError as failure:
        what = check.__name__.removeprefix("examine_").replace("_", " ")
        said, to_do = failure_in_words(failure, examined.settings.masked_redis_url)
        yield Diagnostic("warning", what, f"It could not be checked. {said}", to_do)


def _unreadable(failure: RetryableError) -> Diagnostic:
    if isinstance(failure, WrongKeyType):
        return Diagnostic("fault", "Redis", str(failure), "See ops/runbooks/MrsQueueUnreadable.md.")
    return Diagnostic(
        "fault",
        "Redis",
        failure.said if isinstance(failure, StoreUnavailable) else str(failure),
        failure.to_do if isinstance(failure, StoreUnavailable) else _RUNBOOK,
    )
