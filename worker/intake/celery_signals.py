"""What a worker logs of its own life in place of Celery, and what its processes do at either end.

Celery prints a banner, and lines of its own at the end, to standard output. A worker of ours writes
its log and nothing else.
"""

from __future__ import annotations

import os
import sys
import warnings
from time import monotonic
from typing import Any, Final

import structlog
from celery import signals
from celery.apps import worker as celerys
from celery.exceptions import SecurityWarning

from worker.config.settings import Settings
from worker.determinations.program import program
from worker.intake.runtime import Runtime, Runtimes
from worker.logs.logs import set_up_logs
from worker.processes.orphans import end_with_parent
from worker.processes.shutdown import end_in_time

_ROOT_USER: Final = 0

_log = structlog.get_logger(__name__)


def connect_signals(settings: Settings, runtimes: Runtimes) -> None:
    """Has Celery call what follows, also when it was started by its own command."""
    main_process, began_at = os.getpid(), monotonic()

    def begin(instance: Any, **_: object) -> None:  # noqa: ANN401  # Celery's own
        nonlocal main_process
        main_process = os.getpid()
        instance.quiet = True
        set_up(settings)

    def set_up_for_celery(**_: object) -> None:
        set_up(settings)

    def begin_child(**_: object) -> None:
        if os.getpid() != main_process:
            end_with_parent(main_process, settings.lease_seconds)

    def begin_to_end(sig: str, **_: object) -> None:
        end_in_time(sig)

    def end(**_: object) -> None:
        runtimes.reports.receive()
        done = runtimes.reports.total
        seconds = round(monotonic() - began_at, 1)
        _log.info("stopped", seconds=seconds, events=done.events, **done._asdict())

    signals.celeryd_init.connect(begin, weak=False)
    signals.setup_logging.connect(set_up_for_celery, weak=False)
    signals.worker_process_init.connect(begin_child, weak=False)
    signals.worker_shutting_down.connect(begin_to_end, weak=False)
    signals.worker_shutdown.connect(end, weak=False)


def set_up(settings: Settings) -> None:
    """Makes the log the only output of this worker, from its first byte."""
    set_up_logs(settings.log_format, settings.log_level)
    warnings.simplefilter("ignore", SecurityWarning)  # `tell_start` says it
    celerys.safe_say = _say_errors_only  # type: ignore[attr-defined]  # not in Celery's stubs


def tell_start(runtime: Runtime, concurrency: int) -> None:
    """Logs what a worker is and where it works; the addresses are without passwords."""
    settings, library = runtime.settings, runtime.library
    _log.info(
        "starting",
        version=program(),
        library=library.digest,
        generation=library.generation,
        lanes=settings.lanes,
        concurrency=concurrency,
        redis=settings.masked_redis_url,
        broker=settings.masked_broker_url,
    )
    if os.getuid() == _ROOT_USER:
        _log.warning("The worker runs as root. Give it a user of its own.")


def _say_errors_only(text: str, stream: Any = sys.__stderr__) -> None:  # noqa: ANN401  # Celery's own
    """In place of Celery's function, which says on standard output that it ends."""
    if stream is not sys.__stdout__:
        _celerys_say(text, stream)


_celerys_say: Final = celerys.safe_say  # type: ignore[attr-defined]  # see above
