"""Ends a child process whose parent died: nobody is left to stop it or give it work."""

from __future__ import annotations

import os
from threading import Thread
from time import sleep
from typing import Final

LOOK_SECONDS_MAX: Final = 1.0
PARENT_GONE: Final = 1
"""Exit code of such a child."""


def end_with_parent(parent: int, lease_seconds: float) -> None:
    """
    Watches for the parent's death, checking several times per lease.

    `parent` is the process id that the parent knew before it forked: if it died at once, the child
    has another parent from the start. The child may end in the middle of its work, which is as safe
    as any other crash.
    """
    pause = min(LOOK_SECONDS_MAX, lease_seconds / 4)
    Thread(target=_watch, args=(parent, pause), name="mrs-parent", daemon=True).start()


def _watch(parent: int, pause: float) -> None:
    while os.getppid() == parent:
        sleep(pause)
    os._exit(PARENT_GONE)
