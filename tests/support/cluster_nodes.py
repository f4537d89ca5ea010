"""One server of a cluster of a test's own: what it knows, and what befalls it."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any, Final

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from worker.sandbox.redis_server import EmbeddedRedis, free_port

_QUICK: Final = {
    "cluster-enabled": "yes",
    "cluster-node-timeout": "1000",
    "cluster-announce-ip": "127.0.0.1",
    # A replica stands for election however long it has not heard its master.
    "cluster-replica-validity-factor": "0",
    "repl-diskless-sync-delay": "0",
    "repl-ping-replica-period": "1",
}
_START_SECONDS_MAX: Final = 60


class ServerNode:
    """One server of a cluster."""

    def __init__(self, binary: Path) -> None:
        # By itself it would take the port 10,000 higher, which may be none.
        config = _QUICK | {"cluster-port": str(free_port())}
        self.server = EmbeddedRedis(
            config, tcp=True, binary=binary, start_seconds_max=_START_SECONDS_MAX
        )
        self.bus = config["cluster-port"]
        self.client: Any = Redis(
            port=self.server.port,
            decode_responses=True,
            socket_timeout=5,
            retry=Retry(NoBackoff(), 0),
            protocol=2,
        )
        self.is_halted = False
        self.server.start()
        self.id: str = self.client.cluster("MYID")

    @property
    def is_there(self) -> bool:
        """Whether it answers, as far as we have not stopped it."""
        return bool(self.server.pid) and not self.is_halted

    @property
    def role(self) -> str:
        """`master` or `slave`, as it sees itself."""
        return self._replication()["role"]

    @property
    def replicas_online(self) -> int:
        """How many replicas it sends all writes to."""
        found = self._replication()
        return sum(
            isinstance(each, dict) and each.get("state") == "online" for each in found.values()
        )

    @property
    def is_in_step(self) -> bool:
        """Whether it is a replica that hears its master."""
        return self._replication().get("master_link_status") == "up"

    def say(self, *words: str | int) -> Any:
        """One command, and its answer."""
        return self.client.execute_command(*words)

    def view(self) -> dict[str, dict[str, Any]]:
        """What it knows of all nodes, by their ids."""
        found = self.client.cluster("NODES")
        return {each["node_id"]: each for each in found.values()}

    def kill(self) -> None:
        """SIGKILL."""
        self.server.kill()
        self.client.connection_pool.disconnect()

    def start(self) -> None:
        """Starts it again, with what it had written."""
        self.server.start()

    def halt(self) -> None:
        """SIGSTOP: to all others it is gone, and it does not know."""
        self.is_halted = True
        os.kill(self.server.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT."""
        os.kill(self.server.pid, signal.SIGCONT)
        self.is_halted = False

    def stop(self) -> None:
        """Ends it for good."""
        self.client.close()
        self.server.stop()

    def _replication(self) -> dict[str, Any]:
        found: dict[str, Any] = self.client.info("replication")
        return found


def is_up(node: ServerNode) -> bool:
    """Whether it takes the cluster for whole."""
    return bool(node.say("CLUSTER INFO")["cluster_state"] == "ok")


def known(node: ServerNode) -> set[str]:
    """The ids of the nodes that it is connected to."""
    return {
        one for one, seen in node.view().items()
        if seen["connected"] and "handshake" not in seen["flags"]
    }  # fmt: skip


def slots_of(node: ServerNode) -> list[list[str]]:
    """The slots that it has, as it sees itself."""
    own = node.view()[node.id]
    return own["slots"] if "master" in own["flags"] else []
