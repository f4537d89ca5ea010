"""Runs the operator's guide as it is written: the blocks of a page, in a folder of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.programs import needed_program
from tests.support.sources import ROOT, text_of

PAGES = sorted(path.name for path in (ROOT / "ops" / "guide").glob("*.md"))
SECONDS_MAX = 240

_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks_of(page: str) -> list[str]:
    """What is to be typed, in its order."""
    return _BLOCK.findall(text_of(f"ops/guide/{page}"))


def run_page(page: str, folder: Path) -> tuple[int, str]:
    """All blocks of a page, until a line fails; to end before the last line is to fail."""
    end = folder / "the-end"
    exit_code, said = run("\n".join([*blocks_of(page), f"touch {end}"]), folder)
    return exit_code if end.exists() else exit_code or 1, said


def run(script: str, folder: Path) -> tuple[int, str]:
    """Exit code and last words; whatever the script has started ends with it."""
    log = folder / "said"
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["bash", "-x", "-c", f"set -euo pipefail\n{script}"],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            exit_code = process.wait(SECONDS_MAX)
        except subprocess.TimeoutExpired:
            exit_code = -signal.SIGKILL
        finally:
            _end(process.pid)
            process.wait()
    return exit_code, log.read_text(errors="replace")[-4000:]


def _environment(folder: Path) -> dict[str, str]:
    programs = [Path(sys.executable).parent, needed_program("redis-server").parent]
    path = os.pathsep.join([*map(str, programs), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "MRS": str(ROOT), "MRS_STATE_DIR": str(folder / "state")}


def _end(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
