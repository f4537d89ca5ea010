"""Which node of a cluster is asked for its map: one that hangs must hold up nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, Final

from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from worker.config.discreet_redis import DiscreetRedis

MAP_SECONDS: Final = 1.0
"""How long a node may take to show its map, while another may be quicker."""


def first_to_answer(
    hosts: Sequence[tuple[str, int]], how: Mapping[str, Any]
) -> Sequence[tuple[str, int]]:
    """
    The one of several nodes that shows its map first; all of them if none does in time.

    `how`: the arguments of a connection.
    """
    if len(hosts) == 1:
        return hosts
    impatient = {"socket_timeout": MAP_SECONDS, "socket_connect_timeout": MAP_SECONDS}
    told = {**how, **impatient, "retry": Retry(NoBackoff(), 0)}
    threads = ThreadPoolExecutor(len(hosts), thread_name_prefix="mrs-map")
    asked = {threads.submit(_has_a_map, host, told): host for host in hosts}
    threads.shutdown(wait=False)
    return next(([asked[each]] for each in as_completed(asked) if each.result()), hosts)


def _has_a_map(host: tuple[str, int], how: Mapping[str, Any]) -> bool:
    name, port = host
    try:
        with DiscreetRedis(host=name, port=port, **how) as client:
            return bool(client.execute_command("CLUSTER SLOTS"))
    except RedisError:
        return False
