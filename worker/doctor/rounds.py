"""Runs all checks: settings, library and Redis first, then everything that depends on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from redis import Redis
from redis.exceptions import RedisError

from rules.library_model import Library
from rules.loading.faults import LibraryRefused
from worker.config.connections import impatient_client
from worker.config.redis_failures import failure_in_words
from worker.config.settings import (
    Settings,
    SettingsRefused,
    defaults_of,
    must_be_settings,
    settings_read,
)
from worker.config.shards import shards_of
from worker.doctor.broker_checks import examine_broker, examine_celery_keys
from worker.doctor.clock_checks import examine_clock, examine_stamps
from worker.doctor.diagnostic import Diagnostic, DoctorCheck, Examined, NotKnown, Readings
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
from worker.doctor.safety_checks import (
    examine_foreign_keys,
    examine_installation,
    examine_risks,
    examine_unfinished,
)
from worker.doctor.settings_checks import examine_settings
from worker.doctor.worker_checks import examine_this_machine, examine_workers
from worker.failures import RetryableError, StoreUnavailable, WrongKeyType
from worker.intake.runtime import library_of
from worker.metrics.labels import pend_places
from worker.metrics.snapshot import SnapshotReader
from worker.store.keys import Keys
from worker.store.redis_info import redis_facts
from worker.store.shard_presence import numbers_away
from worker.store.shards import open_shards

CHECKS: Final[tuple[DoctorCheck, ...]] = (
    *(examine_version, examine_role, examine_persistence, examine_eviction, examine_memory),
    *(examine_installation, examine_risks, examine_unfinished, examine_foreign_keys),
    *(examine_rights, examine_clock, examine_stamps),
    *(examine_conservation, examine_queue, examine_door, examine_dead_letters),
    *(examine_number, examine_strays, examine_deaths, examine_generations),
    *(examine_workers, examine_this_machine),
    *(examine_library, examine_review, examine_diagnosis_table),
    *(examine_readers, examine_broker, examine_celery_keys),
)

_NAMED: Final = frozenset({"redis_url", "prefix"})
"""The settings without which there is nothing to ask."""

_REDIS_RUNBOOK: Final = "See ops/runbooks/MrsRedisDown.md."
_SHOWN: Final = "deploy/env.example shows each setting."


def make_rounds() -> Iterator[Diagnostic]:
    """
    Returns every diagnostic, in the order in which to fix them.

    What cannot be read is a fault of its own; everything that does not depend on it is asked.
    """
    yield from _faults_of(must_be_settings)
    refused: frozenset[str] = frozenset()
    try:
        settings = settings_read()
    except SettingsRefused as error:
        yield from (Diagnostic("fault", "settings", fault, _SHOWN) for fault in error.faults)
        refused = error.names
        settings = settings_read(**defaults_of(refused))
    yield from examine_settings(settings, refused)
    yield from _faults_of(lambda: _must_be_so_many_shards(settings))
    known = Readings()
    try:
        known = Readings(library=library_of(settings))
    except (LibraryRefused, OSError) as error:
        yield _library_refused(error)
    yield from _examine_shards(shards_of(settings), refused, known)


def _must_be_so_many_shards(settings: Settings) -> None:
    with open_shards(settings, impatient_client):
        return


def _examine_shards(
    shards: Sequence[Settings], refused: frozenset[str], known: Readings
) -> Iterator[Diagnostic]:
    """Of those that are away only the first is examined: each would be waited for."""
    if len(shards) == 1:
        yield from _examine_installation(shards[0], refused, known)
        return
    others_away = () if refused & _NAMED else _away(shards)[1:]
    for number, shard in enumerate(shards):
        if number in others_away:
            said = f"Shard {number}: It does not answer either."
            yield Diagnostic("fault", "Redis", said, _REDIS_RUNBOOK)
        else:
            yield from _of_shard(number, _examine_installation(shard, refused, known))


def _away(shards: Sequence[Settings]) -> Sequence[int]:
    try:
        return numbers_away(shards)
    except (RedisError, RetryableError):
        return range(len(shards))


def _of_shard(number: int, found: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    """What is in order is said of the first shard only."""
    for each in found:
        if number == 0 or each.level != "ok":
            yield each._replace(said=f"Shard {number}: {each.said}")


def _faults_of(check: Callable[[], None]) -> Iterator[Diagnostic]:
    try:
        check()
    except SettingsRefused as error:
        yield from (Diagnostic("fault", "settings", fault, _SHOWN) for fault in error.faults)


def _library_refused(error: Exception) -> Diagnostic:
    return Diagnostic(
        "fault",
        "library",
        f"It is refused, so no worker with it starts. {error}",
        "`adjudicator library check` reports the same about a folder before it is used.",
    )


def _examine_installation(
    settings: Settings, refused: frozenset[str], known: Readings
) -> Iterator[Diagnostic]:
    keys = Keys(settings.prefix)
    with impatient_client(settings) as client:
        if not refused & _NAMED:
            try:
                known = replace(known, facts=redis_facts(client), client=client)
                known = replace(known, survey=_reader(client, keys, known.library).look())
            except RetryableError as failure:
                yield _unreadable(failure)
        examined = Examined(settings=settings, keys=keys, known=known, refused=refused)
        for check in CHECKS:
            yield from _examine(check, examined)


def _reader(client: Redis, keys: Keys, library: Library | None) -> SnapshotReader:
    return SnapshotReader(client, keys, pend_places(library) if library else ())


def _examine(check: DoctorCheck, examined: Examined) -> Iterator[Diagnostic]:
    try:
        yield from check(examined)
    except NotKnown:
        return
    except RedisError as failure:
        what = check.__name__.removeprefix("examine_").replace("_", " ")
        said, to_do = failure_in_words(failure, examined.settings.masked_redis_url)
        yield Diagnostic("warning", what, f"It could not be checked. {said}", to_do)


def _unreadable(failure: RetryableError) -> Diagnostic:
    match failure:
        case WrongKeyType():
            runbook = "See ops/runbooks/MrsQueueUnreadable.md."
            return Diagnostic("fault", "Redis", str(failure), runbook)
        case StoreUnavailable():
            return Diagnostic("fault", "Redis", failure.said, failure.to_do)
        case _:
            return Diagnostic("fault", "Redis", str(failure), _REDIS_RUNBOOK)
