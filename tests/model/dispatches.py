"""Carries out dispatches by the tasks that Celery would run."""

from __future__ import annotations

from celery import Celery

from worker.config.settings import Settings
from worker.intake.runtime import Runtime, Runtimes
from worker.intake.tasks import DRAIN, ROUTE, add_tasks
from worker.store.keys import DOOR, Place


class Dispatches(Runtimes):
    """The tasks by which a worker carries out dispatches, without a broker."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        app = Celery(broker="memory://", set_as_current=False)
        add_tasks(app, self)
        self._tasks = app.tasks

    def carry_out_with(self, runtime: Runtime, place: Place) -> None:
        """As Celery does it when the dispatch arrives."""
        self._playing = runtime
        self._tasks[ROUTE]() if place == DOOR else self._tasks[DRAIN](int(place))

    def current(self, shard: int = 0) -> Runtime:
        """That of the dispatch."""
        assert shard == 0
        return self._playing
