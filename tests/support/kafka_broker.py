"""
A broker that speaks Kafka on this machine: the one in Kafka's own client library.

librdkafka carries a broker for tests: real connections, groups, offsets and an idempotent producer,
all in memory. `python -m tests.support.kafka_broker` is a process that has one, so that a broker
can go away and come back.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import confluent_kafka
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from tests.support.sources import ROOT

_numbers = count(1)
_QUIET = {"log_level": 0}


class KafkaBroker:
    """A broker, and what tests do with its topics."""

    def __init__(self, address: str, process: subprocess.Popen[str]) -> None:
        self.address = address
        self.process = process

    def topic(self, partitions: int = 1) -> str:
        """A new topic."""
        name = f"topic-{next(_numbers)}"
        client = AdminClient({"bootstrap.servers": self.address, **_QUIET})
        client.create_topics([NewTopic(name, partitions, 1)])[name].result(30)
        return name

    def put(self, topic: str, values: Sequence[bytes | None], partition: int | None = None) -> None:
        """Messages, into one partition or by turns into all."""
        producer = Producer({"bootstrap.servers": self.address, "acks": "all", **_QUIET})
        where = {} if partition is None else {"partition": partition}
        for value in values:
            producer.produce(topic, value, **where)
        assert 0 == producer.flush(60)

    def messages(self, topic: str, partitions: int = 1) -> list[Any]:
        """All messages of a topic, by partition in their order."""
        settings = {"bootstrap.servers": self.address, "group.id": "look", **_QUIET}
        consumer = Consumer(settings)
        try:
            found: list[Any] = []
            for partition in range(partitions):
                where = TopicPartition(topic, partition, 0)
                _, high = consumer.get_watermark_offsets(where, timeout=30)
                consumer.assign([where])
                mine: list[Any] = []
                while len(mine) < high:
                    mine += [each for each in consumer.consume(500, 1) if each.error() is None]
                found += mine
            return found
        finally:
            consumer.close()

    def committed(self, topic: str, group: str, partitions: int = 1) -> int:
        """How many messages of a topic a group has behind it."""
        consumer = Consumer({"bootstrap.servers": self.address, "group.id": group, **_QUIET})
        try:
            wanted = [TopicPartition(topic, each) for each in range(partitions)]
            return sum(max(each.offset, 0) for each in consumer.committed(wanted, timeout=30))
        finally:
            consumer.close()


class RdkafkaBroker(KafkaBroker):
    """The broker of the client library, in a process of its own."""

    def topic(self, partitions: int = 1) -> str:
        name = f"topic-{next(_numbers)}"
        self._say(f"topic {name} {partitions}")
        return name

    def go_away(self) -> None:
        """Cuts all connections, and takes no new ones."""
        self._say("down")

    def come_back(self) -> None:
        """Is there again, with all that it held."""
        self._say("up")

    def _say(self, word: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"


@contextmanager
def rdkafka_broker() -> Iterator[RdkafkaBroker]:
    """The broker of the client library, for as long as the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.kafka_broker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield RdkafkaBroker(process.stdout.readline().strip(), process)
    finally:
        process.stdin.close()
        process.wait(60)
        process.stdout.close()


def _library() -> Any:
    folder = Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs"
    (path,) = folder.glob("librdkafka-*")
    library: Any = ctypes.CDLL(str(path))
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, arguments in (
        ("rd_kafka_conf_new", pointer, []),
        ("rd_kafka_new", pointer, [number, pointer, text, ctypes.c_size_t]),
        ("rd_kafka_mock_cluster_new", pointer, [pointer, number]),
        ("rd_kafka_mock_cluster_bootstraps", text, [pointer]),
        ("rd_kafka_mock_topic_create", number, [pointer, text, number, number]),
        ("rd_kafka_mock_broker_set_down", number, [pointer, ctypes.c_int32]),
        ("rd_kafka_mock_broker_set_up", number, [pointer, ctypes.c_int32]),
        ("rd_kafka_mock_group_initial_rebalance_delay_ms", None, [pointer, ctypes.c_int32]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def _main() -> None:
    library = _library()
    owner = library.rd_kafka_new(
        0, library.rd_kafka_conf_new(), ctypes.create_string_buffer(512), 512
    )
    cluster = library.rd_kafka_mock_cluster_new(owner, 1)
    library.rd_kafka_mock_group_initial_rebalance_delay_ms(cluster, 50)
    print(library.rd_kafka_mock_cluster_bootstraps(cluster).decode(), flush=True)
    for line in sys.stdin:
        match line.split():
            case ["topic", name, partitions]:
                library.rd_kafka_mock_topic_create(cluster, name.encode(), int(partitions), 1)
            case ["down"]:
                library.rd_kafka_mock_broker_set_down(cluster, 1)
            case ["up"]:
                library.rd_kafka_mock_broker_set_up(cluster, 1)
        print("done", flush=True)


if __name__ == "__main__":
    _main()
