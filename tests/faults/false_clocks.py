"""Gives programs another time of day than the machine's, which can be set while they run."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.programs import needed_program
from worker.sandbox.server_binary import find_server_binary

_SHIM = Path(__file__).with_name("clock_shim.c")


class FalseClock:
    """A clock that is off by some seconds."""

    def __init__(self, folder: Path, offset_seconds: int = 0) -> None:
        self._folder = folder
        self._offset = folder / "offset"
        self._offset.write_bytes(bytes(16))
        self.set(offset_seconds)
        self._shim = folder / "clock_shim.so"
        compiler = needed_program("cc")
        subprocess.run([compiler, "-shared", "-fPIC", "-O", "-o", self._shim, _SHIM], check=True)

    def set(self, offset_seconds: int) -> None:
        """From now on it is so many seconds ahead; negative: behind."""
        with self._offset.open("r+b") as file:  # in place: programs have it mapped
            file.write(offset_seconds.to_bytes(8, "little", signed=True))

    def stand(self, at_milliseconds: int) -> None:
        """From now on it shows this time and does not go on; 0: it goes on."""
        with self._offset.open("r+b") as file:
            file.seek(8)
            file.write(at_milliseconds.to_bytes(8, "little"))

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program is given to live by this clock."""
        return {"LD_PRELOAD": str(self._shim), "MRS_TESTS_CLOCK": str(self._offset)}

    def redis_server(self) -> Path:
        """A Redis server that lives by this clock."""
        script = self._folder / "redis-server"
        exported = "".join(f"export {name}={value}\n" for name, value in self.environment.items())
        script.write_text(f'#!/bin/sh\n{exported}exec {find_server_binary()} "$@"\n')
        script.chmod(0o700)
        return script
