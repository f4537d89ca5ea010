"""A Redis Cluster of a test's own: masters and replicas on this machine, and what befalls them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

from redis.exceptions import RedisError, ResponseError

from tests.support.cluster_nodes import ServerNode, is_up, known, slots_of
from tests.support.processes import eventually
from worker.sandbox.server_binary import find_server_binary

SLOTS: Final = 16384
WAIT_SECONDS: Final = 240
"""For a state of the cluster; far beyond what any of them takes."""

_KEYS_AT_ONCE: Final = 5


class OwnCluster:
    """Masters with a replica each."""

    def __init__(self, masters: int = 3, binary: Path | None = None) -> None:
        self._binary = binary or find_server_binary()
        self.nodes: list[ServerNode] = []
        self._masters = masters

    def __enter__(self) -> Self:
        with ExitStack() as on_failure:
            on_failure.callback(self.stop)
            for _ in range(2 * self._masters):
                self._bear()
            self._found()
            on_failure.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Its address, in the form of `MRS_REDIS_URL`."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{node.server.port}" for node in self.nodes)

    @property
    def folder(self) -> Path:
        """Where there is room for files that end with the cluster."""
        return self.nodes[0].server.folder

    def stop(self) -> None:
        """Ends all servers."""
        for node in self.nodes:
            node.stop()

    # ------------------------------------------------------------------------------ who is what

    def master_of(self, slot: int) -> ServerNode:
        """The node that has a slot; of two that think so, the one elected later."""
        found: list[ServerNode] = []
        until(lambda: bool(found.extend(self._owners(slot)) or found), "a slot has a master")
        return found[0]

    def replica_of(self, master: ServerNode) -> ServerNode:
        """A replica that hears its master."""
        found: list[ServerNode] = []
        until(lambda: bool(found.extend(self._replicas(master)) or found), "a master has a replica")
        return found[0]

    def masters(self) -> list[ServerNode]:
        """The nodes that have slots."""
        return [node for node in self.nodes if node.is_there and slots_of(node)]

    def wait_until_whole(self) -> None:
        """Returns when each slot has a master, each master a replica, and all nodes agree."""
        until(self._is_whole, "the cluster is whole")

    # ----------------------------------------------------------------------------- what befalls

    def heal(self) -> None:
        """Whatever was done to it: all nodes run, and each master has a replica again."""
        for node in self.nodes:
            if node.is_halted:
                node.go_on()
            if not node.server.pid:
                node.start()
            node.say("ACL", "SETUSER", "default", "+psync", "+sync")
        self.wait_until_whole()

    def fail_over(self, slot: int) -> ServerNode:
        """Has a replica take a slot's node over, by hand; returns the new master."""
        before = self.master_of(slot)

        def is_over() -> bool:
            # The masters vote once in a while only: one that came too soon is asked again.
            for replica in self._replicas(before)[:1]:
                with suppress(RedisError):  # it became a master by itself
                    replica.say("CLUSTER FAILOVER")
            return eventually(lambda: self.master_of(slot) is not before, 0.5)

        until(is_over, "a replica took over")
        return self.master_of(slot)

    def wait_until_replaced(self, slot: int, gone: ServerNode) -> ServerNode:
        """Returns the new master of a slot whose node is gone."""
        until(lambda: self._owners(slot)[:1] not in ([], [gone]), "a replica was promoted")
        return self.master_of(slot)

    def cut_off_replicas(self, master: ServerNode) -> None:
        """From now on a master has nobody who hears it, and does not know why."""
        master.say("ACL", "SETUSER", "default", "-psync", "-sync")
        master.say("CLIENT", "KILL", "TYPE", "REPLICA")
        until(lambda: master.replicas_online == 0, "a master is alone")

    def move(self, slot: int, target: ServerNode, pause: float = 0) -> None:
        """Moves a slot, a few keys at a time, as `redis-cli --cluster reshard` does."""
        source = self.master_of(slot)
        if source is target:
            return
        # Either may not have heard yet that the other is a master.
        for node, begin in ((target, ("IMPORTING", source.id)), (source, ("MIGRATING", target.id))):
            told = partial(_is_taken, node, "CLUSTER SETSLOT", slot, *begin)
            until(told, "source and target know each other")
        address = ("127.0.0.1", target.server.port)
        while keys := source.say("CLUSTER GETKEYSINSLOT", slot, _KEYS_AT_ONCE):
            source.say("MIGRATE", *address, "", 0, 60_000, "KEYS", *keys)
            time.sleep(pause)
        for node in (target, source, *self.masters()):
            with suppress(ResponseError):  # it has lost its last slot, and is a replica now
                node.say("CLUSTER SETSLOT", slot, "NODE", target.id)

    def add_pair(self) -> ServerNode:
        """Adds a master without slots, and a replica of it; returns the master."""
        master, replica = self._bear(), self._bear()
        for node in (master, replica):
            node.say("CLUSTER MEET", "127.0.0.1", self.nodes[0].server.port, self.nodes[0].bus)
        self._wait_until_all_know_all()
        _follow(replica, master)
        until(lambda: replica.is_in_step, "the new master has a replica")
        until(lambda: is_up(master), "the new master is one of the cluster")
        return master

    def remove(self, *leaving: ServerNode) -> None:
        """Takes nodes without slots out of the cluster and ends them."""
        self.nodes = [node for node in self.nodes if node not in leaving]
        for gone in leaving:
            gone.stop()
        for gone in leaving:
            for node in self.nodes:
                with suppress(ResponseError):  # unknown already
                    node.say("CLUSTER FORGET", gone.id)

    # ------------------------------------------------------------------------------------ within

    def _bear(self) -> ServerNode:
        node = ServerNode(self._binary)
        self.nodes.append(node)
        return node

    def _found(self) -> None:
        masters, replicas = self.nodes[: self._masters], self.nodes[self._masters :]
        for number, node in enumerate(self.nodes):
            node.say("CLUSTER SET-CONFIG-EPOCH", number + 1)
        share = SLOTS // self._masters
        for number, node in enumerate(masters):
            last = SLOTS if number == self._masters - 1 else (number + 1) * share
            node.say("CLUSTER ADDSLOTS", *range(number * share, last))
        for node in self.nodes[1:]:
            node.say("CLUSTER MEET", "127.0.0.1", self.nodes[0].server.port, self.nodes[0].bus)
        self._wait_until_all_know_all()
        for replica, master in zip(replicas, masters, strict=True):
            _follow(replica, master)
        self.wait_until_whole()

    def _wait_until_all_know_all(self) -> None:
        ids = {node.id for node in self.nodes}
        until(
            lambda: all(ids <= known(node) for node in self.nodes),
            "all nodes know each other",
        )

    def _owners(self, slot: int) -> list[ServerNode]:
        found = []
        for node in self.nodes:
            if node.is_there:
                with suppress(RedisError):
                    own = node.view()[node.id]
                    if "master" in own["flags"] and _has(own, slot):
                        found.append((int(own["epoch"]), node))
        return [node for _, node in sorted(found, key=lambda each: -each[0])]

    def _replicas(self, master: ServerNode) -> list[ServerNode]:
        found = []
        for node in self.nodes:
            if node.is_there and node is not master:
                with suppress(RedisError):
                    own = node.view()[node.id]
                    if own["master_id"] == master.id and node.is_in_step:
                        found.append(node)
        return found

    def _is_whole(self) -> bool:
        try:
            views = [node.view() for node in self.nodes]
            owners = {
                tuple(sorted((each["node_id"], str(each["slots"])) for each in view.values()
                             if each["slots"]))
                for view in views
            }  # fmt: skip
            return (
                len(owners) == 1
                and all(map(is_up, self.nodes))
                and all(node.replicas_online for node in self.masters())
                and all(node.is_in_step for node in self.nodes if node.role == "slave")
            )
        except RedisError:
            return False


@contextmanager
def own_cluster(masters: int = 3, binary: Path | None = None) -> Iterator[OwnCluster]:
    """A cluster with a replica for each master, while the block runs."""
    with OwnCluster(masters, binary) as cluster:
        yield cluster


def until(holds: Any, what: str) -> None:
    """Returns when something holds; fails if it never does."""
    assert eventually(holds, WAIT_SECONDS), f"never: {what}"


def _is_taken(node: ServerNode, *command: str | int) -> bool:
    """Whether a node does what it is told, and is not refusing it."""
    try:
        node.say(*command)
    except ResponseError:
        return False
    return True


def _follow(replica: ServerNode, master: ServerNode) -> None:
    def follows() -> bool:
        with suppress(ResponseError):  # it does not know its master yet
            replica.say("CLUSTER REPLICATE", master.id)
            return True
        return False

    until(follows, "a replica knows its master")


def _has(seen: dict[str, Any], slot: int) -> bool:
    return any(int(each[0]) <= slot <= int(each[-1]) for each in seen["slots"])
