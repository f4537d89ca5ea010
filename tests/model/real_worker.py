"""One worker process that carries out one dispatch, as Celery would have it do."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.model.dispatches import Dispatches
from worker.config.settings import load_settings
from worker.intake.runtime import make_runtime


def main() -> None:
    """Works at a place of an installation that is already agreed on."""
    redis_url, folder, lanes, attempts, place = sys.argv[1:]
    settings = load_settings(
        redis_url=redis_url,
        state_dir=Path(folder),
        lanes=int(lanes),
        max_attempts=int(attempts),
        accept_risks="persistence",
    )
    dispatches = Dispatches(settings)
    dispatches.carry_out_with(make_runtime(settings), place)


if __name__ == "__main__":
    main()
