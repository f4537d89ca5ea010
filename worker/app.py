"""The Celery app: the only place where the parts of a worker are assembled.

`celery -A worker.app worker` works, and so does `run_worker`.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Sequence
from typing import Any, Final, NoReturn

import structlog
from celery import Celery, bootsteps, signals
from celery.bin.celery import celery as command_line

from rules.loading.faults import LibraryRefused
from worker.config.connections import (
    broker_of,
    celery_broker_options,
    celery_broker_url,
    impatient_client,
)
from worker.config.settings import Settings, SettingsRefused, load_settings
from worker.config.shards import prefix_of
from worker.intake.celery_dispatch import CeleryDispatch
from worker.intake.celery_keys import spoiled_celery_keys
from worker.intake.celery_signals import connect_signals, set_up, tell_start
from worker.intake.dispatcher import Dispatcher, Wiring
from worker.intake.main_loop import MainLoop
from worker.intake.readiness import Check
from worker.intake.runtime import AMENDS_SECONDS, SLICE_SECONDS_MAX, Runtime, Runtimes
from worker.intake.shard_rounds import ShardRounds
from worker.intake.shard_watch import ShardWatch, look_seconds_of
from worker.intake.tasks import DISPATCH_QUEUE, QUEUE, add_tasks
from worker.logs.early import tell_as_worker
from worker.metrics.process import show_own_metrics
from worker.processes.interruption import SIGNAL_CODES
from worker.processes.processors import usable_processors
from worker.store.keys import DOOR, Keys, lane_name
from worker.store.redis import RedisStore
from worker.store.worker_registry import announcer_of

TIME_LIMIT_MARGIN_SECONDS: Final = 10.0
"""Allowance for a slow Redis: the child that waits for it is not at fault."""

CHILD_START_SECONDS_MAX: Final = 60.0
"""A child that has not begun to work by then hangs, and is replaced."""

SETTINGS_REFUSED: Final = 2
"""Exit code of a worker whose settings cannot be used."""

LIBRARY_REFUSED: Final = 3
"""Exit code of a worker whose rule library cannot be loaded."""

BROKER_SPOILED: Final = 3
"""Exit code of a worker that refuses to start because Celery's keys have the wrong type."""

_log = structlog.get_logger(__name__)


def make_app(settings: Settings) -> Celery:
    """A Celery app for one installation; nothing is connected or loaded yet."""
    app = Celery("mrs-adjudicator", broker=celery_broker_url(settings), set_as_current=False)
    app.conf.update(_configuration(settings))
    runtimes = Runtimes(settings)
    add_tasks(app, runtimes)
    app.steps["worker"].add(_dispatcher_step(settings, runtimes))
    connect_signals(settings, runtimes)
    return app


def run_worker(app: Celery, concurrency: int | None = None) -> None:
    """Runs a worker until it is asked to stop, then exits the process."""
    set_up(load_settings())
    size = [] if concurrency is None else [f"--concurrency={concurrency}"]
    # Nobody listens to these messages, and the heartbeat would block a worker without a broker.
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    signal.signal(signal.SIGTERM, _end_before_celery)
    stopped_by: list[str] = []
    signals.worker_shutting_down.connect(lambda sig, **_: stopped_by.append(sig), weak=False)
    # Like `Celery.worker_main`, which drops the exit code: whoever started this worker must learn
    # that it failed.
    command_line.params[0].default = app
    code = command_line.main(args=["worker", *quiet, *size], standalone_mode=False)
    sys.exit(SIGNAL_CODES + signal.SIGINT if stopped_by[:1] == ["SIGINT"] else code)


def _end_before_celery(*_: object) -> NoReturn:
    """Until Celery takes signals itself there is nothing to finish; SIGTERM ends with success."""
    sys.exit(0)


def _configuration(settings: Settings) -> dict[str, Any]:
    """Celery carries dispatches, which may be lost: `ARCHITECTURE.md` explains each setting."""
    # Work past its lease cannot commit.
    lease = min(settings.lease_seconds, 2 * SLICE_SECONDS_MAX)
    return {
        "task_acks_late": False,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_default_queue": QUEUE,
        "task_queues": (DISPATCH_QUEUE,),
        "task_create_missing_queues": True,
        "task_time_limit": lease + AMENDS_SECONDS + TIME_LIMIT_MARGIN_SECONDS,
        "task_send_sent_event": False,
        "worker_send_task_events": False,
        "worker_consumer": "worker.intake.celery_consumer:DispatchConsumer",
        # Nobody with the broker's login shall cancel a consumer or stop a worker.
        "worker_enable_remote_control": False,
        "worker_concurrency": usable_processors(),
        # A machine with much else to do forks slowly. Who kills each child that is slow to start
        # never gets one that works.
        "worker_proc_alive_timeout": CHILD_START_SECONDS_MAX,
        "worker_prefetch_multiplier": 1,
        "worker_disable_prefetch": True,  # prefetch_multiplier limits only unacknowledged messages
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": _transport_options(settings),
    }


