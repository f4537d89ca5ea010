"""Runs commands in processes that die by SIGKILL before the n-th time they reach outside.

`python -m tests.support.dying` is the mother: she has imported everything once, so that a child
costs milliseconds. She has one thread, so that she may fork.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tests.support.sources import ROOT

REACHING = {"sendall", "fsync", "replace", "unlink", "open", "flock", "mkdir"}
"""Calls into C that change or learn something outside the process."""


class Mother:
    """Makes children, one after the other."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def survives(
        self, words: Sequence[str], dies_at: int, reaching: Collection[str] = REACHING
    ) -> bool:
        """Whether a command came to its end because it reached outside less often than that."""
        self._process.stdin.write(json.dumps([words, dies_at, sorted(reaching)]) + "\n")
        self._process.stdin.flush()
        ended = json.loads(self._process.stdout.readline())
        assert ended in {0, -signal.SIGKILL}, f"the command ended with {ended}"
        return ended == 0


@contextmanager
def mother(environment: dict[str, str]) -> Iterator[Mother]:
    """One with these settings, for as long as the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.dying"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Mother(process)
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def _main() -> None:
    import pyarrow.parquet  # noqa: F401, PLC0415

    import doors.kafka.commands.kafka  # noqa: PLC0415  # once, for all children
    import doors.x12.commands.watch  # noqa: F401, PLC0415
    import worker.commands.archive  # noqa: F401, PLC0415
    from worker.cli import adjudicator  # noqa: PLC0415

    for line in sys.stdin:
        words, dies_at, reaching = json.loads(line)
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.setprofile(_counting_down(dies_at, set(reaching)))
            adjudicator.main(words, standalone_mode=False)
            sys.setprofile(None)
            os._exit(0)
        print(json.dumps(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])), flush=True)


def _counting_down(left: int, reaching: set[str]) -> Any:
    def look(frame: FrameType, event: str, called: Any) -> None:
        nonlocal left
        del frame
        if event == "c_call" and (called.__name__ in reaching or _named(called) in reaching):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return look


def _named(called: Any) -> str:
    """The call with its module, such as `posix.replace`."""
    return f"{called.__module__}.{called.__name__}"


if __name__ == "__main__":
    _main()
