"""Runs one form of the program in a process of its own, and asks it for measurements."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from worker.bench.forms import ProgramForm
from worker.processes.supervisor import die_with_parent
from worker.sandbox.installation import NotStarted, environment_of

_SCRIPT: Final = Path(__file__).with_name("subject.py")


class SubjectProcess:
    """A form of the program that answers requests."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def ask(self, method: str, **given: object) -> Any:  # noqa: ANN401  # a number, or a mapping
        """
        Returns what a method of `MeasuredRelease` measures; None if the release has no such thing.

        Raises `NotStarted` if the process ends instead.
        """
        to, answers = _pipes(self._process)
        with suppress(BrokenPipeError):  # it has ended, and answers nothing
            to.write(msgspec.json.encode([method, given], enc_hook=str) + b"\n")
            to.flush()
        answer = answers.readline()
        if not answer:
            raise NotStarted(f"What was to measure {method} has ended; its last words are above.")
        said: Mapping[str, Any] = msgspec.json.decode(answer)
        return said.get("measured")


@contextmanager
def subject(form: ProgramForm, folder: Path) -> Iterator[SubjectProcess]:
    """Runs a form in a folder; all that it starts ends with the block, or with this process."""
    with subprocess.Popen(  # noqa: S603  # our own arguments only
        [sys.executable, "-P", str(_SCRIPT)],
        env=environment_of({}) | {"PYTHONPATH": str(form.folder)},
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is answered by this process alone
        preexec_fn=die_with_parent(os.getpid()),  # noqa: PLW1509  # two system calls
    ) as process:
        try:
            yield SubjectProcess(process)
        finally:
            process.terminate()
            with suppress(BrokenPipeError):
                process.communicate()


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin is not None
    assert process.stdout is not None
    return process.stdin, process.stdout