def _transport_options(settings: Settings) -> dict[str, Any]:
    return {
        "global_keyprefix": Keys(prefix_of(settings, 0)).celery,
        "visibility_timeout": 60,
        "health_check_interval": 5,
        "socket_timeout": 5,
        "socket_connect_timeout": 3,
        "socket_keepalive": True,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        # A dispatch is sent once: if it fails, it is due again a second later.
        "max_retries": 1,
        "interval_start": 0,
        **celery_broker_options(settings),
    }


def _dispatcher_step(settings: Settings, runtimes: Runtimes) -> type[bootsteps.StartStopStep]:
    """The step of a Celery worker's main process that runs the dispatcher."""

    class DispatcherStep(bootsteps.StartStopStep):
        requires = ("celery.worker.components:Pool",)

        def create(self, parent: Any) -> Any:  # noqa: ANN401  # Celery's own
            try:
                runtime, *_ = runtimes.all  # before the fork, so that the children inherit it
            except LibraryRefused as refused:
                _log.critical(str(refused))
                raise SystemExit(LIBRARY_REFUSED) from refused
            # Everything allocated so far lives as long as the process. A collection over it takes
            # a tenth of a second and makes the children copy the pages that they share.
            gc.freeze()
            _must_find_celery_keys_whole(settings)
            self.main_loop = MainLoop(settings.state_dir, settings.lease_seconds)
            carrier = CeleryDispatch(parent, settings.masked_broker_url)
            tell_start(runtime, parent.concurrency)
            return _dispatcher(runtimes, carrier, self.main_loop)

        def start(self, parent: Any) -> None:  # noqa: ANN401  # Celery's own
            parent.consumer.beat = self._beat
            parent.consumer.beat_seconds = self.main_loop.beat_seconds
            self.main_loop.beat()
            super().start(parent)
            show_own_metrics(settings)  # after the fork: no child holds the port

        def _beat(self) -> None:
            self.main_loop.beat()
            runtimes.reports.receive()

        def close(self, parent: Any) -> None:  # noqa: ANN401  # Celery's own
            del parent
            self.obj.end()

    return DispatcherStep


def _dispatcher(runtimes: Runtimes, carrier: CeleryDispatch, main_loop: MainLoop) -> Dispatcher:
    """The dispatcher of a worker, with all that must be right for the worker to be ready."""
    look_seconds = look_seconds_of(len(runtimes.all), main_loop.beat_seconds)
    of_the_worker: tuple[Check, ...] = (
        carrier.must_reach_broker,
        main_loop.must_turn,
    )
    watches = [
        _watch(shard, runtime, of_the_worker, look_seconds)
        for shard, runtime in enumerate(runtimes.all)
    ]

    def store_of(shard: int) -> RedisStore:
        return runtimes.current(shard).store

    rounds = ShardRounds(
        watches, lambda shard: store_of(shard).node, lambda shard: store_of(shard).rings
    )
    wiring = Wiring(runtimes.current().settings.state_dir, carrier.send, carrier.accept_dispatches)
    return Dispatcher(rounds, wiring)


def _watch(
    shard: int, runtime: Runtime, of_the_worker: Sequence[Check], look_seconds: float
) -> ShardWatch:
    settings = runtime.settings
    checks: tuple[Check, ...] = (
        runtime.agree,
        runtime.headroom.must_have_room,
        *of_the_worker,
    )
    places = (DOOR, *map(lane_name, range(settings.lanes)))
    announce = announcer_of(settings, runtime.library)
    return ShardWatch(shard, runtime.store, places, checks, announce, look_seconds)


def _must_find_celery_keys_whole(settings: Settings) -> None:
    """Checks first, because Celery's own error message names no key."""
    with impatient_client(broker_of(settings)) as client:
        spoiled = spoiled_celery_keys(client, Keys(prefix_of(settings, 0)))
    if spoiled:
        _log.critical(
            "Some of Celery's keys have the wrong type. Find out which program shares the broker "
            "and the prefix, and delete these keys: they contain no claims.",
            entry=spoiled,
        )
        raise SystemExit(BROKER_SPOILED)


def _settings_or_exit() -> Settings:
    """Celery would print the traceback of anything but an exit."""
    try:
        return load_settings()
    except SettingsRefused as refused:
        tell_as_worker("critical", "not started", str(refused), __name__)
        raise SystemExit(SETTINGS_REFUSED) from refused


app: Final = make_app(_settings_or_exit())
