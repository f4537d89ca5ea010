"""
Carries determinations to a Kafka topic, keyed by member.

A determination is acknowledged in its consumer group once Kafka has reported its delivery, so each
arrives at least once, with the same bytes and the same `id`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from time import monotonic
from typing import Final

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from doors.kafka.connection import BridgeStopped, producer_of
from doors.kafka.numbers import BridgeNumbers
from worker.config.settings import Settings
from worker.consumption import ReadDetermination, determination_batches

HEADERS: Final[dict[str, str | bytes | None]] = {
    "content-type": "application/cloudevents+json; charset=UTF-8"
}
"""By which a CloudEvent in Kafka is known to stand whole in the value."""

_TURN_SECONDS: Final = 0.5
_POLL_SECONDS: Final = 0.1
_ASK_SECONDS: Final = 1.0
_CLOSING_SECONDS: Final = 2.0

_FOR_EVER: Final = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    }
)
_FOR_EVER_SAID: Final = (
    "Kafka does not take a determination ({name}), and would not the next time. It is not "
    "acknowledged and comes first once this is mended: docs/kafka.md says how."
)


class DeterminationBridge:
    """One consumer of the group. `turn` is to be called again and again."""

    def __init__(self, settings: Settings, consumer: str | None, numbers: BridgeNumbers) -> None:
        self._topic = settings.kafka_out_topic
        self._numbers = numbers
        self._producer: Producer = producer_of(settings, self._troubled)
        self._batches: Iterator[Sequence[ReadDetermination]] = determination_batches(
            settings, settings.kafka_group, consumer=consumer
        )
        self._left: dict[str, ReadDetermination] = {}
        """Of the batch in hand, what Kafka has not reported as delivered."""
        self._failed: KafkaError | None = None
        self.is_ready = False
        """Whether Kafka was there when it was last asked, and took what it was sent."""
        self.carried = 0
        """Messages that Kafka has reported as delivered."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing that was taken is yet to be delivered."""
        return not self._left

    def turn(self) -> None:
        """
        Takes the next batch once all of the last is delivered, which acknowledges that.

        Raises `BridgeStopped` where Kafka will never take a determination, and those of
        `determination_batches`.
        """
        if not self._left:
            self._left = {told.id: told for told in next(self._batches)}
        if not len(self._producer):
            self._failed = None
            for told in self._left.values():
                self._produce(told)
        until = monotonic() + _TURN_SECONDS
        while len(self._producer) and monotonic() < until:
            self._producer.poll(_POLL_SECONDS)
        self._judge()

    def close(self) -> None:
        """Ends without acknowledging what was not delivered."""
        self._producer.purge()
        self._producer.flush(_CLOSING_SECONDS)

    def _produce(self, told: ReadDetermination) -> None:
        try:
            self._producer.produce(
                self._topic,
                told.event,
                key=told.member_id.encode(),
                headers=HEADERS,
                on_delivery=partial(self._reported, told.id),
            )
        except KafkaException as refused:  # at once: too large, or a producer that has failed
            self._failed = refused.args[0]

    def _reported(self, determination_id: str, error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            self._failed = error
            return
        self._left.pop(determination_id, None)
        self.carried += 1
        self._numbers.carried(1)

    def _judge(self) -> None:
        failed = self._failed
        if failed is None:
            if not self._left and not self.is_ready:
                self.is_ready = self._kafka_is_there()
            return
        self._troubled(failed)
        if failed.fatal() or failed.code() in _FOR_EVER:
            raise BridgeStopped(_FOR_EVER_SAID.format(name=failed.name()))

    def _kafka_is_there(self) -> bool:
        try:
            found = self._producer.list_topics(self._topic, timeout=_ASK_SECONDS)
        except KafkaException as failure:
            self._troubled(failure.args[0])
            return False
        return not found.topics[self._topic].error

    def _troubled(self, error: KafkaError) -> None:
        self.is_ready = False
        self._numbers.failed("kafka", error.name())
