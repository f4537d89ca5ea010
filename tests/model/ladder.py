"""Explores the small configurations of the code that runs, up to the first violation."""

from __future__ import annotations

import gc
import json
import sys

from tests.model.configurations import SMALL
from tests.model.exploration import explored
from tests.model.start import staged
from tests.model.story import deeds, story

STATES_MAX, SECONDS_MAX = 25_000, 500


def main() -> int:
    """Prints the configuration and the story as JSON; exits with 1 if something is wrong."""
    gc.disable()
    wanted = sys.argv[1:]
    for bounds in SMALL:
        if wanted and bounds.name not in wanted:
            continue
        with staged(bounds) as stage:
            found = explored(stage, STATES_MAX, SECONDS_MAX)
            told, done = story(stage, found.way), deeds(stage, found.way)
        if found.violation:
            shown = {"in": bounds.name, "wrong": found.violation, "states": found.states}
            print(json.dumps({**shown, "story": told, "deeds": done}))
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
