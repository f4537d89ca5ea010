"""How the bridge talks to Kafka: what librdkafka is told, from the settings."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

from worker.config.settings import Settings
from worker.failures import RetryableError

Client = TypeVar("Client", Consumer, Producer)

SOCKET_SECONDS: Final = 10
"""So long a broker may take for one answer."""

_FETCHED_KILOBYTES: Final = 16_384
"""Of messages that librdkafka holds for us beforehand, in each partition."""
_MESSAGE_BYTES_MAX: Final = 8 * 1024 * 1024
"""Larger than any determination; the topic's own `max.message.bytes` is what counts."""

_log = logging.getLogger("librdkafka")
"""Its lines go the way of other libraries' lines: their fixed words are kept, and no values."""


class KafkaRefused(RetryableError):
    """What the settings say cannot be used with Kafka; the message names no value."""


class BridgeStopped(RetryableError):
    """The bridge cannot go on by itself; nothing was acknowledged that had not arrived."""


def consumer_of(
    settings: Settings, member: str | None, troubled: Callable[[KafkaError], None]
) -> Consumer:
    """A consumer that commits only what it is told to. Raises `KafkaRefused`."""
    config = _common(settings, troubled) | {
        "group.id": settings.kafka_group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "session.timeout.ms": settings.kafka_session_seconds * 1000,
        "heartbeat.interval.ms": max(settings.kafka_session_seconds * 1000 // 10, 100),
        "queued.max.messages.kbytes": _FETCHED_KILOBYTES,
    }
    if member:
        config["group.instance.id"] = member
    return _made(Consumer, config)


def producer_of(settings: Settings, troubled: Callable[[KafkaError], None]) -> Producer:
    """A producer whose retries double nothing. Raises `KafkaRefused`."""
    config = _common(settings, troubled) | {
        "enable.idempotence": True,
        "acks": "all",
        "partitioner": "murmur2_random",  # as Kafka's own clients in Java place a key
        "message.max.bytes": _MESSAGE_BYTES_MAX,
        "linger.ms": 5,
    }
    return _made(Producer, config)


def _common(settings: Settings, troubled: Callable[[KafkaError], None]) -> dict[str, Any]:
    config: dict[str, Any] = {
        "bootstrap.servers": settings.kafka_brokers,
        "client.id": "mrs-adjudicator",
        "security.protocol": settings.kafka_security,
        "socket.timeout.ms": SOCKET_SECONDS * 1000,
        "reconnect.backoff.max.ms": 2000,
        "error_cb": troubled,
        "logger": _log,
    }
    if settings.kafka_security != "plaintext":
        config |= _with_files(settings)
    if settings.kafka_security == "sasl_ssl":
        if settings.kafka_user is None or settings.kafka_password is None:
            raise KafkaRefused("sasl_ssl needs MRS_KAFKA_USER and MRS_KAFKA_PASSWORD or its file.")
        config |= {
            "sasl.mechanism": settings.kafka_mechanism,
            "sasl.username": settings.kafka_user,
            "sasl.password": settings.kafka_password.get_secret_value(),
        }
    return config


def _with_files(settings: Settings) -> dict[str, str]:
    files: dict[str, Path | None] = {
        "ssl.ca.location": settings.kafka_ca,
        "ssl.certificate.location": settings.kafka_certificate,
        "ssl.key.location": settings.kafka_key,
    }
    config = {name: str(path) for name, path in files.items() if path is not None}
    if settings.kafka_key_password is not None:
        config["ssl.key.password"] = settings.kafka_key_password.get_secret_value()
    return config


def _made(kind: Callable[[dict[str, Any]], Client], config: dict[str, Any]) -> Client:
    try:
        return kind(config)
    except KafkaException as refused:
        error: KafkaError = refused.args[0]
        name = error.name()
    # Raised outside the handler: librdkafka repeats the value that it refuses.
    raise KafkaRefused(
        f"Kafka's client refuses what the settings MRS_KAFKA_… say ({name}). Look at the files "
        "of certificates, the key and its password first."
    )
