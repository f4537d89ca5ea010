"""
Carries events from a Kafka topic to the door.

An offset is committed once Redis has acknowledged its event, so each event arrives at least once.
Its identity is its own `source` and `id`: one that arrives twice has one effect.
"""

from __future__ import annotations

from time import monotonic
from typing import Final

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
from redis.exceptions import RedisError

from doors.kafka.connection import consumer_of
from doors.kafka.numbers import BridgeNumbers
from doors.kafka.positions import ArrivedPositions, partition_of
from worker.client import EventDoor
from worker.config.settings import Settings
from worker.failures import RetryableError

BATCH_BYTES: Final = 4 * 1024 * 1024
"""After so many bytes a batch has no further message."""

_TURN_SECONDS: Final = 0.5
_REST_SECONDS: Final = (0.1, 0.25, 0.5, 1.0)
_LOOK_SECONDS: Final = 3.0
"""So often, without messages, it is asked whether both sides are there."""
_ASK_SECONDS: Final = 1.0

_AWAY = (RedisError, RetryableError)


class EventBridge:
    """One member of the group. `turn` is to be called again and again; it takes a few seconds."""

    def __init__(
        self, settings: Settings, member: str | None, batch: int, numbers: BridgeNumbers
    ) -> None:
        self._settings = settings
        self._batch = batch
        self._numbers = numbers
        self._door = EventDoor(settings)
        self._consumer: Consumer = consumer_of(settings, member, self._troubled)
        self._arrived = ArrivedPositions(self._consumer, numbers)
        self._pending: list[Message] = []
        """Taken from Kafka and not yet acknowledged by Redis, in their order."""
        self._is_assigned = False
        self._failures = 0
        """Times in a row that the door did not take the same batch."""
        self._kafka_is_there = False
        self._door_is_there = False
        self._look_at = 0.0
        self.carried = 0
        """Messages that Redis has acknowledged."""
        self._consumer.subscribe(
            [settings.kafka_topic],
            on_assign=self._assigned,
            on_revoke=self._revoked,
            on_lost=self._lost,
        )

    @property
    def is_ready(self) -> bool:
        """Whether Kafka and Redis were there when they were last asked."""
        return self._kafka_is_there and self._door_is_there and not self._failures

    @property
    def waiting(self) -> int:
        """Messages that were taken from Kafka and have not arrived."""
        return len(self._pending)

    @property
    def is_idle(self) -> bool:
        """Whether Kafka has given it partitions, and nothing of them waits."""
        return self._is_assigned and not self._pending

    def turn(self) -> None:
        """Takes what has come, carries it, waits for the acknowledgement, and only then commits."""
        self._take()
        if self._pending:
            self._carry()
            self._arrived.commit()
        elif self._arrived.commit() and monotonic() >= self._look_at:
            self._look()

    def close(self) -> None:
        """Commits what has arrived, and leaves the group; what has not arrived comes again."""
        self._arrived.commit()
        self._consumer.close()
        self._door.close()

    def _take(self) -> None:
        """Also while nothing can be carried, so that the group sees that this member is there."""
        if self._failures:
            seconds = _REST_SECONDS[min(self._failures, len(_REST_SECONDS)) - 1]
            found = self._consumer.consume(1, seconds)
        elif self._pending:
            found = self._consumer.consume(self._batch, 0)
        else:
            found = self._consumer.consume(self._batch, _TURN_SECONDS)
        for message in found:
            error = message.error()
            if error is None:
                self._kafka_is_there = True
                self._pending.append(message)
            else:
                self._troubled(error)

    def _carry(self) -> None:
        batch = self._next_batch()
        try:
            if not self._door.has_room(self._settings.kafka_door_max):
                self._hold("no room at the door")
                return
            # As they are: what is no event, or too large for one, is refused by a worker, and so
            # becomes a dead letter as it does from any producer.
            self._door.send([message.value() or b"" for message in batch])
        except _AWAY as failure:
            self._hold(type(failure).__name__)
            return
        self._arrived.note(batch)
        del self._pending[: len(batch)]
        self.carried += len(batch)
        self._numbers.carried(len(batch))
        self._release()

    def _next_batch(self) -> list[Message]:
        batch: list[Message] = []
        size = 0
        for message in self._pending[: self._batch]:
            if size >= BATCH_BYTES:
                break
            batch.append(message)
            size += len(message.value() or b"")
        return batch

    def _hold(self, cause: str) -> None:
        """Takes no more until the door takes what is here."""
        self._failures += 1
        self._numbers.failed("redis", cause)
        self._numbers.pause(is_paused=True)
        self._consumer.pause(self._consumer.assignment())

    def _release(self) -> None:
        self._door_is_there = True
        if self._failures:
            self._failures = 0
            self._numbers.pause(is_paused=False)
            self._consumer.resume(self._consumer.assignment())

    def _look(self) -> None:
        """Asks both sides whether they are there; nothing waits."""
        self._look_at = monotonic() + _LOOK_SECONDS
        try:
            self._door.has_room(self._settings.kafka_door_max)
            self._door_is_there = True
        except _AWAY as failure:
            self._door_is_there = False
            self._numbers.failed("redis", type(failure).__name__)
        try:
            found = self._consumer.list_topics(self._settings.kafka_topic, timeout=_ASK_SECONDS)
            self._kafka_is_there = not found.topics[self._settings.kafka_topic].error
            self._numbers.lag(self._left())
        except KafkaException as failure:
            self._troubled(failure.args[0])

    def _left(self) -> int:
        left = 0
        for where in self._consumer.position(self._consumer.assignment()):
            low, high = self._consumer.get_watermark_offsets(where, cached=True)
            if high >= 0:
                left += high - max(where.offset, low, 0)
        return left

    def _troubled(self, error: KafkaError) -> None:
        self._kafka_is_there = False
        self._numbers.failed("kafka", error.name())

    def _assigned(self, _consumer: Consumer, _partitions: list[TopicPartition]) -> None:
        # They come unpaused; if the door still takes nothing, the next turn holds them.
        self._kafka_is_there = self._is_assigned = True

    def _revoked(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._arrived.commit()
        self._leave(partitions)

    def _lost(self, _consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._leave(partitions)

    def _leave(self, partitions: list[TopicPartition]) -> None:
        """Drops what another bridge will take from where it was committed."""
        self._arrived.forget(partitions)
        gone = {(each.topic, each.partition) for each in partitions}
        self._pending = [each for each in self._pending if partition_of(each) not in gone]
