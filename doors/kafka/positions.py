"""Up to where the messages of each partition have arrived, and are not committed yet."""

from __future__ import annotations

from collections.abc import Iterable

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from doors.kafka.numbers import BridgeNumbers

_Partition = tuple[str, int]

_NO_LONGER_OURS = frozenset(
    {
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.UNKNOWN_MEMBER_ID,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError.FENCED_INSTANCE_ID,
        KafkaError._ASSIGNMENT_LOST,  # noqa: SLF001  # so confluent-kafka names its client's own
    }
)
"""The group has given the partitions anew: whoever has them takes the messages once more."""


class ArrivedPositions:
    """Grows as messages arrive, and is empty again once Kafka has committed it."""

    def __init__(self, consumer: Consumer, numbers: BridgeNumbers) -> None:
        self._consumer = consumer
        self._numbers = numbers
        self._next: dict[_Partition, int] = {}

    def note(self, messages: Iterable[Message]) -> None:
        """Notes messages that Redis has acknowledged, in the order of their partitions."""
        for message in messages:
            self._next[partition_of(message)] = message.offset() + 1  # type: ignore[operator]  # of a message that has come it is a number

    def commit(self) -> bool:
        """Commits what is noted; False: it stays noted, to be tried again."""
        if not self._next:
            return True
        wanted = [TopicPartition(*where, offset) for where, offset in self._next.items()]
        try:
            answered = self._consumer.commit(offsets=wanted, asynchronous=False)
        except KafkaException as failure:
            return self._failed(failure.args[0])
        refused = next((each.error for each in answered or () if each.error), None)
        if refused is not None:
            return self._failed(refused)
        self._next.clear()
        return True

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """Drops what belongs to partitions that another bridge has now."""
        for each in partitions:
            self._next.pop((each.topic, each.partition), None)

    def _failed(self, error: KafkaError) -> bool:
        self._numbers.failed("kafka", error.name())
        if error.code() in _NO_LONGER_OURS:
            self._next.clear()
        return False


def partition_of(message: Message) -> _Partition:
    """Where a message stands."""
    topic, partition = message.topic(), message.partition()
    assert topic is not None
    assert partition is not None
    return topic, partition
