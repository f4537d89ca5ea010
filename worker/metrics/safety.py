"""The metrics of what makes wrong decisions possible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Protocol, get_args

from prometheus_client.core import Metric as Family
from redis import Redis

from worker.failures import Risk
from worker.metrics import catalog
from worker.metrics.families import gauge, gauges
from worker.store.installation import KnownInstallation, installation_in
from worker.store.keys import Keys
from worker.store.redis_info import Facts, risks_in

RISKS: Final[tuple[Risk, ...]] = get_args(Risk)


class Expectations(NamedTuple):
    """What whoever runs an installation says of it."""

    workers_wanted: int = 0
    """Fewest workers; 0: nobody said."""
    accepted: frozenset[Risk] = frozenset()
    """The risks that are taken."""
    known: Sequence[KnownInstallation] = ()
    """Which installation is remembered, of each shard; empty: nothing is remembered."""


NOTHING_SAID: Final = Expectations()


def is_lost(client: Redis, keys: Keys, known: KnownInstallation | None) -> bool:
    """Whether Redis does not hold what is remembered; remembers what it holds otherwise."""
    found = installation_in(client, keys)
    if not found.stands_for("" if known is None else known.id):
        return True
    if known is not None and found.id:
        known.learn(found.id)
    return False


class ShardSafety(Protocol):
    """What is read of one shard."""

    @property
    def facts(self) -> Facts:
        """Of the node that it is on."""

    @property
    def lost(self) -> bool:
        """Whether Redis does not hold what is remembered of it."""


def safety_families(shards: Sequence[ShardSafety], expected: Expectations) -> Iterator[Family]:
    """Each risk, and whether the installation is lost, in any shard."""
    found = {risk for shard in shards for risk in risks_in(shard.facts)} - expected.accepted
    yield gauges(catalog.REDIS_UNSAFE, (((risk,), risk in found) for risk in RISKS))
    yield gauge(catalog.INSTALLATION_LOST, any(shard.lost for shard in shards))


def foreign_keys_family() -> Family:
    """What is known where a key of ours holds what another program wrote."""
    return gauges(catalog.REDIS_UNSAFE, [(("foreign_keys",), 1)])
