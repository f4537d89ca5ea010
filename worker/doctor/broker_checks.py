"""Looks at the Redis that carries Celery's orders, where it is another one."""

from __future__ import annotations

from collections.abc import Iterator

from redis.exceptions import RedisError

from worker.connections import redis_client
from worker.doctor.finding import Examined, Finding
from worker.settings import Settings

_ABOUT = "broker"


def examine_broker(examined: Examined) -> Iterator[Finding]:
    """Whether it answers, and is the small one of its own that is advised."""
    settings = examined.settings
    if settings.broker_url == settings.redis_url:
        if examined.facts.get("maxmemory"):
            yield Finding(
                "warning",
                _ABOUT,
                "Celery's orders go through the same Redis as the events: when that is full, "
                "workers end until there is room, and have to be started again.",
                "Give the orders a small Redis of their own: MRS_BROKER_URL.",
            )
        return
    try:
        with redis_client(_for_orders(settings)) as client:
            client.ping()
    except RedisError as failure:
        yield Finding(
            "fault",
            _ABOUT,
            f"Redis at {settings.masked_broker_url} does not answer ({type(failure).__name__}): "
            "workers get no orders.",
            "Start it, or correct MRS_BROKER_URL. Nothing is lost meanwhile.",
        )
    else:
        yield Finding("ok", _ABOUT, "it answers")


def _for_orders(settings: Settings) -> Settings:
    return settings.model_copy(update={"redis_url": settings.broker_url})
