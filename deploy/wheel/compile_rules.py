"""Compiles the deciding half of `rules/` while a wheel is built (`make wheel`).

It is a build hook of hatchling, and does nothing unless COMPILE_RULES is 1: an installation from
the sources is pure Python. `pyproject.toml` lists what is compiled. The sources stay in the wheel
beside what is compiled from them: they are what `policy.program` is a digest of, and what a
traceback shows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompileRules(BuildHookInterface):  # type: ignore[type-arg]  # of whatever builder
    """Adds the compiled modules to the wheel; leaves it pure Python where that fails."""

    PLUGIN_NAME = "compile-rules"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before the files of a wheel are gathered."""
        if version == "editable" or os.environ.get("COMPILE_RULES") != "1":
            return
        self._folder = tempfile.TemporaryDirectory(prefix="compile-rules-")
        made = Path(self._folder.name)
        compiler = Path(__file__).with_name("compile_modules.py")
        done = subprocess.run(
            [sys.executable, str(compiler), str(made), *self._modules()],
            cwd=self.root,
            check=False,
        )
        if done.returncode != 0:
            self.app.display_warning(
                "The rules could not be compiled. The wheel is pure Python: it decides the same, "
                "in more time."
            )
            return
        libraries = made / "lib"
        build_data["force_include"].update(
            {str(path): str(path.relative_to(libraries)) for path in libraries.rglob("*.so")}
        )
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Called by hatchling when the wheel is written."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()

    def _modules(self) -> list[str]:
        root, interpreted = Path(self.root), set(self.config["interpreted"])
        found = {
            path.relative_to(root).as_posix()
            for pattern in self.config["compiled"]
            for path in root.glob(pattern)
        }
        return sorted(path for path in found - interpreted if not path.endswith("__init__.py"))
