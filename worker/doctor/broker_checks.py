"""Checks the Redis that carries Celery's orders, and Celery's own keys there."""

from __future__ import annotations

from collections.abc import Iterator

from redis.exceptions import RedisError

from worker.config.connections import broker_of, impatient_client, redis_client
from worker.config.redis_failures import failure_in_words
from worker.doctor.diagnostic import Diagnostic, Examined
from worker.intake.celery_keys import spoiled_celery_keys

_ABOUT = "broker"


def examine_broker(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that it answers, and that it is a separate small Redis, as advised."""
    settings = examined.settings
    if examined.setting("broker_url") == settings.redis_url:
        if examined.facts.get("maxmemory"):
            yield Diagnostic(
                "warning",
                _ABOUT,
                "Celery's orders go through the same Redis as the events: when that is full, "
                "workers exit until there is room, and have to be restarted.",
                "Give the orders their own small Redis: MRS_BROKER_URL.",
            )
        return
    try:
        with redis_client(broker_of(settings)) as client:
            client.ping()
    except RedisError as failure:
        said, to_do = failure_in_words(failure, settings.masked_broker_url, "MRS_BROKER_URL")
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"{said} Workers get no orders.",
            f"{to_do} Nothing is lost meanwhile.",
        )
    else:
        yield Diagnostic("ok", _ABOUT, "it answers")


def examine_celery_keys(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that Celery's keys have the types that Celery gives them."""
    examined.setting("broker_url")
    with impatient_client(broker_of(examined.settings)) as client:
        spoiled = spoiled_celery_keys(client, examined.keys)
    if spoiled:
        yield Diagnostic(
            "fault",
            _ABOUT,
            f"These keys do not have Celery's types: {', '.join(spoiled)}. No worker starts.",
            "Find the program that shares broker and prefix, and remove the keys: they hold "
            "no claim.",
        )
