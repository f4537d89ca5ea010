"""Checks the workers: that there are some, and that they use the same library."""

from __future__ import annotations

from collections.abc import Iterator

from worker.doctor.diagnostic import Diagnostic, Examined
from worker.processes.health import is_alive, is_ready
from worker.store.worker_registry import said_by

_ABOUT = "workers"


def examine_workers(examined: Examined) -> Iterator[Diagnostic]:
    """Checks how many are ready, and that they have the same library."""
    ready = len(examined.survey.workers)
    if not ready:
        yield Diagnostic("warning", _ABOUT, "None is ready.", "Start one: adjudicator worker.")
        return
    yield Diagnostic("ok", _ABOUT, f"{ready} ready")
    libraries = {(each.generation, each.library) for each in said_by(examined.survey.workers)}
    if len(libraries) > 1:
        generations = ", ".join(str(generation) for generation, _ in sorted(libraries))
        yield Diagnostic(
            "warning",
            _ABOUT,
            f"They use libraries of different generations: {generations}.",
            "This is normal during a rollout. Afterwards, update the ones left behind.",
        )


def examine_this_machine(examined: Examined) -> Iterator[Diagnostic]:
    """Checks that the worker of this machine, if there is one, can do its work."""
    folder = examined.settings.state_dir
    if is_alive(folder) and not is_ready(folder, examined.setting("lease_seconds")):
        yield Diagnostic(
            "fault",
            _ABOUT,
            "The worker of this machine is alive but not ready.",
            "Its log says why, in the last line of level error.",
        )
