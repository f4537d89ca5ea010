"""Sets the stage of a configuration: Redis, the actors, and the first state."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args
from unittest.mock import patch

from redis import Redis

from rules.library_model import Library
from rules.loading.files import SHIPPED, load_library
from tests.model.actors import Actors, Unit, Worker, still_time
from tests.model.bounds import Bounds
from tests.model.keyspaces import KEYS, Keyspaces, keyspaces
from tests.model.others import Look, Order, Redrive, Send, Submit
from tests.model.recorded import Script
from tests.model.world import State, World
from tests.support.libraries import other_library
from worker.intake.route import lane_of
from worker.store import scripts
from worker.store.compatibility import Compatibility
from worker.store.redis import RedisStore
from worker.store.scripts import ScriptName

NEWER = {"exclusivity_window_days": 30}
_ASK = "if not redis.acl_check_cmd then"


class Stage:
    """A configuration that is ready to be explored."""

    def __init__(
        self, world: World, first: State, libraries: tuple[Library, ...], redis: Redis
    ) -> None:
        self.world = world
        self.first = first
        self.libraries = libraries
        self.redis = redis
        """Another connection to the same server, for looking."""


@contextmanager
def staged(bounds: Bounds) -> Iterator[Stage]:
    """The stage, for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="mrs-model-") as name:
        folder = Path(name)
        with (
            _scripts_that(asks=bounds.asks),
            keyspaces(folder) as spaces,
            Redis(unix_socket_path=str(spaces.server.socket_path)) as redis,
        ):
            actors = Actors(dict(spaces.scripts))
            with still_time(actors):
                yield _stage(bounds, spaces, actors, redis, folder)


@contextmanager
def _scripts_that(*, asks: bool) -> Iterator[None]:
    """The scripts as they run where Redis can or cannot be asked what a login may do."""
    texts = {name: scripts.script_text(name) for name in get_args(ScriptName)}
    if not asks:
        texts = {name: text.replace(_ASK, "if true then") for name, text in texts.items()}
    with patch.object(scripts, "script_text", texts.__getitem__):
        yield


def _stage(bounds: Bounds, spaces: Keyspaces, actors: Actors, redis: Redis, folder: Path) -> Stage:
    libraries = [load_library(SHIPPED)]
    if bounds.newer:
        later = other_library(folder / "later", NEWER, generation=libraries[0].generation + 1)
        libraries.append(load_library(later))
    kinds = [Worker(number, library, bounds, folder) for number, library in enumerate(libraries)]
    terms = Compatibility(bounds.lanes, libraries[0].generation, libraries[0].digest)
    installation = RedisStore(redis, KEYS).agree(terms)
    for kind in kinds:
        kind.installation.learn(installation)
    workers = [kinds[0]] * (bounds.workers - bounds.newer) + kinds[1:] * bounds.newer
    scripts: dict[int, Script] = {}
    others = []
    for number, unit in enumerate(_others(bounds, kinds[0], folder)):
        scripts[number] = kinds[0].script
        others.append(actors.rest(unit, kinds[0].script).id)
    first = State(
        keyspace=spaces.taken_over().id,
        workers=tuple(sorted(actors.fresh(worker).id for worker in workers)),
        others=tuple(others),
        left=bounds.faults,
        late=(),
    )
    return Stage(World(bounds, spaces, actors, scripts), first, tuple(libraries), redis)


def _others(bounds: Bounds, kind: Worker, folder: Path) -> Iterator[Unit]:
    if bounds.submits:
        yield Submit(kind, bounds.events, folder)
    else:
        yield Send(kind.script, bounds.events)
    for member_id in bounds.orders:
        lane = lane_of(member_id, bounds.lanes)
        yield Order(kind.store, bounds.lanes, lane, member_id)
    for _ in range(bounds.redrives):
        yield Redrive(kind.store)
    if bounds.looks:
        yield Look(kind, folder)
