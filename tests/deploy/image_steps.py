"""Runs every step of deploy/Dockerfile in order, on a machine without Docker.

    python -m tests.deploy.image_steps

A folder of its own stands for the image, this machine's Python for the image's. At the end the
image's command is started with the image's environment.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.deploy.dockerfile import Instruction, copy_given, first_stage

_PLACES = ("/src", "/build", "/opt/adjudicator")


def main() -> int:
    """Says each step, and how long it took; 1 if one fails."""
    image = Path(tempfile.mkdtemp(prefix="mrs-image-"))
    try:
        for place in _PLACES:
            (image / place[1:]).mkdir(parents=True)
        return _run(image, first_stage())
    finally:
        shutil.rmtree(image)


def _run(image: Path, steps: list[Instruction]) -> int:
    source = image / "src"
    environment = _bare_environment(image)
    for step in steps:
        if step.word == "ENV":
            environment |= dict(pair.split("=", 1) for pair in step.rest.split())
        elif step.word == "COPY":
            *origins, target = step.rest.split()
            for origin in origins:
                copy_given(origin, source / target)
        elif step.word == "RUN" and not _succeeds(step.rest, image, environment):
            return 1
    return 0 if _starts(image) else 1


def _succeeds(command: str, image: Path, environment: dict[str, str]) -> bool:
    local = command
    for place in _PLACES[1:]:
        local = local.replace(f"{place} ", f"{image}{place} ").replace(
            f"{place}/", f"{image}{place}/"
        )
    local = f"{image}{place}".join(local.rsplit(place, 1)) if local.endswith(place) else local
    began = time.monotonic()
    status = subprocess.run(
        ["sh", "-c", local], cwd=image / "src", env=environment, check=False
    ).returncode
    print(f"{time.monotonic() - began:5.1f} s, exit code {status}: {command}", flush=True)
    return status == 0


def _starts(image: Path) -> bool:
    """The image's own programs, and nothing of this project's folder."""
    programs = image / "opt/adjudicator/bin"
    environment = _bare_environment(image) | {"PATH": f"{programs}{os.pathsep}{os.defpath}"}
    (day,) = (image / "opt/adjudicator").glob("lib/python*/site-packages/worker/samples/day.jsonl")
    for words in (["--version"], ["decide", str(day)]):
        said = subprocess.run(
            [programs / "adjudicator", *words],
            cwd=image / "opt/adjudicator",
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        lines = said.stdout.splitlines()
        print(f"adjudicator {words[0]}: exit code {said.returncode}, {len(lines)} lines")
        if said.returncode:
            print(said.stderr)
            return False
    left = sorted(each.name for each in programs.iterdir() if each.name.startswith("pip"))
    print(f"pip in the image: {left or 'no'}")
    return not left


def _bare_environment(image: Path) -> dict[str, str]:
    """`python` is this Python; where packages come from is this machine's own affair."""
    tools = image / "tools"
    tools.mkdir(exist_ok=True)
    if not (tools / "python").exists():
        (tools / "python").symlink_to(Path(sys.executable).resolve())
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    home = {"HOME": os.environ.get("HOME", "/")}
    return kept | home | {"PATH": f"{tools}{os.pathsep}{os.defpath}"}


if __name__ == "__main__":
    sys.exit(main())
