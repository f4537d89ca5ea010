"""Runs `adjudicator exporter` as a person does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.support.sources import ROOT
from worker.processes.supervisor import die_with_parent


class RunningExporter(NamedTuple):
    """An exporter, and where it answers."""

    process: subprocess.Popen[str]
    address: str
    """Host and port."""

    def stop(self) -> int:
        """Ends it in good order; says its exit code."""
        self.process.terminate()
        return self.process.wait(30)


@contextmanager
def running_exporter(
    redis_url: str, *words: str, workers_wanted: int = 0
) -> Iterator[RunningExporter]:
    """The command on a port of its own choice."""
    told = {"MRS_REDIS_URL": redis_url, "MRS_WORKERS_WANTED": str(workers_wanted)}
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.cli", "exporter", "--port", "0", *words],
        env=os.environ | told | {"PYTHONUNBUFFERED": "1"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # two calls of the kernel
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.fullmatch(r"Metrics at http://(.+)/metrics\n", said)
        assert found, said
        yield RunningExporter(process, found[1])
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()
